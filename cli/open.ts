import { done, refuse, type Answer, type RequestName, type SideProcess } from '../shared/contract'
import { serveParent } from '../hub'
import { memoryLinks, runDeviceHost, type Link } from '../main/devices'
import { runDicomHost } from '../main/dicom-host'
import type { PracticeParts } from '../main/host/openPractice'
import { openPracticeHost, type PracticeHost } from '../main/host/practiceHost'
import { demoUsers } from '../main/demo'
import type { Context } from './command'

/** The hub of this data folder, inside this process. */
const runHub = (): { readonly link: Link; close(): Promise<void> } => {
  const [near, far] = memoryLinks()
  const port = {
    on: (_name: 'message', tell: (event: { data: unknown }) => void) => far.onMessage((data) => tell({ data })),
    postMessage: (message: unknown) => far.send(message),
    start: () => undefined,
  }
  const close = serveParent({ on: (_name, tell) => tell({ data: undefined, ports: [port] }) })
  return { link: near, close }
}

/** The DICOM host of this data folder, inside this process. */
const dicomHost = (): { readonly link: Link; close(): Promise<void> } => {
  const { link, close } = runDicomHost()
  return { link: link as Link, close }
}

/** The hub of a demo practice starts beside it; a command that asks for the server must not come too early. */
const hubIsThere = async ({ sync }: PracticeParts): Promise<void> => {
  for (let look = 0; look < 50 && sync.state().link !== 'online'; look++) await new Promise((next) => setTimeout(next, 100))
}

/** As {@link hubIsThere}, where this workstation is the hub. */
const ownHubIsThere = async ({ ask }: Pick<Context, 'ask'>): Promise<void> => {
  for (let look = 0; look < 100; look++) {
    const hub = await ask('hubState')
    if (!hub.ok || hub.value.state !== 'starting') return
    await new Promise((next) => setTimeout(next, 100))
  }
}

/** A practice host on a data folder, with its side processes inside this one; call `start` next. */
export const openHost = (folder: string, progress: (line: string) => void): { readonly host: PracticeHost; close(): Promise<void> } => {
  const sides = new Map<SideProcess, { readonly link: Link; close(): Promise<void> }>()
  const end = async (process: SideProcess) => {
    const side = sides.get(process)
    sides.delete(process)
    await side?.close()
  }
  const host = openPracticeHost({
    folder,
    keystore: null,
    need: (process) => {
      const side = process === 'hub' ? runHub() : process === 'dicom' ? dicomHost() : runDeviceHost()
      sides.set(process, side)
      setImmediate(() => host.link(process, side.link))
    },
    noNeed: end,
    log: progress,
  })
  const close = async () => {
    await host.stop()
    for (const process of sides.keys()) await end(process)
  }
  return { host, close }
}

/**
 * Opens a data folder as the application does, without a window, and signs the person in who asks.
 * The secrets come from the environment: arguments can be read by every user of the computer.
 */
export const openContext = async (folder: string, progress: (line: string) => void): Promise<Answer<{ context: Context; close(): Promise<void> }>> => {
  const { host, close } = openHost(folder, progress)
  const give = async (problem: Answer<never>) => {
    await close()
    return problem
  }

  await host.start()
  const secret = process.env['OUTPOST_PASSPHRASE']
  if (host.state().state === 'locked') {
    if (!secret) return give(refuse('wrong-passphrase'))
    const unlocked = await host.unlock(secret)
    if (!unlocked.ok) return give(unlocked)
  }
  const state = host.state()
  if (state.state === 'failed') return give(refuse(state.problem))
  if (state.state === 'damaged') return give(refuse('replica-damaged'))
  const practice = await host.practice()?.parts()
  if (state.state !== 'open' || !practice) return give(refuse('no-practice'))

  if (state.practice.training) await hubIsThere(practice)
  const connection = host.connect('command line', () => undefined)
  let calls = 0
  // Who asks, when nobody is named and the practice is a training one.
  const training = state.practice.training ? demoUsers.administrator : undefined
  const person = { user: process.env['OUTPOST_USER'] ?? training?.user ?? '', password: process.env['OUTPOST_PASSWORD'] ?? training?.password ?? '' }
  const context: Context = {
    practice,
    person,
    progress,
    ask: async (name: RequestName, what?: unknown) =>
      (await connection.handle({ call: ++calls, request: name, practice: state.practice.id, ask: what, byPerson: true }))?.answer as never,
  }
  const signedIn = await context.ask('signIn', person)
  if (!signedIn.ok) return give(signedIn.problem.kind === 'bad-shape' ? refuse('not-signed-in') : signedIn)
  await ownHubIsThere(context)
  return done({ context, close })
}
