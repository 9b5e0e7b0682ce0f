import { useState } from 'react'
import type { CriticalEntry } from '../../../shared/contract'
import { useAnswer, useWho } from '../../client'
import { Button, formatTime } from '../../components'
import { CriticalCall } from './CriticalCall'
import { TakeAlertDialog } from './TakeAlertDialog'
import { useAlarmSound } from './useAlarmSound'
import { t, valueWords, whyWords } from './words'
import './critical.css'

/** Stands over every screen, and sounds, until a named person has answered: the oldest first. */
export const CriticalAlarm = ({ hidden, onOpen, onAll }: { readonly hidden: boolean; readonly onOpen: (patient: string) => void; readonly onAll: () => void }) => {
  const who = useWho()
  const mayRead = who?.actions.includes('critical.read') ?? false
  const { value: open = [] } = useAnswer('listCriticals', undefined, { skip: !mayRead || hidden })
  const canSound = useAlarmSound(open.length > 0 && !hidden)
  const [taking, setTaking] = useState<CriticalEntry>()
  const [first] = open
  if (who && !mayRead) return hidden ? null : <CriticalCall isSignedIn />
  return (
    <>
      {first ? (
        <section className="critical-alarm" role="alert" aria-label={t('alarm')}>
          <strong className="critical-sign">
            <span aria-hidden="true">▲ </span>
            {t('alarm.sign')}
          </strong>
          <div className="critical-what">
            <div className="critical-line">
              <strong>{first.patientName}</strong> <span className="nowrap">{first.patientNumber}</span> {first.bed === undefined ? null : <span className="nowrap">{first.bed}</span>}
              <strong className="critical-value nowrap">
                {first.test} {valueWords(first)}
              </strong>
            </div>
            <div className="critical-line critical-small">
              <span>{whyWords(first)}</span>
              {first.state === 'unverified' ? <span>{t('alarm.unverified')}</span> : null}
              {first.now === undefined ? null : <span>{t('alarm.now', { now: first.now })}</span>}
              {first.again === undefined ? null : <span>{t('alarm.again', { time: formatTime(first.again) })}</span>}
              <span className="nowrap">{t('alarm.since', { time: formatTime(first.at) })}</span>
              <span>{to(first)}</span>
              {canSound ? null : <span>{t('alarm.silent')}</span>}
            </div>
          </div>
          <div className="acts">
            {open.length > 1 ? (
              <Button kind="quiet" onClick={onAll}>
                {t('alarm.more', { count: open.length - 1 })}
              </Button>
            ) : null}
            <Button kind="quiet" onClick={() => onOpen(first.patient)}>
              {t('alarm.chart')}
            </Button>
            {who?.actions.includes('critical.answer') ? (
              <Button aria-label={t('alarm.take.named', { test: first.test, value: valueWords(first), name: first.patientName })} onClick={() => setTaking(first)}>
                {t('alarm.take')}
              </Button>
            ) : null}
          </div>
        </section>
      ) : null}
      {taking && !hidden ? <TakeAlertDialog key={taking.id} entry={open.find(({ id }) => id === taking.id) ?? taking} onClose={() => setTaking(undefined)} /> : null}
    </>
  )
}

const to = ({ steps }: CriticalEntry): string => {
  const last = steps.at(-1)
  return last?.name === undefined ? t('alarm.everybody') : t('alarm.for', { name: last.name })
}
