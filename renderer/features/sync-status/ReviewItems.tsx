import type { ReactNode } from 'react'
import type { ReviewItem } from '../../../shared/contract'
import { useAct, useAnswer, useWho } from '../../client'
import { Button, Mark, ProblemNotice } from '../../components'
import { fieldWords, said, t, valueWords, whenWords } from './words'
import './sync.css'

interface Props {
  /** Only what concerns this patient; nothing is shown when there is nothing. */
  readonly patient?: string
}

/** What two workstations wrote differently while they were apart: both values, side by side. */
export const ReviewItems = ({ patient }: Props) => {
  const items = useAnswer('listReviewItems', patient === undefined ? {} : { patient })
  const who = useWho()
  const mayDecide = who?.actions.includes('review.resolve') ?? false
  const open = items.value?.filter(({ state }) => state === 'open') ?? []
  if (items.problem) return <ProblemNotice problem={items.problem} onAgain={items.refresh} />
  if (open.length === 0) return null
  return (
    <section className="panel sync-review" aria-labelledby={`review-title-${patient ?? 'all'}`}>
      <div className="panel-head">
        <h2 id={`review-title-${patient ?? 'all'}`}>
          {t('review.title')} <Mark sign="!">{String(open.length)}</Mark>
        </h2>
      </div>
      <div className="panel-body stack">
        <p className="faint">
          {t('review.lead')} {mayDecide ? '' : t('review.only.doctor')}
        </p>
        {open.map((item) => (
          <Item key={item.id} item={item} mayDecide={mayDecide} onChart={patient !== undefined} />
        ))}
      </div>
    </section>
  )
}

const Item = ({ item, mayDecide, onChart }: { readonly item: ReviewItem; readonly mayDecide: boolean; readonly onChart: boolean }) => {
  const [resolve, { busy, problem }] = useAct('resolveReviewItem')
  const field = fieldWords(item.field)
  const fixed = item.field === '*'
  const decide = (keep: 'mine' | 'theirs') => void resolve({ item: item.id, keep })
  return (
    <article className="sync-item" aria-label={t('review.label', { field })}>
      <header className="sync-item-head">
        <h3>
          {said(`type.${item.type}`, item.type)} <span aria-hidden="true">·</span> {field}
        </h3>
        {item.patient && !onChart ? <a href={`#/patients/${item.patient}`}>{t('review.open.chart')}</a> : null}
      </header>
      {problem ? <ProblemNotice problem={problem} /> : null}
      {fixed ? (
        <p>{t('review.fixed')}</p>
      ) : (
        <p>
          <span className="faint">{t('review.before')}</span> {valueWords(item.field, item.before)}
        </p>
      )}
      <div className="sync-sides">
        {(['mine', 'theirs'] as const).map((side) => (
          <Side key={side} item={item} side={side}>
            {mayDecide && !fixed ? (
              <Button busy={busy} onClick={() => decide(side)}>
                {item[side].value === '' ? t('review.keep.empty') : t('review.keep', { value: valueWords(item.field, item[side].value) })}
              </Button>
            ) : null}
          </Side>
        ))}
      </div>
      {mayDecide && fixed ? (
        <div className="sync-choice">
          <Button busy={busy} onClick={() => decide('theirs')}>
            {t('review.seen')}
          </Button>
        </div>
      ) : null}
    </article>
  )
}

const Side = ({ item, side, children }: { readonly item: ReviewItem; readonly side: 'mine' | 'theirs'; readonly children?: ReactNode }) => {
  const { value, by, station, at } = item[side]
  return (
    <div className="sync-side">
      <div>
        <strong className="sync-value">{valueWords(item.field, value)}</strong> {item.stands === side ? <Mark>{t('review.stands')}</Mark> : null}
      </div>
      <div>{t('review.by', { by: by === 'system' ? t('review.system') : by, station })}</div>
      <div className="faint">{whenWords(at)}</div>
      {children}
    </div>
  )
}
