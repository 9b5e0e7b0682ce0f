import { useCallback, useState } from 'react'
import { common } from '../../../../resources/locales/en/common'
import type { ImagingReportEntry, PatientSummary } from '../../../../shared/contract'
import { newKey, useAct, useWho } from '../../../client'
import { Button, Dialog, formatDayTime, Notice, ProblemNotice, TextArea, useDraft } from '../../../components'
import { HistoryButton } from '../../history'
import { ReasonDialog } from '../orders/ReasonDialog'
import { ReportPrint, type PrintFailure } from './ReportPrint'
import { ReportWords } from './ReportText'
import { r } from './words'
import './report.css'

interface Props {
  readonly patient: Pick<PatientSummary, 'id' | 'family' | 'given' | 'number'>
  /** False while nobody knows the name of the patient: nothing is printed without it. */
  readonly isKnown?: boolean
  readonly report: ImagingReportEntry
}

/** A signed report: read, added to, printed, withdrawn. */
export const ReportCard = ({ patient, report, isKnown = true }: Props) => {
  const who = useWho()
  const maySign = (who?.actions.includes('report.sign') ?? false) && !report.withdrawn
  const [adding, setAdding] = useState(false)
  const [withdrawing, setWithdrawing] = useState(false)
  const [printing, setPrinting] = useState<'all' | 'words'>()
  const [failure, setFailure] = useState<PrintFailure>()
  const [withdraw, withdrawal] = useAct('withdrawImagingReport')
  const printed = useCallback(() => setPrinting(undefined), [])
  const failed = useCallback((why: PrintFailure) => {
    setPrinting(undefined)
    setFailure(why)
  }, [])
  const print = (what: 'all' | 'words') => {
    setFailure(undefined)
    setPrinting(what)
  }
  return (
    <article className="imaging-report" data-report={report.id}>
      <div className="imaging-report-head">
        <strong>{report.title}</strong>
        {report.accession === '' ? null : <span className="faint">{r('order', { accession: report.accession })}</span>}
      </div>
      {report.withdrawn ? (
        <Notice tone="abnormal" title={r('withdrawn', { by: report.withdrawn.by, at: formatDayTime(report.withdrawn.at), why: report.withdrawn.text })}>
          <p>{r('withdrawn.text')}</p>
        </Notice>
      ) : null}
      {failure ? (
        <Notice
          tone="abnormal"
          role="alert"
          title={r(failure === 'failed' ? 'print.failed' : 'print.noImages')}
          actions={<Button onClick={() => print('words')}>{r('print.words')}</Button>}
        />
      ) : null}
      <ReportWords report={report} />
      <div className="imaging-report-head">
        {report.withdrawn ? null : (
          <Button busy={printing !== undefined} disabled={!isKnown} onClick={() => print('all')} aria-label={r('print.label', { title: report.title })}>
            {r('print')}
          </Button>
        )}
        {maySign ? (
          <>
            <Button onClick={() => setAdding(true)}>{r('add')}</Button>
            <Button kind="quiet" onClick={() => setWithdrawing(true)}>
              {r('withdraw')}
            </Button>
          </>
        ) : null}
        <HistoryButton patient={patient.id} type="DiagnosticReport" record={report.id} what={report.title} />
      </div>
      {adding ? <AddDialog patient={patient.id} report={report.id} onClose={() => setAdding(false)} /> : null}
      {withdrawing ? (
        <ReasonDialog
          draft={`imaging-withdraw:${report.id}`}
          title={r('withdraw.title')}
          text={r('withdraw.text')}
          label={r('withdraw.why')}
          fault={r('withdraw.fault')}
          act={r('withdraw.act')}
          busy={withdrawal.busy}
          problem={withdrawal.problem ? <ProblemNotice problem={withdrawal.problem} /> : null}
          onClose={() => setWithdrawing(false)}
          onAct={(why) =>
            withdraw({ key: newKey(), patient: patient.id, report: report.id, why }).then(({ ok }) => {
              if (ok) setWithdrawing(false)
              return ok
            })
          }
        />
      ) : null}
      {printing ? <ReportPrint patient={patient} report={report} wordsAlone={printing === 'words'} onPrinted={printed} onFailed={failed} /> : null}
    </article>
  )
}

const AddDialog = ({ patient, report, onClose }: { readonly patient: string; readonly report: string; readonly onClose: () => void }) => {
  const [draft, setDraft, clear] = useDraft(`imaging-addendum:${report}`, () => ({ key: newKey(), text: '' }))
  const [tried, setTried] = useState(false)
  const [add, { busy, problem }] = useAct('addToImagingReport')
  const submit = async () => {
    setTried(true)
    if (draft.text.trim() === '' || busy) return
    if (!(await add({ key: draft.key, patient, report, text: draft.text })).ok) return
    clear()
    onClose()
  }
  return (
    <Dialog title={r('add.title')} closeLabel={common.cancel} onClose={onClose} onSubmit={() => void submit()} save={{ label: r('add.act'), busy }}>
      <div className="stack">
        {problem ? <ProblemNotice problem={problem} /> : null}
        <TextArea label={r('add.text')} rows={5} value={draft.text} onText={(text) => setDraft((before) => ({ ...before, text }))} error={tried && draft.text.trim() === '' ? r('add.fault') : undefined} data-autofocus />
      </div>
    </Dialog>
  )
}
