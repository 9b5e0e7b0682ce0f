import { reportSections, type ImagingReportEntry } from '../../../../shared/contract'
import { formatDayTime } from '../../../components'
import { r } from './words'

/** The words of a report, as they are read on the chart and on paper. */
export const ReportWords = ({ report }: { readonly report: ImagingReportEntry }) => (
  <>
    {reportSections
      .filter((section) => report.text[section].trim() !== '')
      .map((section) => (
        <section key={section}>
          <h4>{r(`section.${section}`)}</h4>
          <p className="imaging-report-text">{report.text[section]}</p>
        </section>
      ))}
    <p className="faint small">{r('signed', { by: report.by, at: formatDayTime(report.at) })}</p>
    {report.addenda.map(({ text, by, at }) => (
      <section key={at}>
        <h4>{r('added', { by, at: formatDayTime(at) })}</h4>
        <p className="imaging-report-text">{text}</p>
      </section>
    ))}
  </>
)
