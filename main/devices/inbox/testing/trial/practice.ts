import { openReplica } from '../../../../replica'

/** What the parent wants; each is answered with {@link PracticeAnswer}. */
export type PracticeOrder =
  | { readonly kind: 'open'; readonly folder: string }
  /** Orders with these accession numbers, dealt to so many patients. */
  | { readonly kind: 'prepare'; readonly accessions: readonly string[]; readonly patients: number; readonly devices: readonly { readonly name: string; readonly profile: string; readonly path: string }[] }
  | { readonly kind: 'count' }

/** See {@link PracticeOrder}. */
export interface PracticeAnswer {
  readonly kind: 'done'
  readonly reports?: number
  readonly open?: number
}

/** Opens the practice of a trial; the parent reads the same one at the end. */
export const openTrialPractice = (folder: string) => openReplica({ folder, key: new Uint8Array(32).fill(7), practice: '01HV000000000000000000TEST', station: 'A' })

/** Folder and key of its journal. */
export const journalKey = new Uint8Array(32).fill(8)
