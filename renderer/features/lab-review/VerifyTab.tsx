import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import type { DecideResults, UnverifiedReport } from '../../../shared/contract'
import { unverifiedAtOnce } from '../../../shared/records/diagnostic-report/verification'
import { useAct, useAnswer } from '../../client'
import { Button, Empty, Notice, ProblemNotice, Waiting } from '../../components'
import { RejectDialog } from './RejectDialog'
import { ReportCard } from './ReportCard'
import { t } from './words'

/** What was decided last, and can be taken back. */
interface Decided {
  readonly decision: DecideResults['decision']
  readonly after: UnverifiedReport
  readonly results: readonly string[]
}

/** Reports of analysers of which something waits for a person, the oldest first. */
export const VerifyTab = () => {
  const { value: reports, problem, loading, refresh } = useAnswer('listUnverified', undefined, { keepPrevious: true })
  const [decide, { busy, problem: refused, clear }] = useAct('decideResults')
  const [rejecting, setRejecting] = useState<{ readonly report: UnverifiedReport; readonly results: readonly string[] } | null>(null)
  const [last, setLast] = useState<Decided | null>(null)

  const act = async (report: UnverifiedReport, decision: DecideResults['decision'], results: readonly string[], why = ''): Promise<boolean> => {
    const answer = await decide({ report: report.report, decision, results: [...results], why })
    if (!answer.ok) {
      refresh()
      return false
    }
    const before = new Set(report.results.map(({ id }) => id))
    setLast({ decision, after: answer.value, results: answer.value.results.filter(({ id }) => !before.has(id)).map(({ id }) => id) })
    return true
  }

  return (
    <section className="lab-list" aria-label={t('tab.verify')}>
      {last ? (
        <Notice
          tone="done"
          role="status"
          title={t(`done.${last.decision}`, { name: last.after.patientName, test: last.after.test })}
          actions={
            last.decision === 'take-back' ? null : (
              <Button busy={busy} onClick={() => void act(last.after, 'take-back', last.results)}>
                {t('take-back')}
              </Button>
            )
          }
        />
      ) : null}
      {problem ? <ProblemNotice problem={problem} onAgain={refresh} /> : null}
      {refused && !rejecting ? <ProblemNotice problem={refused} /> : null}
      {loading ? <Waiting>{common.waiting}</Waiting> : null}
      {reports?.length === 0 ? <Empty title={t('verify.empty')}>{t('verify.empty.text')}</Empty> : null}
      {reports?.map((report) => (
        <ReportCard
          key={report.report}
          report={report}
          busy={busy}
          onDecide={(decision, results) => {
            clear()
            if (decision === 'reject') setRejecting({ report, results })
            else void act(report, decision, results)
          }}
        />
      ))}
      {reports && reports.length >= unverifiedAtOnce ? <p className="faint">{t('verify.more', { count: unverifiedAtOnce })}</p> : null}
      {rejecting ? (
        <RejectDialog
          name={rejecting.report.patientName}
          draft={rejecting.report.report}
          busy={busy}
          problem={refused}
          onClose={() => setRejecting(null)}
          onReject={async (why) => {
            const isDone = await act(rejecting.report, 'reject', rejecting.results, why)
            if (isDone) setRejecting(null)
            return isDone
          }}
        />
      ) : null}
    </section>
  )
}
