import type { RxDocumentData } from 'rxdb'
import type { EncryptedFile } from '../storage'

interface Forgetting {
  readonly internals: { readonly file: EncryptedFile }
  forget(documents: readonly RxDocumentData<unknown>[]): string[]
}

/** RxDB wraps a collection's storage and shows only the methods that it knows. */
const forgettingIn = (instance: object): Forgetting => ((instance as { originalStorageInstance?: object }).originalStorageInstance ?? instance) as Forgetting

/**
 * Takes documents out of a replica together with what replication keeps beside them, all or nothing. A document that has
 * changed since it was read stays, and what is kept beside it, too.
 *
 * @param beside replication's own document of each, by the id of the document
 * @returns the ids of those that are gone
 */
export const forgetDocuments = <Document>(
  documents: readonly RxDocumentData<Document>[],
  from: object,
  idOf: (document: RxDocumentData<Document>) => string,
  beside: ReadonlyMap<string, RxDocumentData<unknown>>,
  besideFrom: object,
): Promise<string[]> => {
  const [instance, other] = [forgettingIn(from), forgettingIn(besideFrom)]
  const { file } = instance.internals
  // In turn: within a long batch that is then refused it would come undone.
  return file.inTurn(() =>
    file.transaction(() => {
      const gone = new Set(instance.forget(documents as readonly RxDocumentData<unknown>[]))
      other.forget(documents.map(idOf).filter((id) => gone.has(id)).flatMap((id) => beside.get(id) ?? []))
      return [...gone]
    }),
  )
}
