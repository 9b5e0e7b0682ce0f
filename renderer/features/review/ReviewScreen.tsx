import type { ReviewItem } from '../../../shared/contract'
import { useAct, useAnswer, useWho } from '../../client'
import { Button, Empty, formatDayTime, Notice, ProblemNotice, useScreen } from '../../components'
import { ReviewItems } from './ReviewItems'
import { patientWords, said, sideValue, t, whatWords } from './words'
import './review.css'

/** The desk: what is open, and what has been decided. */
export const ReviewScreen = () => {
  useScreen('review')
  return (
    <>
      <header className="screen-head">
        <h1>{t('screen.title')}</h1>
        <span className="faint">{t('screen.lead')}</span>
        <span className="spread" />
        <a className="button" data-kind="quiet" href="#/sync">
          {t('back')}
        </a>
      </header>
      <div className="screen">
        <ReviewItems empty={<Empty title={t('empty')}>{t('empty.text')}</Empty>} />
        <DecidedItems />
      </div>
    </>
  )
}

const DecidedItems = () => {
  const { value: items, problem, refresh } = useAnswer('listReviewItems', { state: 'resolved' }, { keepPrevious: true })
  const who = useWho()
  const mayDecide = who?.actions.includes('review.resolve') ?? false
  if (problem) return <ProblemNotice problem={problem} onAgain={refresh} />
  if (!items || items.length === 0) return null
  return (
    <section className="panel" aria-labelledby="review-decided">
      <div className="panel-head">
        <h2 id="review-decided">{t('resolved.title')}</h2>
      </div>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t('resolved.what')}</th>
            <th scope="col">{t('resolved.patient')}</th>
            <th scope="col">{t('resolved.choice')}</th>
            <th scope="col">{t('resolved.who')}</th>
            <th scope="col">
              <span className="visually-hidden">{t('resolved.again')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <DecidedRow key={item.id} item={item} mayDecide={mayDecide} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

const decisionWords = (item: ReviewItem): string => {
  const { decision } = item
  if (decision === undefined) return t('resolved.unknown')
  const value = decision === 'mine' || decision === 'theirs' ? sideValue(item, decision) : ''
  return said(`choice.${decision}`, decision, { value })
}

const DecidedRow = ({ item, mayDecide }: { readonly item: ReviewItem; readonly mayDecide: boolean }) => {
  const [reopen, { busy, problem }] = useAct('reopenReviewItem')
  const what = whatWords(item)
  return (
    <tr>
      <th scope="row">{what}</th>
      <td>{item.patient ? <a href={`#/patients/${item.patient}`}>{patientWords(item) || t('open.chart')}</a> : null}</td>
      <td dir="auto">{decisionWords(item)}</td>
      <td>
        {item.decidedBy ?? t('resolved.unknown')}
        {item.decidedAt ? <div className="faint">{formatDayTime(item.decidedAt)}</div> : null}
      </td>
      <td>
        {problem ? <ProblemNotice problem={problem} /> : null}
        {mayDecide ? (
          <Button kind="quiet" busy={busy} aria-label={t('resolved.again.of', { what })} onClick={() => void reopen({ item: item.id })}>
            {t('resolved.again')}
          </Button>
        ) : null}
      </td>
    </tr>
  )
}

/** A word on the exchange's screen while there is something to review. */
export const ReviewNotice = ({ count }: { readonly count: number }) =>
  count === 0 ? null : (
    <Notice
      role="status"
      title={t('open.count', { count })}
      actions={
        <a className="button" href="#/sync/review">
          {t('open.desk')}
        </a>
      }
    >
      {t('open.text')}
    </Notice>
  )
