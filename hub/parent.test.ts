import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { HubSaid } from './parent'
import { serveParent } from './parent'

test('what the hub has done is told from what there was no hub to do', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'outpost-hub-parent-'))
  let hear: (message: unknown) => void = () => undefined
  let heard: (said: HubSaid) => void = () => undefined
  const port = { on: (_name: 'message', tell: (event: { data: unknown }) => void) => void (hear = (data) => tell({ data })), postMessage: (said: HubSaid) => heard(said), start: () => undefined }
  const close = serveParent({ on: (_name, tell) => tell({ data: undefined, ports: [port] }) })
  const ask = (message: object) => {
    const said = new Promise<HubSaid>((resolve) => (heard = resolve))
    hear(message)
    return said
  }
  const outcomes = async () => [await ask({ kind: 'end-code', call: 1 }), await ask({ kind: 'remove-member', call: 2, user: 'workstation-b' })].map((said) => said.kind === 'answer' && said.value)
  expect(await outcomes()).toEqual([null, null])
  expect(await ask({ kind: 'start', folder, key: new Uint8Array(32).fill(6), users: [], practices: [] })).toMatchObject({ kind: 'started' })
  expect(await outcomes()).toEqual([true, true])
  await close()
  rmSync(folder, { recursive: true, force: true })
})
