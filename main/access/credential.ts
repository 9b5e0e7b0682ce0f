import type { Basic, Extension } from 'fhir/r4'
import { type Role, roles } from '../../shared/contract'
import { extensions, idIn, referenceTo, systems } from '../../shared/records/systems'
import type { Verifier } from './slowHash'

/** Code of the `Basic` record that holds a person's sign-in data. */
export const credentialCode = 'staff-credential'

/** What a person signs in with. */
export interface Credential {
  readonly practitioner: string
  readonly user: string
  readonly role: Role
  readonly password: Verifier
  readonly pin?: Verifier
  /** Training practices only: shown on the sign-in screen. */
  readonly trainingPassword?: string
}

const verifierExtension = (url: string, verifier: Verifier): Extension => ({
  url,
  extension: [
    { url: 'N', valueInteger: verifier.N },
    { url: 'r', valueInteger: verifier.r },
    { url: 'p', valueInteger: verifier.p },
    { url: 'salt', valueString: verifier.salt },
    { url: 'hash', valueString: verifier.hash },
  ],
})

const verifierIn = (extension: Extension | undefined): Verifier | undefined => {
  if (!extension) return undefined
  const part = (url: string) => extension.extension?.find((each) => each.url === url)
  const [N, r, p] = [part('N')?.valueInteger, part('r')?.valueInteger, part('p')?.valueInteger]
  const [salt, hash] = [part('salt')?.valueString, part('hash')?.valueString]
  if (N === undefined || r === undefined || p === undefined || salt === undefined || hash === undefined) return undefined
  return { N, r, p, salt, hash }
}

/** The record of a credential. R4 has no resource for sign-in data; `Basic` is what it offers instead. */
export const credentialRecord = (credential: Credential, created: string): Basic => {
  const parts: Extension[] = [
    { url: 'user', valueString: credential.user },
    { url: 'role', valueCode: credential.role },
    verifierExtension('password', credential.password),
  ]
  if (credential.pin) parts.push(verifierExtension('pin', credential.pin))
  if (credential.trainingPassword !== undefined) parts.push({ url: 'trainingPassword', valueString: credential.trainingPassword })
  return {
    resourceType: 'Basic',
    code: { coding: [{ system: systems.basic, code: credentialCode }] },
    subject: referenceTo('Practitioner', credential.practitioner),
    created,
    extension: [{ url: extensions.credential, extension: parts }],
  }
}

/** The credential in a record; undefined when it is none or not whole. */
export const credentialOf = (record: Basic): Credential | undefined => {
  if (!record.code.coding?.some((each) => each.code === credentialCode)) return undefined
  const parts = record.extension?.find((each) => each.url === extensions.credential)?.extension ?? []
  const part = (url: string) => parts.find((each) => each.url === url)
  const practitioner = idIn(record.subject, 'Practitioner')
  const user = part('user')?.valueString
  const role = roles.find((each) => each === part('role')?.valueCode)
  const password = verifierIn(part('password'))
  if (practitioner === undefined || user === undefined || role === undefined || password === undefined) return undefined
  const credential: { -readonly [Field in keyof Credential]: Credential[Field] } = { practitioner, user, role, password }
  const pin = verifierIn(part('pin'))
  if (pin) credential.pin = pin
  const trainingPassword = part('trainingPassword')?.valueString
  if (trainingPassword !== undefined) credential.trainingPassword = trainingPassword
  return credential
}
