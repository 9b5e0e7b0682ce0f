import { useId, useState } from 'react'
import type { ReviewChoice, ReviewItem } from '../../../shared/contract'
import { useAct } from '../../client'
import { Button, dropDraft, Form, formatDate, formatWhen, hasDraft, Mark, ProblemNotice, readDate, TextField, useDraft } from '../../components'
import { linesIn, patientWords, sideValue, t, whatWords, writerWords, type LineWords } from './words'

interface Props {
  readonly item: ReviewItem
  readonly mayDecide: boolean
  /** The patient is plain from around it. */
  readonly onChart: boolean
  readonly onDecided: (item: ReviewItem) => void
}

/** Under which the value that a person types is kept. */
const draftOf = ({ id }: ReviewItem): string => `review:${id}`

/** One thing to decide: both values side by side, who wrote them, when and where, what it was before, and what may be chosen. */
export const ReviewCard = ({ item, mayDecide, onChart, onDecided }: Props) => {
  const [resolve, { busy, problem }] = useAct('resolveReviewItem')
  // Found again after a crash: it waits where it was typed.
  const [typing, setTyping] = useState(() => hasDraft(draftOf(item)))
  const what = whatWords(item)
  const lines = linesIn(item)
  const decide = async (keep: ReviewChoice, text?: string) => {
    const answer = await resolve(text === undefined ? { item: item.id, keep } : { item: item.id, keep, text })
    if (!answer.ok) return
    dropDraft(draftOf(item))
    onDecided(answer.value)
  }
  return (
    <article className="review-item" aria-label={t(item.about === 'clash' ? 'label' : `label.${item.about}`, { what })}>
      <header className="review-head">
        <h3>{what}</h3>
        {item.patient && !onChart ? (
          <a href={`#/patients/${item.patient}`} aria-label={`${t('open.chart')} ${patientWords(item)}`.trim()}>
            {patientWords(item) || t('open.chart')}
          </a>
        ) : null}
      </header>
      {problem ? <ProblemNotice problem={problem} /> : null}
      {item.about === 'clash' ? null : <p>{t(item.about)}</p>}
      {lines.length > 0 ? <Comparison item={item} lines={lines} what={what} /> : null}
      {mayDecide ? (
        typing ? (
          <Typed item={item} what={what} busy={busy} onSave={(text) => void decide('typed', text)} onCancel={() => setTyping(false)} />
        ) : (
          <div className="review-choices acts">
            {item.choices.map((choice) => (
              <Button key={choice} busy={busy} onClick={() => (choice === 'typed' ? setTyping(true) : void decide(choice))}>
                {choiceWords(item, choice, lines)}
              </Button>
            ))}
          </div>
        )
      ) : null}
    </article>
  )
}

const choiceWords = (item: ReviewItem, choice: ReviewChoice, lines: readonly LineWords[]): string => {
  switch (choice) {
    case 'mine':
    case 'theirs':
      if (lines.length > 1) return t('keep.version', { station: item[choice].station })
      return item[choice].value === '' ? t('keep.nothing') : t('keep.value', { value: sideValue(item, choice) })
    case 'both':
      return t(item.about === 'fixed' ? 'keep.both.fixed' : 'keep.both')
    case 'present':
      return item.about === 'fixed' ? t('keep.present.fixed') : t('keep.present', { value: lines[0]?.now ?? item.present ?? t('nothing') })
    case 'typed':
      return t('keep.typed')
    case 'seen':
      return t('keep.seen')
  }
}

const Comparison = ({ item, lines, what }: { readonly item: ReviewItem; readonly lines: readonly LineWords[]; readonly what: string }) => {
  const withBefore = lines.some(({ before }) => before !== undefined)
  const withNow = lines.some(({ now }) => now !== undefined)
  return (
    <table className="table review-table">
      <caption className="visually-hidden">{what}</caption>
      <thead>
        <tr>
          <th scope="col">{t('column.field')}</th>
          {withBefore ? <th scope="col">{t('column.before')}</th> : null}
          {(['mine', 'theirs'] as const).map((side) => (
            <th key={side} scope="col" data-stands={item.stands === side || undefined}>
              <span>{writerWords(item[side])}</span>
              <time dateTime={item[side].at}>{formatWhen(item[side].at)}</time>
              {item.stands === side ? <Mark>{t('stands')}</Mark> : null}
            </th>
          ))}
          {withNow ? <th scope="col">{t('column.now')}</th> : null}
        </tr>
      </thead>
      <tbody>
        {lines.map(({ field, before, mine, theirs, now }) => (
          <tr key={field}>
            <th scope="row">{field}</th>
            {withBefore ? (
              <td className="review-before" dir="auto">
                {before ?? t('nothing')}
              </td>
            ) : null}
            {[mine, theirs].map((value, place) => (
              <td key={place === 0 ? 'mine' : 'theirs'} className="review-value" dir="auto">
                {value}
              </td>
            ))}
            {withNow ? <td dir="auto">{now ?? ''}</td> : null}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

interface TypedProps {
  readonly item: ReviewItem
  readonly what: string
  readonly busy: boolean
  readonly onSave: (text: string) => void
  readonly onCancel: () => void
}

/** Neither of the two: what is right is typed; left without a decision, it is there again. */
const Typed = ({ item, what, busy, onSave, onCancel }: TypedProps) => {
  const id = useId()
  const [text, setText] = useDraft(draftOf(item), () => (item.typed === 'date' ? formatDate(item.theirs.value) : item.theirs.value))
  const [tried, setTried] = useState(false)
  const value = item.typed === 'date' ? readDate(text, new Date()) : text.trim() || null
  const wrong = text.trim() === '' ? t('typed.needed') : t('typed.date.wrong')
  const save = () => {
    setTried(true)
    if (value !== null) onSave(value)
  }
  return (
    <Form className="review-typed" onSave={save}>
      <div onKeyDown={(event) => event.key === 'Escape' && (event.stopPropagation(), onCancel())}>
        <TextField
          id={id}
          autoFocus
          label={t('typed.label', { what })}
          hint={item.typed === 'date' ? t('typed.date') : undefined}
          value={text}
          onText={setText}
          error={tried && value === null ? wrong : undefined}
          maxLength={500}
        />
      </div>
      <div className="review-choices acts">
        <Button kind="main" type="submit" busy={busy} keys="Enter">
          {t('typed.save')}
        </Button>
        <Button onClick={onCancel} keys="Esc">
          {t('typed.cancel')}
        </Button>
      </div>
    </Form>
  )
}
