import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { phantomFiles, writePhantom } from './phantom/phantom'
import { openTestPractice } from './practice.test-parts'

const root = resolve(__dirname, '../..')
const phantom = { patient: { number: 'A-000042', family: 'Okonkwo-Test', given: 'Ada' }, slices: 240, size: 64 } as const
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crash-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Imports in a process of its own, which is killed after `images` images. */
const importAndKill = async (disc: string, data: string, images: number): Promise<void> => {
  const entry = join(folder, 'importer.ts')
  const practiceParts = JSON.stringify(join(root, 'main/imaging/practice.test-parts'))
  await writeFile(
    entry,
    `import { openTestPractice } from ${practiceParts}
    void openTestPractice({ folder: process.argv[3] }).then(async (practice) => {
      const { id } = practice.imaging.startImport({ from: [process.argv[2] ?? ''], author: '01JD0000000000000000000D0C' })
      for (;;) {
        const imported = practice.imaging.progress(id)?.imported ?? 0
        process.stdout.write(imported + '\\n')
        await new Promise((next) => setImmediate(next))
      }
    })`,
  )
  const outfile = join(folder, 'importer.cjs')
  await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'cjs', target: 'node18', external: ['libsql'], mainFields: ['module', 'main'], absWorkingDir: root, nodePaths: [join(root, 'node_modules')], logLevel: 'error' })
  const child = spawn(process.execPath, [outfile, disc, data], { env: { ...process.env, NODE_PATH: join(root, 'node_modules') }, stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise<void>((ended, failed) => {
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const lines = text.split('\n')
      text = lines.pop() ?? ''
      if (lines.some((line) => Number(line) >= images)) child.kill('SIGKILL')
    })
    child.on('exit', (_code, signal) => (signal === 'SIGKILL' ? ended() : failed(new Error('the import ended before it was killed'))))
  })
}

it('kill -9 in the middle of an import: what was counted is there whole, the next import takes the rest, nothing is there twice', async () => {
  const disc = join(folder, 'disc')
  const data = join(folder, 'data')
  await writePhantom(disc, phantom)
  for (const images of [5, 17]) await importAndKill(disc, data, images)
  const practice = await openTestPractice({ folder: data })
  const [waiting] = await practice.imaging.tray()
  expect(waiting?.instances).toBeGreaterThanOrEqual(17)
  expect(waiting?.instances).toBeLessThan(240)
  const ended = await practice.import(disc)
  expect(ended.imported + (waiting?.instances ?? 0)).toBe(240)
  expect(await practice.imaging.tray()).toMatchObject([{ id: waiting?.id, instances: 240, series: 1 }])
  for (const { sopInstanceUid, bytes } of phantomFiles(phantom)) {
    const back = await practice.imaging.readOriginal(sopInstanceUid)
    expect(back && Buffer.from(back).equals(Buffer.from(bytes)), sopInstanceUid).toBe(true)
  }
  await practice.close()
}, 60_000)
