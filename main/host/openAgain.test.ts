import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Answer, AskOf, RequestName, ValueOf } from '../../shared/contract'
import { hashQuickly } from '../../shared/testing/quickScrypt'
import { openPracticeHost } from './practiceHost'

hashQuickly()

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outpost-again-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const password = 'correct horse battery'

const openHost = async (log: (line: string) => void) => {
  const host = openPracticeHost({ folder: join(folder, 'data'), keystore: null, need: () => undefined, noNeed: () => undefined, log })
  await host.start()
  const connection = host.connect('window', () => undefined)
  let calls = 0
  const ask = async <Name extends RequestName>(request: Name, practice: string | null, asked?: AskOf<Name>): Promise<Answer<ValueOf<Name>>> =>
    (await connection.handle({ call: ++calls, request, practice, ask: asked, byPerson: true }))?.answer as Answer<ValueOf<Name>>
  return { host, ask }
}

describe('a workstation of which a part cannot be opened', () => {
  it('says so, and works without a restart once what was in the way is gone', async () => {
    const first = await openHost(() => undefined)
    const created = await first.ask('createPractice', null, { name: 'Hill Clinic', address: '', phone: '', email: '', stationPrefix: 'A', administrator: { name: 'Ada', user: 'ada', password }, passphrase: 'a passphrase of ours' })
    const practice = created.ok ? created.value.practice.id : ''
    await first.host.stop()

    await rename(join(folder, 'data', 'archive'), join(folder, 'kept')).catch(() => undefined)
    await writeFile(join(folder, 'data', 'archive'), 'in the way')
    const lines: string[] = []
    const { host, ask } = await openHost((line) => lines.push(line))
    expect(await ask('unlockPractice', practice, { secret: 'a passphrase of ours' })).toMatchObject({ ok: true })
    expect(await ask('signIn', practice, { user: 'ada', password })).toMatchObject({ ok: true })
    expect(await ask('listPatients', practice, {})).toMatchObject({ ok: false })

    await rm(join(folder, 'data', 'archive'))
    // On a busy machine the host may be trying by itself since a moment before; who asks after that is served.
    await vi.waitFor(async () => expect(await ask('listPatients', practice, {})).toMatchObject({ ok: true }), { timeout: 30_000, interval: 50 })
    await host.stop()
  })
})
