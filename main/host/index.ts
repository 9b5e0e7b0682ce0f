/** Entry of the practice host as Electron's utility process: joins it to the main process. No logic. */
import type { FromPracticeHost, SideProcess, ToPracticeHost } from '../../shared/contract'
import type { Keystore } from '../access'
import { linkOverPort } from '../devices'
import { openPracticeHost, type PracticeHost } from './practiceHost'

const main = process.parentPort
const say = (message: FromPracticeHost) => main.postMessage(message)

let host: PracticeHost | undefined
let lastCall = 0
const keystoreAsked = new Map<number, (bytes: Uint8Array | null) => void>()

const askKeystore = (act: 'wrap' | 'unwrap') => (bytes: Uint8Array) =>
  new Promise<Uint8Array>((answer, refuse) => {
    const call = ++lastCall
    keystoreAsked.set(call, (result) => (result ? answer(result) : refuse(new Error('the keystore refused'))))
    say({ kind: 'keystore', call, act, bytes })
  })
const ending = new Map<SideProcess, () => void>()
const endSide = (process: SideProcess) =>
  new Promise<void>((ended) => {
    ending.set(process, ended)
    say({ kind: 'no-need', process })
  })
const keystore: Keystore = { wrap: askKeystore('wrap'), unwrap: askKeystore('unwrap') }

const hear = async (message: ToPracticeHost, ports: Electron.MessagePortMain[]): Promise<void> => {
  const port = ports[0]
  switch (message.kind) {
    case 'start':
      host = openPracticeHost({
        folder: message.folder,
        keystore: message.keystore ? keystore : null,
        need: (process) => say({ kind: 'need', process }),
        noNeed: endSide,
        stay: (on) => say({ kind: 'stay', on }),
        openOutside: (url) => say({ kind: 'open-outside', url }),
        log: (line) => console.error(`practice host: ${line}`),
      })
      await host.start({ demo: message.demo })
      return say({ kind: 'ready' })
    case 'window': {
      if (!port) return
      const connection = host?.connect(message.id, (event) => port.postMessage(event))
      port.on('message', ({ data }) => {
        void connection?.handle(data).then((answer) => answer && port.postMessage(answer))
      })
      return port.start()
    }
    case 'window-closed':
      return host?.disconnect(message.id)
    case 'link':
      if (port) host?.link(message.process, linkOverPort(port))
      return
    case 'ended':
      ending.get(message.process)?.()
      ending.delete(message.process)
      return
    case 'keystore-answer':
      keystoreAsked.get(message.call)?.(message.bytes)
      keystoreAsked.delete(message.call)
      return
    case 'pixels':
      return say({ kind: 'pixels-answer', call: message.call, bytes: (await host?.pixels(message.ticket, message.sopInstanceUid, message.frame).catch(() => null)) ?? null })
    case 'stop':
      await host?.stop()
      return say({ kind: 'stopped' })
  }
}

main.on('message', ({ data, ports }) => void hear(data as ToPracticeHost, ports))
