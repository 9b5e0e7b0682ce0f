import { done, refuse, type Answer, type RequestName } from '../shared/contract'
import { runDeviceHost } from '../main/devices'
import { openPracticeHost } from '../main/host/practiceHost'
import { demoUsers } from '../main/demo'
import type { Context } from './command'

/**
 * Opens a data folder as the application does, without a window, and signs the person in who asks.
 * The secrets come from the environment: arguments can be read by every user of the computer.
 */
export const openContext = async (folder: string, progress: (line: string) => void): Promise<Answer<{ context: Context; close(): Promise<void> }>> => {
  let closeDevices = async () => undefined as void
  const host = openPracticeHost({
    folder,
    keystore: null,
    need: (process) => {
      if (process !== 'device') return
      const devices = runDeviceHost()
      closeDevices = devices.close
      host.link('device', devices.link)
    },
    noNeed: () => undefined,
    log: progress,
  })
  const close = async () => {
    await host.stop()
    await closeDevices()
  }
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
  const practice = host.practice()
  if (state.state !== 'open' || !practice) return give(refuse('no-practice'))

  const connection = host.connect('command line', () => undefined)
  let calls = 0
  const context: Context = {
    practice,
    progress,
    ask: async (name: RequestName, what?: unknown) =>
      (await connection.handle({ call: ++calls, request: name, practice: state.practice.id, ask: what, byPerson: true }))?.answer as never,
  }
  // Who asks, when nobody is named and the practice is a training one.
  const training = state.practice.training ? demoUsers.administrator : undefined
  const signedIn = await context.ask('signIn', {
    user: process.env['OUTPOST_USER'] ?? training?.user ?? '',
    password: process.env['OUTPOST_PASSWORD'] ?? training?.password ?? '',
  })
  if (!signedIn.ok) return give(signedIn.problem.kind === 'bad-shape' ? refuse('not-signed-in') : signedIn)
  return done({ context, close })
}
