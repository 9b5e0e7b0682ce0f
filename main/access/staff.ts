import { type Answer, done, refuse, type Role, type SignInChoice } from '../../shared/contract'
import type { Replica } from '../replica'
import { type Credential, credentialCode, credentialOf, credentialRecord } from './credential'
import { type Verifier, verifierOf } from './slowHash'

/** A person who is given an account. */
export interface NewStaff {
  readonly name: string
  readonly user: string
  readonly role: Role
  readonly password: string
  readonly pin?: string
}

/** Of the password, and of the PIN where there is one. */
type Verifiers = readonly [Verifier, Verifier | undefined]

/** A credential with the name of its person. */
export interface StaffMember extends Credential {
  readonly name: string
}

/** More people than this have never worked in a small clinic. */
const mostPeople = 1000

/** The practice's people, read from the replica each time: another workstation may have added one. */
export const openStaff = (replica: Replica, now: () => number) => {
  /** Every account; two of one user name can exist when two workstations made them offline. */
  const all = async (): Promise<StaffMember[]> => {
    const [records, practitioners] = await Promise.all([
      replica.records.find('Basic', { where: { code: credentialCode }, limit: mostPeople }),
      replica.records.find('Practitioner', { limit: mostPeople }),
    ])
    const names = new Map(practitioners.map((each) => [each.id, each.resource.name?.[0]?.text ?? '']))
    const members: StaffMember[] = []
    for (const record of records) {
      const credential = credentialOf(record.resource)
      if (credential) members.push({ ...credential, name: names.get(credential.practitioner) ?? credential.user })
    }
    return members.sort((left, right) => (left.name < right.name ? -1 : left.name > right.name ? 1 : 0))
  }

  /** One after the other, so that a user name is given once. */
  let adding: Promise<unknown> = Promise.resolve()

  const add = async (person: NewStaff, [password, pin]: Verifiers, author: string, show: boolean): Promise<Answer<StaffMember>> => {
    if ((await all()).some((each) => each.user === person.user)) return refuse('name-taken')
    const practitioner = await replica.records.add(
      'Practitioner',
      { resourceType: 'Practitioner', active: true, name: [{ use: 'official', text: person.name }] },
      author,
    )
    const credential: Credential = {
      practitioner: practitioner.id,
      user: person.user,
      role: person.role,
      password,
      ...(pin ? { pin } : {}),
      ...(show ? { trainingPassword: person.password } : {}),
    }
    await replica.records.add('Basic', credentialRecord(credential, new Date(now()).toISOString()), author)
    return done({ ...credential, name: person.name })
  }

  return {
    all,

    /**
     * Gives a person an account.
     * @param author practitioner id of the administrator, or `system`
     * @param show training practices: the password may be shown on the sign-in screen
     * @returns `name-taken` when the user name is in use
     */
    add: async (person: NewStaff, author: string, show = false): Promise<Answer<StaffMember>> => {
      const verifiers: Verifiers = await Promise.all([verifierOf(person.password), person.pin === undefined ? undefined : verifierOf(person.pin)])
      const added = adding.then(() => add(person, verifiers, author, show))
      adding = added.catch(() => undefined)
      return added
    },
  }
}

export type Staff = ReturnType<typeof openStaff>

/** What the sign-in screen and the list of people show. */
export const choiceOf = (member: StaffMember, training: boolean): SignInChoice => ({
  practitioner: member.practitioner,
  user: member.user,
  name: member.name,
  role: member.role,
  hasPin: member.pin !== undefined,
  ...(training && member.trainingPassword !== undefined ? { trainingPassword: member.trainingPassword } : {}),
})
