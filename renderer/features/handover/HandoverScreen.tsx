import { useState } from 'react'
import { createPortal } from 'react-dom'
import type { HandoverPatient } from '../../../shared/contract'
import { letterheadLines } from '../../../shared/records/organization/letterhead'
import { displayName } from '../../../shared/records/patient/name'
import { newKey, shell, useAct, useAnswer, useWho } from '../../client'
import { Button, Dialog, Empty, formatDayTime, Panel, ProblemNotice, ScrollRegion, TextArea, useDraft, useNow, useScreen, Waiting } from '../../components'
import { ScoreMark } from '../early-warning'
import { bornWords, problemWords } from '../patients'
import { allergyWords, changeWords, dueWords, t, trendWords } from './words'
import './handover.css'

/** One sheet for the whole ward: shown, printed, handed over and taken. */
export const HandoverScreen = () => {
  const who = useWho()
  const may = who?.actions.includes('encounter.write') ?? false
  const { value: sheet, problem, loading, refresh } = useAnswer('readHandover')
  const letterhead = useAnswer('readLetterhead')
  const isRead = letterhead.value !== undefined || letterhead.problem !== undefined
  const [giving, setGiving] = useState(false)
  const [take, taking] = useAct('takeHandover')
  const [takeKey] = useState(newKey)
  const now = useNow()
  useScreen('handover', sheet !== undefined || problem !== undefined)
  const people = sheet?.patients ?? []
  return (
    <section className="filling" aria-labelledby="handover-title">
      <header className="screen-head">
        <h1 id="handover-title">{t('title')}</h1>
        <a href="#/round">{t('back')}</a>
        <span className="spread" />
        <Button disabled={people.length === 0 || !isRead} onClick={() => void shell.print()}>
          {t('print')}
        </Button>
        {may ? (
          <Button kind="main" disabled={people.length === 0} onClick={() => setGiving(true)}>
            {t('give')}
          </Button>
        ) : null}
      </header>
      <ScrollRegion className="filling-body handover-body" aria-label={t('sheet')}>
        {problem ? <ProblemNotice problem={problem} onAgain={refresh} /> : null}
        {taking.problem ? <ProblemNotice problem={taking.problem} /> : null}
        {loading ? <Waiting>…</Waiting> : null}
        {sheet ? <p className="faint">{t('lead', { time: formatDayTime(sheet.since) })}</p> : null}
        {sheet && people.length === 0 ? <Empty title={t('empty')}>{t('empty.text')}</Empty> : null}
        {people.map((each) => (
          <PatientSheet key={each.patient.id} of={each} nowMs={now.getTime()} />
        ))}
        {sheet && sheet.handovers.length > 0 ? (
          <Panel id="handover-past" title={t('past')}>
            <ul className="handover-past">
              {sheet.handovers.map(({ id, givenBy, givenAt, takenBy, takenAt, patients, note }) => (
                <li key={id}>
                  {t('past.given', { name: givenBy, time: formatDayTime(givenAt), count: patients })}
                  {note ? <p dir="auto">{note}</p> : null}
                  {takenAt === undefined ? (
                    <p>
                      <strong>{t('past.open')}</strong>{' '}
                      {may ? (
                        <Button busy={taking.busy} onClick={() => void take({ key: `${takeKey}${id}`.slice(0, 60), handover: id })}>
                          {t('take')}
                        </Button>
                      ) : null}
                    </p>
                  ) : (
                    <p className="faint">{t('past.taken', { name: takenBy ?? '', time: formatDayTime(takenAt) })}</p>
                  )}
                </li>
              ))}
            </ul>
          </Panel>
        ) : null}
      </ScrollRegion>
      {people.length > 0
        ? createPortal(
            <div className="handover-paper" aria-hidden="true">
              <header className="handover-letterhead">
                {letterhead.value ? letterheadLines(letterhead.value).map((line) => <div key={line} dir="auto">{line}</div>) : null}
              </header>
              <h1>{t('title')}</h1>
              {people.map((each) => (
                <PatientSheet key={each.patient.id} of={each} nowMs={now.getTime()} />
              ))}
              <p>{t('printed', { time: formatDayTime(now), name: who?.name ?? '' })}</p>
            </div>,
            document.body,
          )
        : null}
      {giving ? <GiveDialog count={people.length} name={who?.name ?? ''} onClose={() => setGiving(false)} /> : null}
    </section>
  )
}

const PatientSheet = ({ of, nowMs }: { readonly of: HandoverPatient; readonly nowMs: number }) => {
  const { bed, patient, situation, scores, pending, changes } = of
  const [newest] = scores
  const trend = trendWords(of)
  return (
    <article className="panel handover-one" aria-label={displayName(patient)}>
      <header>
        <strong className="handover-bed">{bed}</strong>{' '}
        <strong>
          <bdi>{displayName(patient)}</bdi>
        </strong>{' '}
        <span className="faint">
          {bornWords(patient)} · {patient.number}
        </span>{' '}
        <span>{allergyWords(of)}</span>
      </header>
      <dl className="facts">
        <div>
          <dt>{t('situation')}</dt>
          <dd>
            {situation.reason || t('situation.none')}
            {situation.note ? (
              <p className="handover-note">
                <bdi>{situation.note.text}</bdi> <span className="faint small piece">{t('note.by', { name: situation.note.by, time: formatDayTime(situation.note.at) })}</span>
              </p>
            ) : null}
          </dd>
        </div>
        <div>
          <dt>{t('problems')}</dt>
          <dd>{situation.problems.length > 0 ? situation.problems.map(problemWords).join(' · ') : t('problems.none')}</dd>
        </div>
        <div>
          <dt>{t('score')}</dt>
          <dd>
            {newest && newest.score.kind !== 'not-used' ? (
              <>
                <ScoreMark score={newest.score} /> <span className="faint">{formatDayTime(newest.at)}</span>
                {trend ? <p className="small">{t('trend', { scores: trend })}</p> : null}
              </>
            ) : (
              t('score.none')
            )}
          </dd>
        </div>
        <div>
          <dt>{t('pending')}</dt>
          <dd>{pending.length > 0 ? pending.map(({ what }) => what).join(' · ') : t('pending.none')}</dd>
        </div>
        <div>
          <dt>{t('due')}</dt>
          <dd>
            {dueWords(of, nowMs)}
            <p className="small faint">{t('drugs')}</p>
          </dd>
        </div>
        <div>
          <dt>{t('changes')}</dt>
          <dd>{changeWords(changes)}</dd>
        </div>
      </dl>
    </article>
  )
}

const GiveDialog = ({ count, name, onClose }: { readonly count: number; readonly name: string; readonly onClose: () => void }) => {
  const [draft, setDraft, clear] = useDraft('handover', () => ({ key: newKey(), note: '' }))
  const [give, { busy, problem }] = useAct('giveHandover')
  const save = async () => {
    if (busy || !(await give(draft)).ok) return
    clear()
    onClose()
  }
  return (
    <Dialog title={t('give.title', { count })} closeLabel={t('cancel')} onClose={onClose} onSubmit={() => void save()} width={520} save={{ label: t('give.save'), busy }}>
      <div className="stack">
        <p>{t('give.text', { name })}</p>
        <TextArea label={t('give.note')} rows={4} maxLength={2_000} value={draft.note} onText={(note) => setDraft((before) => ({ ...before, note }))} data-autofocus />
        {problem ? <ProblemNotice problem={problem} /> : null}
      </div>
    </Dialog>
  )
}
