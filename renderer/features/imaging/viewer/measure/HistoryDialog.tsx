import { common } from '../../../../../resources/locales/en/common'
import type { AnnotationEntry } from '../../../../../shared/contract'
import { useAnswer } from '../../../../client'
import { Dialog, formatDayTime, ProblemNotice, Waiting } from '../../../../components'
import { linesOf, nameOf } from './lines'
import { m } from './words'

interface Props {
  readonly patient: string
  readonly study: string
  readonly entry: AnnotationEntry
  readonly onClose: () => void
}

/** Every version of an annotation: who, when, where, and what it said. */
export const HistoryDialog = ({ patient, study, entry, onClose }: Props) => {
  const { value: versions, problem, loading, refresh } = useAnswer('annotationHistory', { patient, study, annotation: entry.id })
  return (
    <Dialog title={m('history.title', { what: nameOf(entry) })} closeLabel={common.close} onClose={onClose} width={640}>
      {problem ? <ProblemNotice problem={problem} onAgain={refresh} /> : null}
      {loading ? <Waiting>{common.waiting}</Waiting> : null}
      <ol className="measure-list">
        {versions?.map(({ act, by, at, station, annotation }) => (
          <li key={at} className="measure-entry">
            <strong>{m(`history.${act}`)}</strong>
            <span className="faint">{m('panel.by', { name: by === '' ? m('panel.unknown') : by, when: formatDayTime(at), station })}</span>
            {linesOf(annotation.kind, annotation.drawing.measured, annotation.drawing.values, annotation.label).map((line, index) => (
              <span key={index}>{line}</span>
            ))}
          </li>
        ))}
      </ol>
    </Dialog>
  )
}
