import { useState } from 'react'
import type { AccessionOwner, ResultLine, TrayItem } from '../../../shared/contract'
import { useAct, useAnswer, useWho } from '../../client'
import { Button, Choice, Dialog, Empty, formatDate, formatDayTime, Mark, Notice, ProblemNotice, TextField, useDraft, Waiting } from '../../components'
import { SourceButton } from '../sources'
import { unitText } from '../results'
import { decimalsOf, said, t } from './words'
import './tray.css'

const states = ['waiting', 'filed', 'rejected'] as const

/** How many wait for each reason, the most first. */
const reasonCounts = (items: readonly TrayItem[]): readonly (readonly [TrayItem['reason'], number])[] => {
  const counts = new Map<TrayItem['reason'], number>()
  for (const { reason } of items) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return [...counts].sort((one, other) => other[1] - one[1])
}

/** Results that no order claimed: a named person files each, or rejects it with a reason. */
export const ResultTray = () => {
  const who = useWho()
  const mayFile = who?.actions.includes('tray.file') ?? false
  const [state, setState] = useState<TrayItem['state']>('waiting')
  const { value: all, problem, loading, refresh } = useAnswer('listTray', { state }, { keepPrevious: true })
  const [reason, setReason] = useState<TrayItem['reason'] | 'all'>('all')
  const counts = reasonCounts(all ?? [])
  const shown = counts.some(([each]) => each === reason) ? reason : 'all'
  const items = shown === 'all' ? all : all?.filter((item) => item.reason === shown)
  const [over, setOver] = useState<{ readonly what: 'file' | 'reject'; readonly item: TrayItem } | null>(null)
  return (
    <section className="tray" aria-labelledby="result-tray-title">
      <div className="tray-head">
        <h2 id="result-tray-title">{t('tray')}</h2>
        <Choice label={t('tray.show')} hideLabel value={state} options={states.map((value) => ({ value, label: t(`tray.${value}`) }))} onChoose={setState} />
      </div>
      <p className="faint">{t('tray.lead')}</p>
      {counts.length > 1 ? (
        <Choice
          label={t('reasons')}
          value={shown}
          options={[{ value: 'all' as const, label: `${t('reason.all')} (${all?.length ?? 0})` }, ...counts.map(([value, count]) => ({ value, label: `${said(`reason.${value}`)} (${count})` }))]}
          onChoose={setReason}
        />
      ) : null}
      {problem ? <ProblemNotice problem={problem} onAgain={refresh} /> : null}
      {loading ? <Waiting>…</Waiting> : null}
      {items?.length === 0 ? <Empty title={t(`tray.empty.${state}`)}>{state === 'waiting' ? t('tray.empty.waiting.text') : null}</Empty> : null}
      <ul className="tray-items">
        {items?.map((item) => (
          <li key={item.id}>
            <Item item={item} {...(mayFile && item.state === 'waiting' ? { onDecide: (what: 'file' | 'reject') => setOver({ what, item }) } : {})} />
          </li>
        ))}
      </ul>
      {over?.what === 'file' ? <FileDialog item={over.item} onClose={() => setOver(null)} /> : null}
      {over?.what === 'reject' ? <RejectDialog item={over.item} onClose={() => setOver(null)} /> : null}
    </section>
  )
}

/** Where somebody who may say it explains what a code or a unit means. */
const ExplainLink = ({ reason }: Pick<TrayItem, 'reason'>) => {
  const who = useWho()
  if (!who?.actions.includes('lab.configure') || (reason !== 'unmapped-code' && reason !== 'other-unit')) return null
  return (
    <a className="button" data-kind="main" href="#/lab/codes">
      {t(reason === 'unmapped-code' ? 'explain.code' : 'explain.unit')}
    </a>
  )
}

/** What a person who files this should know. */
const warnings: Partial<Record<TrayItem['reason'], 'file.duplicate' | 'file.impossible' | 'file.unmapped'>> = {
  duplicate: 'file.duplicate', 'impossible-value': 'file.impossible', 'unmapped-code': 'file.unmapped', 'other-unit': 'file.unmapped',
}

const Item = ({ item, onDecide }: { readonly item: TrayItem; readonly onDecide?: (what: 'file' | 'reject') => void }) => (
  <article className="panel tray-item" aria-label={`${item.deviceName}, ${item.accession || t('tray.number.none')}`}>
    <div className="panel-head tray-item-head">
      <h3>{item.deviceName}</h3>
      <Mark tone="abnormal" sign="!">
        {said(`reason.${item.reason}`)}
      </Mark>
      <span className="spread" />
      <SourceButton source={{ of: 'tray', item: item.id }} what={item.accession || item.deviceName} />
      {onDecide ? (
        <>
          <ExplainLink reason={item.reason} />
          {item.reason === 'quality-control' || item.results.length === 0 ? null : (
            <Button kind={item.reason === 'unmapped-code' || item.reason === 'other-unit' ? 'plain' : 'main'} onClick={() => onDecide('file')}>
              {t('tray.file')}
            </Button>
          )}
          <Button onClick={() => onDecide('reject')}>{t('tray.reject')}</Button>
        </>
      ) : null}
    </div>
    <div className="panel-body">
      <dl className="tray-facts">
        <dt>{t('tray.number')}</dt>
        <dd>{item.accession || t('tray.number.none')}</dd>
        <dt>{t('tray.received')}</dt>
        <dd>{formatDayTime(item.receivedAt)}</dd>
        <dt>{t('tray.says')}</dt>
        <dd>
          {item.analyserSays || t('tray.says.none')}
          {item.analyserSays ? <span className="faint"> ({t('tray.says.hint')})</span> : null}
        </dd>
      </dl>
      {item.decidedBy ? (
        <p>
          {t('tray.by', { name: item.decidedBy, at: formatDayTime(item.decidedAt ?? '') })} {item.rejectedBecause ? t('tray.because', { why: item.rejectedBecause }) : null}
        </p>
      ) : null}
      {item.results.length > 0 ? (
        <details>
          <summary>
            {t('tray.results')} ({item.results.length})
          </summary>
          <ResultTable lines={item.results} />
        </details>
      ) : null}
    </div>
  </article>
)

const ResultTable = ({ lines }: { readonly lines: readonly ResultLine[] }) => {
  const most = Math.max(0, ...lines.map(({ text }) => decimalsOf(text)))
  // A whole number lacks the point too, which is half as wide as a figure.
  const missing = (text: string) => `${most - decimalsOf(text) + (most > 0 && decimalsOf(text) === 0 ? 0.5 : 0)}ch`
  return (
    <table className="table tray-results">
      <thead>
        <tr>
          <th scope="col">{t('column.test')}</th>
          <th scope="col" className="number">
            {t('column.value')}
          </th>
          <th scope="col">{t('column.unit')}</th>
          <th scope="col">{t('column.flag')}</th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line, index) => (
          // An analyser may send a test twice in one message.
          <tr key={`${line.code} ${index}`}>
            <th scope="row">
              {line.name === line.code ? line.code : `${line.name} (${line.code})`}
              {line.comment ? <div className="faint tray-comment">{line.comment}</div> : null}
            </th>
            <td className="number" style={{ ['--missing' as string]: missing(line.text) }}>
              {line.text}
            </td>
            <td className="tray-unit">{line.unit ? unitText(line.unit) : ''}</td>
            <td>{line.flag ?? ''}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** First whose order it is, then the one button that files: a result never lands on a patient nobody looked at. */
const FileDialog = ({ item, onClose }: { readonly item: TrayItem; readonly onClose: () => void }) => {
  const [accession, setAccession, clear] = useDraft(`file-${item.id}`, item.accession)
  const [owner, setOwner] = useState<AccessionOwner | null>(null)
  const [tried, setTried] = useState(false)
  const [find, finding] = useAct('findOrder')
  const [file, filing] = useAct('fileTrayItem')
  const typed = accession.trim()
  const found = owner?.accession === typed ? owner : null
  const submit = async () => {
    setTried(true)
    if (typed === '' || finding.busy || filing.busy) return
    if (!found) {
      const answer = await find({ accession: typed })
      setOwner(answer.ok ? answer.value : null)
      return
    }
    if (!(await file({ item: item.id, accession: typed })).ok) return
    clear()
    onClose()
  }
  return (
    <Dialog
      title={t('file.title')}
      closeLabel={t('cancel')}
      onClose={onClose}
      onSubmit={() => void submit()}
      save={{ label: found ? t('file.save', { name: found.patientName }) : t('file.look'), busy: finding.busy || filing.busy }}
    >
      <div className="tray-form">
        <TextField
          label={t('file.accession')}
          hint={t('file.accession.hint')}
          value={accession}
          maxLength={40}
          error={tried && typed === '' ? t('file.fault') : undefined}
          onText={(text) => {
            setAccession(text)
            finding.clear()
          }}
          data-autofocus
        />
        {found ? (
          <Notice tone="info" role="status" title={t('file.of')}>
            <p className="tray-owner">{found.patientName}</p>
            <p>
              {found.patientNumber} {found.birthDate ? t('file.born', { date: formatDate(found.birthDate) }) : ''}
            </p>
            <p>{t('file.test', { test: found.test, status: t(`order.${found.status}`) })}</p>
            {item.accession && item.accession !== typed ? <p>{t('file.differs', { sent: item.accession, typed })}</p> : null}
            {warnings[item.reason] ? <p>{t(warnings[item.reason]!)}</p> : null}
          </Notice>
        ) : null}
        {finding.problem ? <ProblemNotice problem={finding.problem} /> : null}
        {filing.problem ? <ProblemNotice problem={filing.problem} /> : null}
      </div>
    </Dialog>
  )
}

const RejectDialog = ({ item, onClose }: { readonly item: TrayItem; readonly onClose: () => void }) => {
  const [why, setWhy, clear] = useDraft(`reject-${item.id}`, '')
  const [tried, setTried] = useState(false)
  const [reject, { busy, problem }] = useAct('rejectTrayItem')
  const submit = async () => {
    setTried(true)
    if (why.trim() === '' || busy) return
    if (!(await reject({ item: item.id, reason: why.trim() })).ok) return
    clear()
    onClose()
  }
  return (
    <Dialog
      title={t('reject.title')}
      closeLabel={t('cancel')}
      onClose={onClose}
      onSubmit={() => void submit()}
      save={{ label: t('tray.reject'), busy }}
    >
      <TextField label={t('reject.why')} value={why} maxLength={200} error={tried && why.trim() === '' ? t('reject.fault') : undefined} onText={setWhy} data-autofocus />
      {problem ? <ProblemNotice problem={problem} /> : null}
    </Dialog>
  )
}
