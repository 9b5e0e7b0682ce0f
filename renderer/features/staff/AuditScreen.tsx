import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import { auditActions, staff as words } from '../../../resources/locales/en/staff'
import { useAnswer } from '../../client'
import { Empty, formatDayTime, Mark, Notice, ProblemNotice, readDate, TextField, useNow, useScreen, Waiting, wording } from '../../components'

const t = wording(words)

const actions: Readonly<Record<string, string>> = auditActions

/** What was done, in words; the name of the request where there are none. */
const actionWords = (action: string): string => actions[action] ?? action

/** The audit trail, newest first, and whether its chain holds. */
export const AuditScreen = () => {
  const [text, setText] = useState('')
  const now = useNow()
  const day = text.trim() ? readDate(text, now) : null
  const whole = day && day.length === 10 ? day : null
  const { value: trail, problem, refresh, loading } = useAnswer('readAudit', { limit: 200, ...(whole ? { day: whole } : {}) }, { keepPrevious: true })
  useScreen('audit', trail !== undefined)
  return (
    <>
      <header className="screen-head">
        <h1>{t('audit.title')}</h1>
        <span className="faint">{t('audit.lead')}</span>
        <span className="spread" />
      </header>
      <div className="screen">
        <div style={{ maxWidth: 260 }}>
          <TextField
            label={t('audit.day')}
            hint={t('audit.day.hint')}
            value={text}
            onText={setText}
            error={text.trim().length > 5 && !whole ? t('audit.day.wrong') : undefined}
          />
        </div>
        {trail ? (
          trail.intact ? (
            <Notice tone="done" role="status" title={t('audit.intact')} />
          ) : (
            <Notice tone="critical" role="alert" title={t('audit.broken')}>
              {t('audit.broken.text')}
            </Notice>
          )
        ) : null}
        {problem && !trail ? <ProblemNotice problem={problem} onAgain={refresh} /> : null}
        {loading ? <Waiting>{common.waiting}</Waiting> : null}
        {trail ? (
          <section className="panel" aria-label={t('audit.title')}>
            {trail.lines.length === 0 ? <Empty title={t('audit.empty')} /> : null}
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">{t('audit.at')}</th>
                  <th scope="col">{t('audit.who')}</th>
                  <th scope="col">{t('audit.action')}</th>
                  <th scope="col">{t('audit.patient')}</th>
                  <th scope="col">{t('audit.station')}</th>
                  <th scope="col">{t('audit.outcome')}</th>
                </tr>
              </thead>
              <tbody>
                {trail.lines.map((line) => (
                  <tr key={line.id}>
                    <td style={{ whiteSpace: 'nowrap' }}>{formatDayTime(line.at)}</td>
                    <td>{line.who}</td>
                    <td>
                      {actionWords(line.action)} {line.workstation}
                    </td>
                    <td>{line.patient ? <a href={`#/patients/${line.patient}`}>{t('audit.open')}</a> : ''}</td>
                    <td>{line.station}</td>
                    <td>{line.outcome === 'refused' ? <Mark sign="✕">{t('audit.refused')}</Mark> : t('audit.done')}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        ) : null}
      </div>
    </>
  )
}
