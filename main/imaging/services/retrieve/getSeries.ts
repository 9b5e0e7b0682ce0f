import { attributesOf, explicitLittleEndian, formOf, implicitLittleEndian, writeIdentifier } from '../../../../shared/standards/dicom'
import { commandField, DimseProblem, openAssociation, priority, statusClass, type AcceptedContext, type Association, type Command, type WantedContext } from '../../dimse'
import type { PeerAsk } from '../peerAsk'
import { endProblem, PeerProblem } from '../problem'
import { fetchedTransferSyntaxes, patientRoot, studyRoot, usualStorage } from '../sopClasses'
import { storeIncoming, type TakeInstance } from './storeIncoming'

/** What is fetched of a study: these series, in this order. */
export interface RetrieveAsk {
  readonly studyInstanceUid: string
  /** Patient ID as the peer knows it: the patient root wants it. */
  readonly patientNumber: string
  readonly series: readonly string[]
}

const mostContexts = 128

/** The identifier of a retrieve at the level of the series (PS3.4 §C.4.2.1.4). */
const seriesKeys = ({ studyInstanceUid, patientNumber }: RetrieveAsk, seriesInstanceUid: string, isPatientRoot: boolean) =>
  attributesOf({ '00080052': 'SERIES', ...(isPatientRoot && { '00100020': patientNumber }), '0020000d': studyInstanceUid, '0020000e': seriesInstanceUid })

/** Runs one C-GET or C-MOVE; `moved` is told how many instances have arrived. Throws `PeerProblem` where the peer says that not all of it went. */
export const retrieve = async (association: Association, context: AcceptedContext, command: Command, ask: RetrieveAsk, series: string, signal: AbortSignal, moved: (instances: number) => void = () => undefined): Promise<void> => {
  const identifier = writeIdentifier(seriesKeys(ask, series, [patientRoot.get, patientRoot.move].some((root) => root === context.abstractSyntax)), formOf(context.transferSyntax))
  for await (const { command: answer } of association.request(context, { ...command, affectedSopClassUid: context.abstractSyntax, priority: priority.medium }, identifier, signal)) {
    const code = answer.status ?? 0
    if (answer.numberOfCompletedSubOperations !== undefined) moved(answer.numberOfCompletedSubOperations)
    if (statusClass(code) === 'pending') continue
    const problem = endProblem(code, answer.errorComment)
    if (problem) throw new PeerProblem(problem.problem, problem.detail)
    if ((answer.numberOfFailedSubOperations ?? 0) > 0) throw new PeerProblem('incomplete')
  }
}

/**
 * Each class in each syntax is a context of its own, so that what the peer has compressed comes as it is; with too many
 * classes for one association, the peer chooses a syntax for each.
 */
const storageContexts = (sopClasses: readonly string[]): readonly WantedContext[] => {
  const some = (sopClasses.length > 0 ? sopClasses : usualStorage).slice(0, mostContexts - 2)
  const peerChooses = some.length * fetchedTransferSyntaxes.length > mostContexts - 2
  return some.map((abstractSyntax) => ({ abstractSyntax, transferSyntaxes: [...fetchedTransferSyntaxes], weServe: true, ...(peerChooses && { peerChooses }) }))
}

/**
 * Fetches series with C-GET: over the one line that we open, so that nothing has to listen here. Throws `DimseProblem`
 * `no-context` where the peer has no C-GET, and `PeerProblem`.
 */
export const getSeries = async (peer: PeerAsk, ask: RetrieveAsk, sopClasses: readonly string[], take: TakeInstance, signal: AbortSignal): Promise<void> => {
  const operations = [studyRoot.get, patientRoot.get].map((abstractSyntax) => ({ abstractSyntax, transferSyntaxes: [explicitLittleEndian, implicitLittleEndian], peerChooses: true }))
  const association = await openAssociation({ ...peer, contexts: [...operations, ...storageContexts(sopClasses)], signal })
  association.serve(storeIncoming(take))
  try {
    const context = association.contextOf(studyRoot.get) ?? association.contextOf(patientRoot.get)
    if (!context) throw new DimseProblem('no-context', 'C-GET')
    for (const series of ask.series) await retrieve(association, context, { commandField: commandField.getRq }, ask, series, signal)
    await association.release()
  } catch (reason) {
    association.abort()
    throw reason
  }
}

/** Asks the peer to send series to `destination` (our own AE title, which has to listen) with C-MOVE. Throws as {@link getSeries}. */
export const moveSeries = async (peer: PeerAsk, ask: RetrieveAsk, destination: string, moved: (instances: number) => void, signal: AbortSignal): Promise<void> => {
  const contexts = [studyRoot.move, patientRoot.move].map((abstractSyntax) => ({ abstractSyntax, transferSyntaxes: [explicitLittleEndian, implicitLittleEndian], peerChooses: true }))
  const association = await openAssociation({ ...peer, contexts, signal })
  try {
    const context = association.contextOf(studyRoot.move) ?? association.contextOf(patientRoot.move)
    if (!context) throw new DimseProblem('no-context', 'C-MOVE')
    let before = 0
    for (const series of ask.series) {
      let ofSeries = 0
      const tell = (instances: number): void => {
        ofSeries = instances
        moved(before + instances)
      }
      await retrieve(association, context, { commandField: commandField.moveRq, moveDestination: destination }, ask, series, signal, tell)
      before += ofSeries
    }
    await association.release()
  } catch (reason) {
    association.abort()
    throw reason
  }
}
