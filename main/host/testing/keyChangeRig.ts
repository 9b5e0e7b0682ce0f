import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mulberry32 } from '../../../shared/standards/mulberry32'
import { createPracticeFile, demoPassphrase, replicaKeyOf } from '../../access'
import { openImaging, writePhantom } from '../../imaging'
import { openReplica } from '../../replica'
import { deriveKey, makeFolder, openSealedLog } from '../../sealed'
import { keyBySecret, openAndRead, testKeystore } from './keyChanger'

/** The program that changes the key again and again, bundled once for a whole run. */
export interface Changer {
  readonly program: string
  readonly modules: string
  remove(): void
}

/** @param root the project folder */
export const bundleChanger = async (root: string): Promise<Changer> => {
  const { build } = await import('esbuild')
  mkdirSync(join(root, '.cache'), { recursive: true })
  const folder = mkdtempSync(join(root, '.cache', 'key-changer-'))
  const program = join(folder, 'changer.cjs')
  await build({
    entryPoints: [join(root, 'main/host/testing/keyChanger.ts')], outfile: program, bundle: true, platform: 'node', target: 'node18', format: 'cjs',
    external: ['libsql', 'serialport', '@serialport/*'], mainFields: ['module', 'main'], logLevel: 'error',
  })
  return { program, modules: join(root, 'node_modules'), remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** A practice with records, images and a journal; answers its recovery code. */
const makePractice = async (data: string, patients: number): Promise<string> => {
  // Of a training practice, because its passphrase is quick to try.
  const made = await createPracticeFile({ folder: data, name: 'Hill Clinic', training: true, station: 'A', keystore: testKeystore, passphrase: demoPassphrase })
  if (!made.ok) throw new Error(made.problem.kind)
  const { key, practice, recoveryCode } = made.value
  const replica = await openReplica({ folder: data, key: replicaKeyOf(key), practice: practice.id, station: 'A' })
  await replica.records.addAll(
    Array.from({ length: patients }, (_, place) => ({ type: 'Patient' as const, resource: { resourceType: 'Patient' as const, name: [{ family: `Mokoena${place}`, given: ['Thandiwe'] }] } })),
    'system',
  )
  const imaging = await openImaging({ replica, folder: join(data, 'archive'), key })
  const disc = `${data} disc`
  await writePhantom(disc, { patient: { number: 'A-000001', family: 'Mokoena', given: 'Thandiwe' }, slices: 6, size: 32 })
  await imaging.ended(imaging.startImport({ from: [disc], author: 'system' }).id)
  await imaging.close()
  await replica.close()
  await makeFolder(join(data, 'journal'))
  const log = await openSealedLog(join(data, 'journal', 'journal-000001.sealed'), deriveKey(key, 'outpost/journal'))
  await Promise.all(Array.from({ length: 40 }, (_, place) => log.append(new TextEncoder().encode(`H|\\^&|||counter ${place}`))))
  await log.close()
  return recoveryCode
}

/** A process that changes the key until `dieAtCall`, or until `watch` kills it; answers what it said. */
const change = ({ program, modules }: Changer, data: string, dieAtCall: number, watch: (lines: readonly string[], kill: () => void) => void): Promise<readonly string[]> =>
  new Promise((ended) => {
    const child = spawn(process.execPath, [program, data, 'change'], { env: { ...process.env, NODE_PATH: modules, DIE_AT_CALL: String(dieAtCall) }, stdio: ['ignore', 'pipe', 'inherit'] })
    let heard = ''
    // The last line counts only when it is whole: a half one was not said.
    const lines = () => heard.split('\n').slice(0, -1)
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      heard += text
      watch(lines(), () => child.kill('SIGKILL'))
    })
    child.on('close', () => ended(lines()))
  })

/** What a run of kills came to. */
export interface Killed {
  readonly kills: number
  /** Changes of the key that came as far as the new key being in use. */
  readonly changes: number
  /** Times that everything was opened and read. */
  readonly reads: number
  readonly failure?: string
}

/** Kills a workstation again and again while its key is changed, and looks after each kill whether everything opens and is there. */
export const killKeyChanges = async (changer: Changer, { kills, seed, patients = 150, say = () => undefined }: { readonly kills: number; readonly seed: number; readonly patients?: number; readonly say?: (line: string) => void }): Promise<Killed> => {
  const folder = await mkdtemp(join(tmpdir(), 'key-change-'))
  const data = join(folder, 'data')
  const digests = new Set<string>()
  let [reads, changes, kill] = [0, 0, 0]
  const sum = (failure?: string): Killed => ({ kills: kill, changes, reads, ...(failure === undefined ? {} : { failure: `seed ${seed}, kill ${kill}: ${failure}` }) })
  const take = (lines: readonly string[]): string | undefined => {
    for (const line of lines) {
      const [what, digest = ''] = line.split(' ')
      if (what === 'problem') return line
      if (what === 'changed') changes += 1
      if (what !== 'whole' && what !== 'followed') continue
      reads += 1
      digests.add(digest)
    }
    return digests.size > 1 ? 'what is read is not what was written' : undefined
  }
  try {
    const recoveryCode = await makePractice(data, patients)
    // Once undisturbed, to know how many calls a change takes.
    const calm = await change(changer, data, 0, (lines, end) => lines.filter((line) => line.startsWith('calls')).length > 1 && end())
    const calls = Number(calm.filter((line) => line.startsWith('calls'))[1]?.split(' ')[1])
    const calmFailure = take(calm) ?? (calls > 40 ? undefined : `a change makes only ${calls} calls`)
    if (calmFailure !== undefined) return sum(calmFailure)
    const random = mulberry32(seed)
    for (; kill < kills; kill += 1) {
      // Two of three at a certain call on the disk, the third at any moment after the start.
      const atCall = kill % 3 === 2 ? 0 : 1 + Math.floor(random() * calls)
      const afterMs = random() * 300
      const failure = take(
        await change(changer, data, atCall, (lines, end) => {
          if (atCall === 0 && lines.some((line) => line.startsWith('whole'))) setTimeout(end, afterMs)
        }),
      )
      if (failure !== undefined) return sum(failure)
      const byCode = await keyBySecret(data, recoveryCode)
      if (byCode === undefined) return sum('the recovery code does not open it')
      if ((await keyBySecret(data, demoPassphrase)) !== byCode) return sum('the passphrase does not open it')
      if (kill % 20 === 19) say(`${kill + 1} kills, ${changes} changes`)
    }
    const last: string[] = []
    await openAndRead(data, (line) => last.push(line))
    const left = (await readdir(data)).filter((name) => /^generation|\.part$/.test(name))
    return sum(take(last) ?? (left.length > 0 ? `${left.join()} is left over` : undefined))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
