/** A device host as a process of its own for {@link runTrial}: practice hosts come and go, each over a numbered link that the parent relays. */
import { createDeviceStation, memoryLinks } from '../../..'
import type { Relayed } from './relay'

const station = createDeviceStation()
const links = new Map<number, { send(message: unknown): void; close(): void }>()

process.on('message', (told: Relayed) => {
  if (told.kind === 'join') {
    const [near, far] = memoryLinks<unknown, unknown>()
    near.onMessage((message) => process.send?.({ kind: 'message', link: told.link, message } satisfies Relayed))
    links.set(told.link, near)
    station.attach(far)
  } else if (told.kind === 'leave') {
    links.get(told.link)?.close()
    links.delete(told.link)
  } else links.get(told.link)?.send(told.message)
})
process.on('disconnect', () => process.exit(0))
