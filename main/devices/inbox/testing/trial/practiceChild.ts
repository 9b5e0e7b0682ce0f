/** A practice host's part for the devices as a process of its own for {@link runTrial}. */
import { join } from 'node:path'
import { orderOf } from '../../../../../shared/records/service-request/order'
import { memoryLinks } from '../../..'
import { openDeviceDesk } from '../..'
import { journalKey, openTrialPractice, type PracticeAnswer, type PracticeOrder } from './practice'
import type { Relayed } from './relay'

const by = { practitioner: '01HV0000000000000000000LAB', name: 'Lena Technician' }
/** Orders that are written in one go. */
const atOnce = 200

let opened: { readonly replica: Awaited<ReturnType<typeof openTrialPractice>>; readonly desk: Awaited<ReturnType<typeof openDeviceDesk>> } | undefined
const links = new Map<number, { send(message: unknown): void; close(): void }>()

const carryOut = async (order: PracticeOrder): Promise<PracticeAnswer> => {
  if (order.kind === 'open') {
    const replica = await openTrialPractice(order.folder)
    opened = { replica, desk: await openDeviceDesk({ replica, folder: join(order.folder, 'journal'), journalKey, training: true }) }
    return { kind: 'done' }
  }
  const { replica, desk } = opened!
  if (order.kind === 'count') return { kind: 'done', reports: await replica.records.count('DiagnosticReport'), open: desk.listDevices().filter(({ state }) => state === 'open').length }
  const people = Array.from({ length: order.patients }, (_, index) => ({ type: 'Patient' as const, resource: { resourceType: 'Patient' as const, name: [{ family: `Okonkwo ${index}` }], birthDate: '1980-05-04' } }))
  const patients = await replica.records.addAll(people, 'system')
  for (let at = 0; at < order.accessions.length; at += atOnce) {
    const orders = order.accessions.slice(at, at + atOnce).map((accession, index) => ({
      type: 'ServiceRequest' as const,
      resource: orderOf({ subject: patients[(at + index) % patients.length]!.id, test: 'Full blood count', accession, requester: by.practitioner, authoredOn: '2026-11-21T08:00:00.000Z' }),
    }))
    await replica.records.addAll(orders, by.practitioner)
  }
  for (const { name, profile, path } of order.devices) {
    const paired = await desk.pair({ name, profile, path, place: 'Laboratory' }, by)
    if (!paired.ok) throw new Error(`${name} could not be paired: ${paired.problem.kind}`)
  }
  return { kind: 'done' }
}

process.on('message', (told: Relayed | PracticeOrder) => {
  switch (told.kind) {
    case 'join': {
      const [near, far] = memoryLinks<unknown, unknown>()
      near.onMessage((message) => process.send?.({ kind: 'message', link: told.link, message } satisfies Relayed))
      links.set(told.link, near)
      return opened?.desk.attach(far)
    }
    case 'leave':
      links.get(told.link)?.close()
      return void links.delete(told.link)
    case 'message':
      return links.get(told.link)?.send(told.message)
    default:
      void carryOut(told).then(
        (answer) => process.send?.(answer),
        (error: unknown) => {
          process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
          process.exit(1)
        },
      )
  }
})
process.on('disconnect', () => process.exit(0))
