import {
  bloodCount, isNetworkPath, mindrayCount, networkTransport, profileOf, serialTransport, TransportProblem, virtualAnalyser, virtualHl7Analyser, virtualOximeter,
} from '../main/devices'
import { option, UsageProblem, type Call } from './command'

const sleep = (ms: number) => new Promise<void>((later) => setTimeout(later, ms))

/** Plays a device at the end of a serial line, a pseudo-terminal or a network address (`tcp://HOST:PORT`): for training, and for trying a cable. */
export const simulate = {
  usage: 'simulate --profile P --path PORT [--accession N] [--seconds S]',
  about: 'play a device at a port: an oximeter until stopped, or one blood count for an accession number',
  run: async (call: Call): Promise<number> => {
    const path = option(call, 'path')
    const profile = profileOf(option(call, 'profile') ?? '')
    const accession = option(call, 'accession')
    const seconds = option(call, 'seconds')
    if (path === undefined || !profile) throw new UsageProblem('simulate needs --profile P (sysmex-xn, mindray-bc, contec-cms50) and --path PORT')
    if (seconds !== undefined && !(Number(seconds) > 0)) throw new UsageProblem('--seconds needs a number')
    if (profile.category === 'analyser' && accession === undefined) throw new UsageProblem(`simulate --profile ${profile.id} needs --accession N`)
    const limitMs = seconds === undefined ? undefined : Number(seconds) * 1000
    const say = (value: unknown, text: string) => console.log(call.options['json'] ? JSON.stringify(value) : text)
    try {
      const transport = isNetworkPath(path) ? networkTransport(path) : serialTransport(path, profile.serial)
      if (profile.category === 'vitals') {
        const oximeter = await virtualOximeter(transport)
        console.error(`playing a ${profile.maker} oximeter at ${path}`)
        await new Promise<void>((stopped) => {
          process.once('SIGINT', stopped)
          process.once('SIGTERM', stopped)
          if (limitMs !== undefined) setTimeout(stopped, limitMs)
        })
        await oximeter.close()
        say({ profile: profile.id, path }, 'stopped')
        return 0
      }
      const count = profile.protocol === 'hl7' ? mindrayCount : bloodCount
      const analyser = profile.protocol === 'hl7' ? virtualHl7Analyser(transport) : await virtualAnalyser(transport)
      const sending = analyser.send(count(accession ?? '', new Date(), Math.random)).then(() => true)
      const sent = await Promise.race([sending, sleep(limitMs ?? 60_000).then(() => false)])
      await analyser.close()
      if (!sent) {
        console.error('outpost simulate: nobody acknowledged the result')
        return 1
      }
      say({ profile: profile.id, path, accession, acknowledged: true }, `blood count for ${accession} acknowledged`)
      return 0
    } catch (error) {
      if (!(error instanceof TransportProblem)) throw error
      console.error(`outpost simulate: ${error.kind}`)
      return 1
    }
  },
}
