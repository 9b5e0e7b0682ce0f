import type { SerialSettings } from '../../../shared/contract'
import { networkTransport } from './tcp'
import { escapeTelnet, option, subnegotiation, telnet, TelnetReader, type TelnetCommand } from './telnet'
import { type Line, type Transport, TransportProblem } from './transport'

const scheme = /^rfc2217:\/\//

/** Whether a device's path names a serial converter in the network whose line settings are set over the network. */
export const isRfc2217Path = (path: string): boolean => scheme.test(path)

/** Commands of RFC 2217, client to server; the server answers with 100 more. */
const command = { setBaudRate: 1, setDataSize: 2, setParity: 3, setStopSize: 4, setControl: 5, lineStateMask: 10, modemStateMask: 11, purge: 12 } as const
const answered = 100
const flowControl = { suspend: 108, resume: 109 } as const
const parities = { none: 1, odd: 2, even: 3 } as const
/** Values of SET-CONTROL and PURGE-DATA. */
const noFlowControl = 1
const dtrOn = 8
const rtsOn = 11
const purgeBoth = 3

/** How long a converter may take to agree on everything. */
const agreeMs = 4_000
/** How long it may ask us not to write. */
const suspendMs = 5_000

/** What is asked of the line, and must be answered with the same value. */
const asks = ({ baudRate, dataBits, parity, stopBits }: SerialSettings): readonly { readonly command: number; readonly value: readonly number[] }[] => [
  { command: command.setBaudRate, value: [baudRate >>> 24, (baudRate >>> 16) & 0xff, (baudRate >>> 8) & 0xff, baudRate & 0xff] },
  { command: command.setDataSize, value: [dataBits] },
  { command: command.setParity, value: [parities[parity]] },
  { command: command.setStopSize, value: [stopBits] },
]

/**
 * A serial port behind a converter in the network (Moxa, Lantronix, ser2net), with speed and parity set from here by
 * RFC 2217: `rfc2217://192.168.1.30:4001`. The line counts as open when the converter has confirmed every setting. A
 * converter that is set on its own page and carries bare bytes is `tcp://…`.
 */
export const rfc2217Transport = (path: string, settings: SerialSettings, limitMs = agreeMs): Transport => ({
  open: async (events) => {
    const reader = new TelnetReader()
    const wanted = new Map(asks(settings).map(({ command: number, value }) => [number + answered, value.join()]))
    /** What came before whoever opens the line has it; undefined: they have. */
    let early: Uint8Array[] | undefined = []
    let isOpen = false
    let resumed: (() => void) | undefined
    let suspended: Promise<void> | undefined
    const saidYes = new Set<string>()
    const to: { line?: Line } = {}
    /** Bytes that came with the connection itself. */
    const first: Uint8Array[] = []
    const send = (...bytes: number[]) => void to.line?.write(Uint8Array.from(bytes)).catch(() => undefined)
    const say = (verb: 'will' | 'wont' | 'do' | 'dont', what: number) => {
      // Said once: two sides that each answer an answer never end (RFC 854).
      if (saidYes.has(`${verb} ${what}`)) return
      if (verb === 'will' || verb === 'do') saidYes.add(`${verb} ${what}`)
      send(telnet.iac, telnet[verb], what)
    }
    const known: readonly number[] = Object.values(option)

    let agree: () => void
    let refuse: (problem: TransportProblem) => void
    const agreed = new Promise<void>((resolve, reject) => {
      agree = resolve
      refuse = reject
    })
    agreed.catch(() => undefined)
    const hear = (said: TelnetCommand) => {
      switch (said.kind) {
        case 'will':
          return say(known.includes(said.option) ? 'do' : 'dont', said.option)
        case 'do':
          say(known.includes(said.option) ? 'will' : 'wont', said.option)
          if (said.option === option.comPort) askForSettings()
          return
        case 'dont':
          if (said.option === option.comPort) refuse(new TransportProblem('port-failed', 'the converter does not speak RFC 2217'))
          return
        case 'wont':
          return
        case 'says':
          if (said.option === option.comPort) hearSetting(said.bytes)
      }
    }
    let asked = false
    const askForSettings = () => {
      if (asked) return
      asked = true
      for (const ask of asks(settings)) send(...subnegotiation(option.comPort, [ask.command, ...ask.value]))
      for (const value of [noFlowControl, dtrOn, rtsOn]) send(...subnegotiation(option.comPort, [command.setControl, value]))
      for (const mask of [command.lineStateMask, command.modemStateMask]) send(...subnegotiation(option.comPort, [mask, 0]))
      // What lay in the converter is of another conversation.
      send(...subnegotiation(option.comPort, [command.purge, purgeBoth]))
    }
    const hearSetting = ([what = 0, ...value]: Uint8Array) => {
      if (what === flowControl.suspend) suspended ??= new Promise((resolve) => (resumed = resolve))
      if (what === flowControl.resume) {
        resumed?.()
        suspended = undefined
      }
      const expected = wanted.get(what)
      if (expected === undefined) return
      if (value.join() !== expected) return refuse(new TransportProblem('port-failed', 'the converter cannot do these line settings'))
      wanted.delete(what)
      if (wanted.size === 0) agree()
    }

    const take = (bytes: Uint8Array) => {
      const { data, commands } = reader.feed(bytes)
      for (const each of commands) hear(each)
      if (data.length === 0) return
      if (early) early.push(data)
      else events.bytes(data)
    }
    const line = await networkTransport(path.replace(scheme, 'tcp://')).open({
      bytes: (bytes) => void (to.line ? take(bytes) : first.push(bytes)),
      closed: (why) => {
        refuse(new TransportProblem('port-failed', 'the converter hung up'))
        resumed?.()
        if (isOpen) events.closed(why)
      },
    })
    to.line = line
    for (const bytes of first.splice(0)) take(bytes)
    say('will', option.comPort)
    for (const what of [option.binary, option.suppressGoAhead]) {
      say('will', what)
      say('do', what)
    }
    const late = setTimeout(() => refuse(new TransportProblem('port-failed', 'the converter does not speak RFC 2217')), limitMs)
    try {
      await agreed
    } catch (problem) {
      await line.close()
      throw problem
    } finally {
      clearTimeout(late)
    }
    isOpen = true
    setImmediate(() => {
      const waiting = early ?? []
      early = undefined
      for (const bytes of waiting) events.bytes(bytes)
    })
    return {
      path,
      write: async (bytes) => {
        if (suspended && !(await Promise.race([suspended.then(() => true), new Promise<boolean>((resolve) => setTimeout(resolve, suspendMs, false))]))) {
          throw new TransportProblem('port-failed', 'the converter takes no bytes')
        }
        await line.write(escapeTelnet(bytes))
      },
      close: () => line.close(),
    }
  },
})
