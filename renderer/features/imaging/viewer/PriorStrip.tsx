import { memo } from 'react'
import type { StudyEntry } from '../../../../shared/contract'
import { Button, useLanguage } from '../../../components'
import { nameOfStudy, whenOf } from '../words'
import { v } from './words'

interface Props {
  /** Newest first. */
  readonly priors: readonly StudyEntry[]
  /** Ids of those that stand beside. */
  readonly compared: readonly string[]
  readonly onCompare: (study: StudyEntry) => void
  readonly onAlone: () => void
}

/** The other studies of the chart, in order of date: one press lays one beside. */
export const PriorStrip = memo(function PriorStrip({ priors, compared, onCompare, onAlone }: Props) {
  useLanguage()
  return (
    <nav className="viewer-series viewer-priors" aria-label={v('priors')}>
      <h3>{v('priors')}</h3>
      {priors.length === 0 ? <p className="faint small">{v('priors.none')}</p> : null}
      <ul>
        {priors.map((study) => (
          <li key={study.id}>
            <button
              type="button"
              aria-pressed={compared.includes(study.id)}
              disabled={study.here === 0}
              data-prior={study.id}
              onClick={() => onCompare(study)}
            >
              <span className="viewer-series-words">
                <strong>
                  <span className="visually-hidden">{v('priors.compare')} </span>
                  {whenOf(study.started)}
                </strong>
                <span>{nameOfStudy(study)}</span>
                <span className="faint">{study.here === 0 ? v('priors.notHere') : study.modalities.join(', ')}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {compared.length > 0 ? <Button onClick={onAlone}>{v('priors.alone')}</Button> : null}
    </nav>
  )
})
