import type { PatientSummary } from '../../../../shared/contract'
import { useAnswer, useWho } from '../../../client'
import { Panel, ProblemNotice } from '../../../components'
import { ReportCard } from './ReportCard'
import { r } from './words'

/** Every imaging report on a chart, the newest first. Nothing stands there when there is none. */
export const ReportsPanel = ({ patient }: { readonly patient: string }) => {
  const who = useWho()
  const mayRead = who?.actions.includes('result.read') ?? false
  const { value: reports, problem, refresh } = useAnswer('listImagingReports', { patient }, { skip: !mayRead })
  const { value: banner, problem: noBanner, refresh: readBanner } = useAnswer('readBanner', { patient }, { skip: !mayRead })
  if (!problem && (reports ?? []).length === 0) return null
  const person: Pick<PatientSummary, 'id' | 'family' | 'given' | 'number'> = banner?.patient ?? { id: patient, family: '', given: '', number: '' }
  return (
    <Panel id="imaging-reports-title" className="imaging-reports" title={r('reports')}>
      {problem ? <ProblemNotice problem={problem} onAgain={refresh} /> : null}
      {noBanner && !banner ? <ProblemNotice problem={noBanner} onAgain={readBanner} /> : null}
      {reports?.map((report) => (
        <ReportCard key={report.id} patient={person} report={report} isKnown={banner !== undefined} />
      ))}
    </Panel>
  )
}
