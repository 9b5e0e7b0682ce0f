import { allProfiles, deviceFaults, isLineFault, isMessageFault, isNetworkPath, networkTransport, probeOff, profileOf, serialTransport, TransportProblem, virtualCentralStation, virtualDevice } from '../main/devices'
import { option, UsageProblem, type Call } from './command'

const sleep = (ms: number) => new Promise<void>((later) => setTimeout(later, ms))
/** How often a device that measures once measures. */
const measureMs = 15_000
/** How often a central station reports its beds. */
const reportMs = 60_000

/** Until somebody stops it, or the time is over. */
const stopped = (limitMs: number | undefined) =>
  new Promise<void>((over) => {
    process.once('SIGINT', over)
    process.once('SIGTERM', over)
    if (limitMs !== undefined) setTimeout(over, limitMs)
  })

/** Plays a device at the end of a serial line, a pseudo-terminal or a network address (`tcp://HOST:PORT`): for training, and for trying a cable. */
export const simulate = {
  usage: 'simulate --profile P --path PORT [--accession N] [--seconds S] [--fault F] [--beds ICU/1,ICU/2]',
  about: 'play a device at a port: a vitals device until stopped, or an analyser with one result for an accession number',
  run: async (call: Call): Promise<number> => {
    const path = option(call, 'path')
    const profile = profileOf(option(call, 'profile') ?? '')
    const accession = option(call, 'accession')
    const seconds = option(call, 'seconds')
    const fault = option(call, 'fault')
    if (path === undefined || !profile) throw new UsageProblem(`simulate needs --profile P and --path PORT; profiles: ${allProfiles().map(({ id }) => id).join(', ')}`)
    if (seconds !== undefined && !(Number(seconds) > 0)) throw new UsageProblem('--seconds needs a number')
    if (fault !== undefined && !deviceFaults.includes(fault)) throw new UsageProblem(`--fault needs one of ${deviceFaults.join(', ')}`)
    if (profile.category === 'analyser' && accession === undefined) throw new UsageProblem(`simulate --profile ${profile.id} needs --accession N`)
    const beds = option(call, 'beds')?.split(',').filter((bed) => bed !== '')
    if (beds && profile.protocol !== 'vital-hl7') throw new UsageProblem(`--beds is for central stations; ${profile.id} is none`)
    const limitMs = seconds === undefined ? undefined : Number(seconds) * 1000
    const say = (value: unknown, text: string) => console.log(call.options['json'] ? JSON.stringify(value) : text)
    try {
      const transport = isNetworkPath(path) ? networkTransport(path) : serialTransport(path, profile.serial)
      if (beds && profile.protocol === 'vital-hl7') {
        console.error(`playing a ${profile.maker} ${profile.model} with ${beds.length} beds at ${path}`)
        const station = virtualCentralStation(transport, profile, { beds, everyMs: reportMs })
        void station.report()
        await stopped(limitMs)
        await station.close()
        say({ profile: profile.id, path, beds }, 'stopped')
        return 0
      }
      const device = await virtualDevice(transport, profile, fault !== undefined && isLineFault(fault) ? { fault } : {})
      const { vitals } = device
      if (vitals) {
        console.error(`playing a ${profile.maker} ${profile.model} at ${path}`)
        if (fault === probeOff) vitals.setProbe(false)
        vitals.measure()
        const measuring = setInterval(() => vitals.measure(), measureMs)
        await new Promise<void>((stopped) => {
          process.once('SIGINT', stopped)
          process.once('SIGTERM', stopped)
          if (limitMs !== undefined) setTimeout(stopped, limitMs)
        })
        clearInterval(measuring)
        await device.close()
        say({ profile: profile.id, path }, 'stopped')
        return 0
      }
      const sending = device.send(accession ?? '', fault !== undefined && isMessageFault(fault) ? fault : undefined).then(() => true)
      const sent = await Promise.race([sending, sleep(limitMs ?? 60_000).then(() => false)])
      await device.close()
      if (!sent) {
        console.error('outpost simulate: nobody acknowledged the result')
        return 1
      }
      // A device that prints waits for nobody.
      const isAcknowledged = !(profile.category === 'analyser' && profile.protocol === 'text' && profile.framing.answer === 'none')
      say({ profile: profile.id, path, accession, acknowledged: isAcknowledged }, isAcknowledged ? `results for ${accession} acknowledged` : `results for ${accession} sent`)
      return 0
    } catch (error) {
      if (!(error instanceof TransportProblem)) throw error
      console.error(`outpost simulate: ${error.kind}`)
      return 1
    }
  },
}
