import { useState } from 'react'
import { codes as words } from '../../../resources/locales/en/codes'
import { common } from '../../../resources/locales/en/common'
import type { CodeSetEntry } from '../../../shared/contract'
import { useAct, useAnswer } from '../../client'
import { Button, Empty, Mark, ProblemNotice, useScreen, Waiting, wording } from '../../components'
import { ImportDialog } from './ImportDialog'
import './codes.css'

const t = wording(words)

/** The code sets of the practice: which are offered, where they come from, and one more from a file. */
export const CodeSetsScreen = () => {
  const { value: list, problem, refresh, loading } = useAnswer('listCodeSets')
  const [offer, { busy, problem: refused }] = useAct('offerCodeSet')
  const [isImporting, setImporting] = useState(false)
  useScreen('codes', list !== undefined)
  const button = <Button onClick={() => setImporting(true)}>{t('import')}</Button>
  return (
    <div className="code-sets">
      <section className="panel" aria-labelledby="codes-title">
        <div className="panel-head">
          <h1 id="codes-title">{t('title')}</h1>
          {button}
        </div>
        <div className="code-sets-body">
          <p className="faint">{t('intro')}</p>
          {refused ? <ProblemNotice problem={refused} /> : null}
          {problem && !list ? <ProblemNotice problem={problem} onAgain={refresh} /> : null}
          {loading ? <Waiting>{common.waiting}</Waiting> : null}
          {list?.length === 0 ? (
            <Empty title={t('empty')} action={button}>
              {t('empty.text')}
            </Empty>
          ) : null}
        </div>
        {list && list.length > 0 ? (
          <table className="table">
            <caption className="visually-hidden">{t('list')}</caption>
            <thead>
              <tr>
                <th scope="col">{t('column.title')}</th>
                <th scope="col">{t('column.edition')}</th>
                <th scope="col">{t('column.concepts')}</th>
                <th scope="col">{t('column.licence')}</th>
                <th scope="col">{t('column.offered')}</th>
              </tr>
            </thead>
            <tbody>
              {list.map((set) => (
                <SetRow key={set.id} set={set} busy={busy} onOffer={() => void offer({ set: set.id, isOffered: !set.isOffered })} />
              ))}
            </tbody>
          </table>
        ) : null}
      </section>
      {isImporting ? <ImportDialog onClose={() => setImporting(false)} /> : null}
    </div>
  )
}

const SetRow = ({ set: { title, edition, system, concepts, licence, origin, isOffered, isPartial }, busy, onOffer }: { readonly set: CodeSetEntry; readonly busy: boolean; readonly onOffer: () => void }) => (
  <tr>
    <th scope="row">
      <strong className="code-set-title" dir="auto">
        {title}
      </strong>
      <div className="faint small">{t(origin)}</div>
      {isPartial ? <div role="status">{t('partial')}</div> : null}
    </th>
    <td>
      <span dir="auto">{edition}</span>
      <div className="faint small code-system">{system}</div>
    </td>
    <td className="code-count">{concepts}</td>
    <td dir="auto">{licence || <span className="faint">{t('licence.none')}</span>}</td>
    <td>
      <span className="code-offer">
        <Mark tone={isOffered ? 'accent' : 'plain'}>{t(isOffered ? 'offered' : 'put-away')}</Mark>
        <Button kind="quiet" busy={busy} aria-label={t(isOffered ? 'putAway' : 'offer', { title, edition })} onClick={onOffer}>
          {t(isOffered ? 'putAway.short' : 'offer.short')}
        </Button>
      </span>
    </td>
  </tr>
)
