import { formOf, readIdentifier, valuesOf, writeIdentifier, type Identifier } from '../../../../shared/standards/dicom'
import { commandField, hasDataSet, priority, statusClass, type AcceptedContext, type Association } from '../../dimse'
import { endProblem, PeerProblem } from '../problem'

/** What a peer found; `more`: it had more than was asked for. */
export interface Found {
  readonly matches: readonly Identifier[]
  readonly more: boolean
}

const specificCharacterSet = '00080005'

/**
 * C-FIND over an association (PS3.4 §C.4.1). Throws `PeerProblem` and `DimseProblem`. Answers that cannot be read are left out.
 * Beyond `limit` matches the operation is cancelled.
 */
export const find = async (association: Association, context: AcceptedContext, keys: Identifier, limit: number, signal?: AbortSignal): Promise<Found> => {
  const form = formOf(context.transferSyntax)
  const asked = writeIdentifier(keys, form, valuesOf(keys, specificCharacterSet))
  const enough = new AbortController()
  const give = (): void => enough.abort()
  signal?.addEventListener('abort', give, { once: true })
  const matches: Identifier[] = []
  let more = false
  try {
    const command = { commandField: commandField.findRq, affectedSopClassUid: context.abstractSyntax, priority: priority.medium }
    for await (const { command: answer, identifier } of association.request(context, command, asked, enough.signal)) {
      const code = answer.status ?? 0
      if (statusClass(code) === 'pending') {
        const read = identifier && hasDataSet(answer) ? readIdentifier(identifier, form) : undefined
        if (read && matches.length < limit) matches.push(read)
        else if (read && !more) {
          more = true
          give()
        }
      } else if (!more) {
        const problem = endProblem(code, answer.errorComment)
        if (problem) throw new PeerProblem(problem.problem, problem.detail)
      }
    }
  } catch (reason) {
    // A peer that does not know how to stop is hung up on; what it has said counts.
    if (!more || signal?.aborted) throw reason
  } finally {
    signal?.removeEventListener('abort', give)
  }
  return { matches, more }
}
