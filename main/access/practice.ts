import type { Replica } from '../replica'
import type { PracticeName } from '../../shared/contract'
import { credentialRecord } from './credential'
import { verifierOf } from './slowHash'

/** What is printed at the head of every paper. */
export interface Letterhead {
  readonly name: string
  readonly address?: string
  readonly phone?: string
  readonly email?: string
}

/** The first administrator. */
export interface FirstAdministrator {
  readonly name: string
  readonly user: string
  readonly password: string
}

/**
 * Writes what every new practice begins with: its Organization and its first administrator. May be
 * repeated after a crash; it is keyed, so there is only ever one of each.
 */
export const foundPractice = async (ask: {
  readonly replica: Replica
  readonly practice: PracticeName
  readonly letterhead: Letterhead
  readonly administrator: FirstAdministrator
  readonly now: () => number
}): Promise<void> => {
  const { records } = ask.replica
  const password = await verifierOf(ask.administrator.password)
  const { name, address, phone, email } = ask.letterhead
  const telecom = [
    ...(phone ? [{ system: 'phone' as const, value: phone }] : []),
    ...(email ? [{ system: 'email' as const, value: email }] : []),
  ]
  await records.add(
    'Organization',
    {
      resourceType: 'Organization',
      active: true,
      identifier: [{ system: 'urn:outpost:practice', value: ask.practice.id }],
      name,
      ...(telecom.length > 0 ? { telecom } : {}),
      ...(address ? { address: [{ text: address }] } : {}),
    },
    'system',
    'practice-organization',
  )
  const practitioner = await records.add(
    'Practitioner',
    { resourceType: 'Practitioner', active: true, name: [{ use: 'official', text: ask.administrator.name }] },
    'system',
    'first-administrator',
  )
  const credential = { practitioner: practitioner.id, user: ask.administrator.user, role: 'administrator' as const, password }
  await records.add('Basic', credentialRecord(credential, new Date(ask.now()).toISOString()), 'system', 'first-administrator-credential')
}
