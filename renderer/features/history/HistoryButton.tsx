import { useState, type ReactNode } from 'react'
import { createPortal } from 'react-dom'
import type { AskOf, HistoryVersion } from '../../../shared/contract'
import { common } from '../../../resources/locales/en/common'
import { useAnswer, useWho } from '../../client'
import { Button, Dialog, formatDayTime, Mark, ProblemNotice, Waiting } from '../../components'
import { fieldWords, t, valueWords, writerWords } from './words'
import './history.css'

interface Props {
  readonly patient: string
  readonly type: AskOf<'recordHistory'>['type']
  readonly record: string
  /** What the record is called, for the title: `Pulse`, `Details`. */
  readonly what: string
}

/** Opens the history of a record; not there for those who may not read charts. */
export const HistoryButton = (props: Props) => {
  const who = useWho()
  const [open, setOpen] = useState(false)
  if (!who?.actions.includes('chart.read')) return null
  return (
    <>
      <Button kind="quiet" aria-label={t('open.of', { what: props.what })} onClick={() => setOpen(true)}>
        {t('open')}
      </Button>
      {open ? <Apart><HistoryDialog {...props} onClose={() => setOpen(false)} /></Apart> : null}
    </>
  )
}

/** Outside the form that the button may stand in: its keys are not that form's. */
const Apart = ({ children }: { readonly children: ReactNode }) => createPortal(<div onKeyDown={(event) => event.stopPropagation()}>{children}</div>, document.body)

/** Every version of a record: who, when, where, and what changed. */
export const HistoryDialog = ({ patient, type, record, what, onClose }: Props & { readonly onClose: () => void }) => {
  const { value: versions, problem, refresh, loading } = useAnswer('recordHistory', { patient, type, record })
  return (
    <Dialog title={t('title.of', { what })} closeLabel={common.close} onClose={onClose} width={720}>
      <div className="stack">
        {problem ? <ProblemNotice problem={problem} onAgain={refresh} /> : null}
        {loading ? <Waiting>{common.waiting}</Waiting> : null}
        {versions ? <p className="faint">{versions.length === 1 ? t('only') : t('lead')}</p> : null}
        <ol className="history">
          {versions?.map((version, index) => (
            <li key={`${version.record} ${version.at}`}>
              <Version version={version} isNewest={index === 0} />
            </li>
          ))}
        </ol>
      </div>
    </Dialog>
  )
}

const Version = ({ version, isNewest }: { readonly version: HistoryVersion; readonly isNewest: boolean }) => {
  const isFirst = version.act === 'first'
  return (
    <article className="history-version">
      <header className="history-head">
        <strong>{t(`act.${version.act}`)}</strong>
        <span>{writerWords(version)}</span>
        <time dateTime={version.at}>{formatDayTime(version.at)}</time>
        {version.station === undefined ? null : <span className="faint">{t('station', { station: version.station })}</span>}
        {isNewest ? <Mark>{t('now')}</Mark> : null}
      </header>
      {version.changes.length === 0 ? (
        <p className="faint">{t('same')}</p>
      ) : (
        <table className="table history-changes">
          <thead>
            <tr>
              <th scope="col">{t('column.field')}</th>
              {isFirst ? null : <th scope="col">{t('column.before')}</th>}
              <th scope="col">{t(isFirst ? 'column.value' : 'column.after')}</th>
            </tr>
          </thead>
          <tbody>
            {version.changes.map(({ field, before, after }) => (
              <tr key={field}>
                <th scope="row">{fieldWords(field)}</th>
                {isFirst ? null : (
                  <td className={before ? 'history-before' : 'faint'} dir="auto">
                    {valueWords(before)}
                  </td>
                )}
                <td className={after ? 'history-after' : 'faint'} dir="auto">
                  {valueWords(after)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </article>
  )
}
