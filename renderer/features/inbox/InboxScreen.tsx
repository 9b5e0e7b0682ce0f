import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { common } from '../../../resources/locales/en/common'
import type { InboxItem } from '../../../shared/contract'
import { useAct, useAnswer, useWho } from '../../client'
import { Button, Empty, Notice, Pieces, ProblemNotice, ScrollRegion, useScreen, Waiting } from '../../components'
import { ItemMarks } from './ItemMarks'
import { ItemView } from './ItemView'
import { lineWords, personPieces, t, titleOf, whenWords } from './words'
import './inbox.css'

const pageOf = 50

/** The inbox of the person at this window, and those of others for whom they stand in. */
export const InboxScreen = () => {
  const who = useWho()
  const [of, setOf] = useState<string | undefined>(undefined)
  const owners = useAnswer('listInboxes')
  const count = useAnswer('countInbox')
  const toCover = count.value?.toCover ?? 0
  const tabs = (owners.value ?? []).map(({ practitioner, name, waiting, critical, isOnDuty }) => ({
    id: practitioner === '' ? 'nobody' : practitioner,
    label: t(critical > 0 ? 'owner.critical' : 'owner', { name: practitioner === '' ? t('owner.nobody') : name, count: waiting, critical }),
    isOff: practitioner !== '' && !isOnDuty,
  }))
  return (
    <div className="filling">
      <header className="screen-head">
        <h1>{t('title')}</h1>
        <span className="faint">{t('lead')}</span>
      </header>
      {toCover > 0 ? <Notice tone="info" role="status" title={t('cover', { count: toCover })} /> : null}
      <div className="inbox-owners" role="group" aria-label={t('owners')}>
        <Button aria-pressed={of === undefined} onClick={() => setOf(undefined)}>
          {t('owner', { name: t('own'), count: count.value?.waiting ?? 0 })}
        </Button>
        {tabs.map(({ id, label, isOff }) => (
          <Button key={id} aria-pressed={of === id} onClick={() => setOf(id)}>
            {label}
            {isOff ? <span className="faint small">{t('owner.off')}</span> : null}
          </Button>
        ))}
      </div>
      {owners.problem ? <ProblemNotice problem={owners.problem} onAgain={owners.refresh} /> : null}
      {who ? <List key={of ?? 'own'} of={of} /> : null}
    </div>
  )
}

const List = ({ of }: { readonly of: string | undefined }) => {
  const [limit, setLimit] = useState(pageOf)
  const inbox = useAnswer('listInbox', { ...(of === undefined ? {} : { of }), limit }, { keepPrevious: true })
  const items = inbox.value?.items
  const [selected, setSelected] = useState<string | null>(null)
  // The first one is shown at once, and stays in place though others come before it; not one that is remembered of an earlier visit and may wait no more.
  if (selected === null && items?.[0] && !inbox.isOld) setSelected(items[0].report)
  const index = items?.findIndex(({ report }) => report === selected) ?? -1
  const list = useRef<HTMLUListElement>(null)
  const [told] = useAct('noticesShown')
  const shown = (of === undefined ? (items ?? []) : []).flatMap(({ kind, order }) => (kind === 'imaging' && order !== undefined ? [order] : [])).join(' ')
  // Reports of images stand on the screen of whoever asked for them: that is when they were told.
  useEffect(() => {
    if (shown !== '') void told({ orders: shown.split(' ').slice(0, 100) })
  }, [shown, told])
  useScreen('inbox', inbox.value !== undefined || inbox.problem !== undefined)

  const move = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    const next = items?.[index + step]
    if (step === 0 || !next) return
    event.preventDefault()
    setSelected(next.report)
    list.current?.querySelectorAll<HTMLElement>('.inbox-item')[index + step]?.focus()
  }
  const afterwards = () => setSelected(items?.[index + 1]?.report ?? items?.[index - 1]?.report ?? null)
  const item = items?.[index]
  return (
    <div className="inbox">
      <ScrollRegion className="inbox-list" aria-label={t('list')}>
        {inbox.problem ? <ProblemNotice problem={inbox.problem} onAgain={inbox.refresh} /> : null}
        {inbox.loading ? <Waiting>{common.waiting}</Waiting> : null}
        {items?.length === 0 ? <Empty title={t('empty')}>{t('empty.text')}</Empty> : null}
        <ul ref={list} onKeyDown={move}>
          {items?.map((each) => (
            <li key={each.report}>
              <Row item={each} isOpen={each.report === selected} onOpen={() => setSelected(each.report)} />
            </li>
          ))}
        </ul>
        {inbox.value && inbox.value.total > inbox.value.items.length && limit < 500 ? (
          <Button onClick={() => setLimit(Math.min(500, limit + pageOf * 2))}>{t('more', { count: inbox.value.total })}</Button>
        ) : null}
        {items && items.length > 0 ? <p className="faint small inbox-keys">{t('keys')}</p> : null}
      </ScrollRegion>
      {item ? (
        <ItemView key={item.report} item={item} isOwn={of === undefined} onSettled={afterwards} />
      ) : selected !== null && items && items.length > 0 ? (
        <section className="panel inbox-view">
          <Notice role="status" title={t('gone')} actions={<Button onClick={() => setSelected(items[0]?.report ?? null)}>{t('gone.next')}</Button>}>
            {t('gone.text')}
          </Notice>
        </section>
      ) : null}
    </div>
  )
}

const Row = ({ item, isOpen, onOpen }: { readonly item: InboxItem; readonly isOpen: boolean; readonly onOpen: () => void }) => (
  <button type="button" className="inbox-item" aria-current={isOpen || undefined} data-severity={item.severity} onClick={onOpen}>
    <span className="inbox-line">
      <strong dir="auto">{titleOf(item)}</strong>
      <ItemMarks item={item} />
    </span>
    <span>
      <Pieces of={personPieces(item.patient)} />
    </span>
    {item.striking.length > 0 ? (
      <span className="inbox-striking">
        <Pieces of={item.striking.slice(0, 3).map(lineWords)} />
      </span>
    ) : null}
    {item.impression === '' ? null : (
      <span className="inbox-impression" dir="auto">
        {item.impression}
      </span>
    )}
    <span className="faint small">
      {whenWords(item)} · {item.accession}
    </span>
  </button>
)
