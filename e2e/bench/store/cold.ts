import { ask, openOurs } from './instances'

/** A process of its own that opens a folder and asks one question; says how many milliseconds that took. */
const [, , folder] = process.argv

/** Loading it as a module to bundle it runs nothing. */
const run = async (path: string): Promise<void> => {
  const started = performance.now()
  const { instance } = await openOurs(path)
  await ask(instance, { selector: { type: 'Patient' }, sort: [{ type: 'desc' }, { at: 'desc' }], limit: 20 })
  process.stdout.write(String(performance.now() - started))
  process.exit(0)
}

if (process.argv[1]?.endsWith('cold.mjs') === true && folder !== undefined) void run(folder)
