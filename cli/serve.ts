import type { HubState } from '../shared/contract'
import { option, UsageProblem, type Command, type Context, type Outcome } from './command'

const untilStopped = () =>
  new Promise<void>((stop) => {
    process.once('SIGINT', stop)
    process.once('SIGTERM', stop)
  })

const refused = (kind: string): Outcome => ({ ok: false, lines: [kind], json: { ok: false, problem: { kind } } })

/** What a person on the other computers needs to see. */
const linesOf = ({ addresses, fingerprint }: HubState): string[] => [`Hub          ${addresses.join(', ') || 'no network'}`, `Fingerprint  ${fingerprint ?? ''}`]

const sayCode = async ({ ask }: Context): Promise<string | undefined> => {
  const made = await ask('makeJoinCode')
  if (!made.ok) return made.problem.kind
  console.log(`Join code    ${made.value.code}   (until ${new Date(made.value.until).toLocaleTimeString()}, for one computer)`)
  return undefined
}

/** The practice without a window: exchange, devices, backups, and the hub where this workstation is it. */
export const serve: Command = {
  usage: 'serve [--hub on|off] [--join-code]',
  about: 'run without a window until stopped; --hub makes this workstation the hub, --join-code shows a join code',
  run: async (call, context) => {
    const wanted = option(call, 'hub')
    if (wanted !== undefined && wanted !== 'on' && wanted !== 'off') throw new UsageProblem('--hub is on or off')
    const state = await (wanted === 'on' ? context.ask('turnOnHub') : wanted === 'off' ? context.ask('turnOffHub') : context.ask('hubState'))
    if (!state.ok) return refused(state.problem.kind)
    if (state.value.state === 'running') console.log(linesOf(state.value).join('\n'))
    if (call.options['join-code']) {
      const problem = await sayCode(context)
      if (problem !== undefined) return refused(problem)
    }
    context.progress('running; Ctrl+C ends it')
    await untilStopped()
    return { ok: true, lines: ['stopped'], json: { ok: true } }
  },
}
