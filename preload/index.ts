/**
 * The bridge: exposes the contract to the window as named functions, and nothing else. It runs
 * sandboxed; it decides nothing and checks nothing that matters (the practice host does).
 */
import * as electron from 'electron'
import type { ActivityMessage, Answer, AnswerMessage, Bridge, ClinicEvents, EventMessage, RequestMessage, RequestName } from '../shared/contract'
import { requestNames } from '../shared/contract/names'
import { eventNames } from '../shared/contract/events'
import { shellRequests } from '../shared/contract/shell'

const { contextBridge, ipcRenderer } = electron
/** Since Electron 29; before, the file itself says where it lies. */
const { webUtils } = electron as { readonly webUtils?: typeof electron.webUtils }

const restarting: Answer<never> = { ok: false, problem: { kind: 'host-restarting', facts: {} } }

let port: MessagePort | null = null
let lastCall = 0
const waiting = new Map<number, (answer: Answer<unknown>) => void>()
/** Asked before there is a port: sent when it comes. */
const queued: RequestMessage[] = []
const listeners = new Map<string, Set<(value: unknown) => void>>(eventNames.map((name) => [name, new Set()]))

const tell = (event: string, value: unknown) => {
  for (const listener of listeners.get(event) ?? []) listener(value)
}

/** Answers all that was sent to a host that is gone; what is queued waits for the next one. */
const giveUpSent = () => {
  const unsent = new Set(queued.map(({ call }) => call))
  for (const [call, answer] of waiting) {
    if (unsent.has(call)) continue
    waiting.delete(call)
    answer(restarting)
  }
}

ipcRenderer.on('outpost:port', (event) => {
  giveUpSent()
  port?.close()
  port = event.ports[0] ?? null
  if (!port) return
  port.onmessage = ({ data }: MessageEvent<AnswerMessage | EventMessage>) => {
    if ('event' in data) return tell(data.event, data.value)
    waiting.get(data.call)?.(data.answer)
    waiting.delete(data.call)
  }
  for (const message of queued.splice(0)) port.postMessage(message)
})

ipcRenderer.on('outpost:host', (_event, value: ClinicEvents['hostChanged']) => {
  if (value.host === 'practice' && value.state !== 'running') {
    port = null
    if (value.state === 'failed') queued.length = 0
    giveUpSent()
  }
  tell('hostChanged', value)
})

/** How long a touch of the window counts, and how often at most it is told. */
const touchMs = 10_000
let touchedAt = 0
let toldAt = 0
const onTouch = () => {
  touchedAt = Date.now()
  if (touchedAt - toldAt < touchMs) return
  toldAt = touchedAt
  port?.postMessage({ activity: true } satisfies ActivityMessage)
}
for (const event of ['keydown', 'pointerdown', 'wheel', 'touchstart']) window.addEventListener(event, onTouch, { capture: true, passive: true })

const request = (name: RequestName) => (practice: string | null, ask: unknown) =>
  new Promise<Answer<unknown>>((answer) => {
    const message: RequestMessage = { call: ++lastCall, request: name, practice, ask, byPerson: Date.now() - touchedAt < touchMs }
    waiting.set(message.call, answer)
    if (port) port.postMessage(message)
    else queued.push(message)
  })

const on = (name: string) => (listener: (value: unknown) => void) => {
  const listening = listeners.get(name)
  listening?.add(listener)
  return () => void listening?.delete(listener)
}

contextBridge.exposeInMainWorld('outpost', {
  requests: Object.fromEntries(requestNames.map((name) => [name, request(name)])),
  on: Object.fromEntries(eventNames.map((name) => [name, on(name)])),
  shell: Object.fromEntries(shellRequests.map((name) => [name, (what?: unknown) => ipcRenderer.invoke(`outpost:shell:${name}`, what)])),
  pathOf: (file: unknown) => webUtils?.getPathForFile(file as never) ?? '',
} as unknown as Bridge)

ipcRenderer.send('outpost:connect')
