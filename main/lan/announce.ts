import { createHash } from 'node:crypto'
import { lanAddresses } from './addresses'
import { hubService, openCards } from './multicast'

/** What a hub says of itself to everyone on the network. */
export interface Announcement {
  /** Names this hub among others, wherever it moves to. */
  readonly hub: string
  /** What a person reads: the practice, or the computer. */
  readonly name: string
  readonly port: number
  /** Id of the practice; told as a digest. */
  readonly practice?: string
}

/** Cables are pulled and addresses change. */
const lookEveryMs = 15_000

/** By this a workstation knows the hub of its own practice, and nobody else learns the practice's id. */
export const practiceTag = (practice: string): string => createHash('sha256').update(`outpost practice ${practice}`).digest('hex').slice(0, 16)

const cut = (text: string, most: number): string => {
  let short = text
  while (Buffer.byteLength(short) > most) short = short.slice(0, -1)
  return short
}

/** Announces a hub by multicast DNS until it is stopped, on whatever cards there are. */
export const announceHub = ({ hub, name, port, practice }: Announcement, addresses: () => readonly string[] = lanAddresses): (() => Promise<void>) => {
  const publish = (at: readonly string[]) => {
    const opened = openCards(at)
    for (const card of opened.cards)
      card.publish({ ...hubService, name: `outpost-${hub.slice(0, 12)}`, port, probe: false, disableIPv6: true, txt: { v: '1', id: hub, name: cut(name, 120), ...(practice !== undefined && { p: practiceTag(practice) }) } })
    return opened
  }
  let now = addresses()
  let opened = publish(now)
  let turn: Promise<unknown> = Promise.resolve()
  const withdraw = async () => {
    for (const card of opened.cards) await new Promise<void>((gone) => card.unpublishAll(() => gone()))
    await opened.close()
  }
  const look = setInterval(() => {
    const then = addresses()
    if (then.join() === now.join()) return
    now = then
    turn = turn.then(withdraw).then(() => {
      opened = publish(then)
    })
  }, lookEveryMs)
  look.unref()
  return async () => {
    clearInterval(look)
    await turn
    // A network that is gone must not hold up the end.
    await Promise.race([withdraw(), new Promise((late) => setTimeout(late, 1_000))])
  }
}
