import type { Replica } from '../replica'

/** Puts names to practitioner ids; a person who is not known here (yet) has an empty name. */
export interface PersonNames {
  nameOf(practitioner: string): Promise<string>
  close(): void
}

/** Names as the replica has them; a changed person is read anew. */
export const openPersonNames = (replica: Replica): PersonNames => {
  const names = new Map<string, Promise<string>>()
  const changes = replica.records.changes().subscribe((change) => {
    if (change.type === 'Practitioner') names.delete(change.id)
  })

  const read = async (practitioner: string): Promise<string> => {
    const name = (await replica.records.get('Practitioner', practitioner))?.resource.name?.[0]?.text
    if (name === undefined) names.delete(practitioner)
    return name ?? ''
  }

  return {
    nameOf: (practitioner) => {
      if (practitioner === '') return Promise.resolve('')
      const known = names.get(practitioner) ?? read(practitioner)
      names.set(practitioner, known)
      return known
    },
    close: () => changes.unsubscribe(),
  }
}
