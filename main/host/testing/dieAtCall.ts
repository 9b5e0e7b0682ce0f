import fs from 'node:fs'
import promises from 'node:fs/promises'

/*
 * Imported first of all in a process that is to die: `DIE_AT_CALL=n` kills it, without any farewell, before the n-th
 * call that changes something on the disk (SQLite's own calls are not among them).
 */
const at = Number(process.env['DIE_AT_CALL'] ?? 0)
let calls = 0

/** Calls so far. */
export const callsSoFar = (): number => calls

const count = (): void => {
  calls += 1
  if (calls === at) process.kill(process.pid, 'SIGKILL')
}

const watch = (holder: object, names: readonly string[]): void => {
  const functions = holder as Record<string, (...given: unknown[]) => unknown>
  for (const name of names) {
    const real = functions[name]
    if (!real) throw new Error(`there is no ${name}`)
    functions[name] = function watched(this: unknown, ...given: unknown[]) {
      count()
      return real.apply(this, given)
    }
  }
}

watch(promises, ['rename', 'rm', 'unlink', 'mkdir', 'writeFile'])
watch(fs, ['renameSync', 'rmSync', 'unlinkSync', 'fsyncSync', 'fdatasyncSync', 'ftruncateSync'])

/** File handles have their own; one has to be opened to reach them. */
export const watchHandles = async (): Promise<void> => {
  const handle = await promises.open(process.execPath, 'r')
  watch(Object.getPrototypeOf(handle) as object, ['write', 'writeFile', 'appendFile', 'sync', 'datasync', 'truncate'])
  await handle.close()
}
