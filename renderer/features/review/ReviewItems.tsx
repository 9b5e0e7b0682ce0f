import { useEffect, useRef, useState } from 'react'
import type { ReviewItem } from '../../../shared/contract'
import { useAct, useAnswer, useWho } from '../../client'
import { Button, Mark, Notice, ProblemNotice } from '../../components'
import { ReviewCard } from './ReviewCard'
import { sideValue, t, valueOf, whatWords } from './words'
import './review.css'

/** As many as the practice host lists at once. */
const mostListed = 100

interface Props {
  /** Only what concerns this patient; nothing is shown when there is nothing. */
  readonly patient?: string
  /** What is shown where there is nothing to review; nothing by default. */
  readonly empty?: React.ReactNode
}

/** What was decided last, and the list that it was in. */
interface Done {
  readonly item: ReviewItem
  readonly list: readonly ReviewItem[] | undefined
}

/** What two workstations wrote differently while they were apart, side by side, for a person to decide. */
export const ReviewItems = ({ patient, empty = null }: Props) => {
  const items = useAnswer('listReviewItems', patient === undefined ? { state: 'open' } : { patient, state: 'open' })
  const who = useWho()
  const mayDecide = who?.actions.includes('review.resolve') ?? false
  const [decided, setDecided] = useState<Done | undefined>()
  // What was just decided leaves the list at once; a list that was read since says itself what is open, be it again.
  const open = items.value?.filter(({ id }) => id !== decided?.item.id || items.value !== decided.list) ?? []
  const done = decided && open.some(({ id }) => id === decided.item.id) ? undefined : decided?.item
  if (items.problem) return <ProblemNotice problem={items.problem} onAgain={items.refresh} />
  if (open.length === 0 && !done) return items.value ? empty : null
  return (
    <section className="panel review" aria-labelledby={`review-title-${patient ?? 'all'}`}>
      <div className="panel-head">
        <h2 id={`review-title-${patient ?? 'all'}`}>
          {t('title')} {open.length > 0 ? <Mark sign="≠">{String(open.length)}</Mark> : null}
        </h2>
      </div>
      <div className="panel-body stack">
        {done ? <Decided key={done.id} item={done} onUndone={() => setDecided(undefined)} /> : null}
        {open.length > 0 ? (
          <p className="faint">
            {t('lead')} {mayDecide ? '' : t('only.doctor')} {open.length >= mostListed ? t('more', { count: mostListed }) : ''}
          </p>
        ) : null}
        {open.map((item) => (
          <ReviewCard key={item.id} item={item} mayDecide={mayDecide} onChart={patient !== undefined} onDecided={(each) => setDecided({ item: each, list: items.value })} />
        ))}
      </div>
    </section>
  )
}

const doneWords = (item: ReviewItem): string => {
  switch (item.decision) {
    case 'both':
      return t('done.both')
    case 'mine':
    case 'theirs': {
      const value = item[item.decision].value
      return value === '' ? t('done.nothing', { what: whatWords(item) }) : t('done.value', { what: whatWords(item), value: sideValue(item, item.decision) })
    }
    case 'typed':
      return t('done.value', { what: whatWords(item), value: valueOf(item.field, item.present ?? '') })
    default:
      return t('done.seen')
  }
}

/** What was decided last, with a way back. */
const Decided = ({ item, onUndone }: { readonly item: ReviewItem; readonly onUndone: () => void }) => {
  const [reopen, { busy, problem }] = useAct('reopenReviewItem')
  const undo = useRef<HTMLButtonElement>(null)
  // The button that had the focus is gone with its item.
  useEffect(() => undo.current?.focus(), [])
  const takeBack = async () => {
    const answer = await reopen({ item: item.id })
    if (answer.ok) onUndone()
  }
  return (
    <>
      {problem ? <ProblemNotice problem={problem} /> : null}
      <Notice
        tone="done"
        role="status"
        title={doneWords(item)}
        actions={
          <Button ref={undo} busy={busy} onClick={() => void takeBack()}>
            {t('undo')}
          </Button>
        }
      />
    </>
  )
}
