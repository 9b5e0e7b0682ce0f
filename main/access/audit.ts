import type { AuditEvent } from 'fhir/r4'
import { type AuditLine, clinicRequests } from '../../shared/contract'
import { idIn, referenceTo } from '../../shared/records/systems'
import type { Envelope } from '../../shared/records/envelope'
import type { Replica } from '../replica'
import { isIntact, type Link, linked, linkOf } from './auditChain'
import type { Session } from './sessions'

/** What the trail keeps of one act. Never what was typed, never a password or a user name that nobody has. */
export interface AuditEntry {
  /** The person; null when nobody is signed in. */
  readonly session?: Pick<Session, 'practitioner'> | null
  /** The contract's request name, or `sign-in-failed`, `locked-out`. */
  readonly action: string
  readonly patient?: string
  /** What else it is about: literal references. */
  readonly also?: readonly string[]
  /** Prefix of the workstation that was let in or shut out. */
  readonly workstation?: string
  readonly outcome: 'done' | 'refused'
}

const requestSystem = 'urn:outpost:request'
const workstationEntity = { system: 'urn:outpost:entity', code: 'workstation' }

/** FHIR `audit-event-action` of a request. */
const actionCode = (action: string): 'R' | 'U' | 'E' => {
  const audited = Object.hasOwn(clinicRequests, action) ? clinicRequests[action as keyof typeof clinicRequests].audit : 'none'
  return audited === 'read' ? 'R' : audited === 'write' ? 'U' : 'E'
}

const resourceOf = (entry: AuditEntry, station: string, recorded: string): AuditEvent => {
  const code = actionCode(entry.action)
  const resource: AuditEvent = {
    resourceType: 'AuditEvent',
    type:
      code === 'E'
        ? { system: 'http://dicom.nema.org/resources/ontology/DCM', code: '110114', display: 'User Authentication' }
        : { system: 'http://dicom.nema.org/resources/ontology/DCM', code: '110110', display: 'Patient Record' },
    subtype: [{ system: requestSystem, code: entry.action }],
    action: code,
    recorded,
    outcome: entry.outcome === 'done' ? '0' : '4',
    agent: [entry.session ? { who: referenceTo('Practitioner', entry.session.practitioner), requestor: true } : { name: 'nobody', requestor: true }],
    source: { observer: { display: `Outpost ${station}` } },
  }
  const about = [...(entry.patient === undefined ? [] : [referenceTo('Patient', entry.patient)]), ...(entry.also ?? []).map((reference) => ({ reference }))]
  const workstation = entry.workstation === undefined ? [] : [{ type: workstationEntity, name: entry.workstation }]
  if (about.length + workstation.length > 0) resource.entity = [...about.map((what) => ({ what })), ...workstation]
  return resource
}

interface Head extends Pick<Link, 'sequence' | 'hash'> {
  readonly id: string
}

const pageSize = 1000

/**
 * The audit trail: AuditEvent records, one hash chain per workstation. The head of our own chain is also
 * kept apart, so that a trail cut off at its end is noticed.
 */
export const openAudit = async (replica: Replica, now: () => number, nameOf: (practitioner: string) => Promise<string>) => {
  const { records, local, station } = replica

  const every = async (): Promise<Envelope<'AuditEvent'>[]> => {
    const entries: Envelope<'AuditEvent'>[] = []
    for (;;) {
      const some = await records.find('AuditEvent', { sort: { by: 'at', order: 'ascending' }, skip: entries.length, limit: pageSize })
      entries.push(...some)
      if (some.length < pageSize) return entries
    }
  }

  /** The last entry of our chain; one may have been written just before the power went, after the head was. */
  const findHead = async (): Promise<Head | undefined> => {
    const kept = (await local.get<Head>('audit-head', station))?.value
    const newest = await records.find('AuditEvent', { sort: { by: 'at', order: 'descending' }, limit: 100 })
    let head = kept
    for (const each of newest) {
      const link = linkOf(each.resource)
      if (link?.station === station && link.sequence > (head?.sequence ?? 0)) head = { id: each.id, sequence: link.sequence, hash: link.hash }
    }
    return head
  }

  let head = await findHead()
  let writing: Promise<unknown> = Promise.resolve()

  const append = async (entry: AuditEntry): Promise<void> => {
    const { entry: resource, link } = linked(resourceOf(entry, station, new Date(now()).toISOString()), station, head)
    const author = entry.session?.practitioner ?? 'system'
    const written = await records.add('AuditEvent', resource, author)
    head = { id: written.id, sequence: link.sequence, hash: link.hash }
    await local.put('audit-head', station, head)
  }

  const lineOf = async (envelope: Envelope<'AuditEvent'>): Promise<AuditLine> => {
    const { resource } = envelope
    const practitioner = idIn(resource.agent[0]?.who, 'Practitioner')
    const patient = idIn(resource.entity?.[0]?.what, 'Patient')
    const workstation = resource.entity?.find(({ type }) => type?.code === workstationEntity.code)?.name
    return {
      id: envelope.id,
      at: resource.recorded,
      station: envelope.station,
      who: practitioner === undefined ? '' : await nameOf(practitioner),
      action: resource.subtype?.[0]?.code ?? '',
      ...(patient === undefined ? {} : { patient }),
      ...(workstation === undefined ? {} : { workstation }),
      outcome: resource.outcome === '0' ? 'done' : 'refused',
    }
  }

  return {
    /** Appends one entry; it is on disk when this resolves. Entries are written one after the other. */
    write: (entry: AuditEntry): Promise<void> => {
      const written = writing.then(() => append(entry))
      writing = written.catch(() => undefined)
      return written
    },

    /**
     * The newest lines, and whether the whole trail is as it was written.
     * @param day calendar date where this workstation is, YYYY-MM-DD
     */
    read: async (ask: { readonly patient?: string; readonly day?: string; readonly limit: number }): Promise<{ lines: AuditLine[]; intact: boolean }> => {
      await writing
      const entries = await every()
      const heads = new Map(head ? [[station, head.sequence]] : [])
      const intact = isIntact(entries.map((each) => each.resource), heads)
      const wanted = entries
        .filter((each) => ask.patient === undefined || each.resource.entity?.some(({ what }) => idIn(what, 'Patient') === ask.patient))
        .filter((each) => ask.day === undefined || localDay(each.resource.recorded).startsWith(ask.day))
        .reverse()
        .slice(0, ask.limit)
      return { lines: await Promise.all(wanted.map(lineOf)), intact }
    },

    /** Waits for what is being written. */
    close: async (): Promise<void> => {
      await writing
    },
  }
}

const localDay = (instant: string): string => {
  const date = new Date(instant)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}
