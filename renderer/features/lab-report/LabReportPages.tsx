import type { LabReport, Letterhead } from '../../../shared/contract'
import { t } from '../result-entry'
import { pagesOf } from './layout'
import { endingOf, headOf, rowOf } from './rows'

interface Props {
  readonly report: LabReport
  readonly letterhead: Letterhead
  /** When and by whom it is printed, in words. */
  readonly printed: string
}

const mm = (value: number): string => `${value}mm`

/** A report as it lies on paper, page by page; everything at its place in millimetres. */
export const LabReportPages = ({ report, letterhead, printed }: Props) => {
  const names = { test: t('report.column.test'), result: t('report.column.result'), unit: t('report.column.unit'), range: t('report.column.range'), flag: t('report.column.flag') }
  const pages = pagesOf(headOf(report, letterhead), names, report.lines.map(rowOf), endingOf(report))
  return pages.map(({ texts, rules }, index) => (
    <div className="lab-sheet" key={index}>
      {texts.map(({ kind, text, at, top, width, isBold }, place) => (
        <span key={place} data-kind={kind} data-bold={isBold || undefined} style={{ insetInlineStart: mm(at), insetBlockStart: mm(top), inlineSize: mm(width) }}>
          <bdi>{text}</bdi>
        </span>
      ))}
      {rules.map((top) => (
        <hr key={top} style={{ insetBlockStart: mm(top) }} />
      ))}
      <footer>
        <span>{printed}</span>
        <span>{t('report.page', { page: index + 1, pages: pages.length })}</span>
      </footer>
    </div>
  ))
}
