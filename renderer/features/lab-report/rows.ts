import type { LabReport, LabReportLine, Letterhead } from '../../../shared/contract'
import { flagOf } from '../../../shared/records/observation/resultFlag'
import { letterheadLines } from '../../../shared/records/organization/letterhead'
import { displayName } from '../../../shared/records/patient/name'
import { unitText } from '../../../shared/standards/ucum'
import { formatDate, formatDayTime } from '../../components'
import { t, whomText } from '../result-entry'
import type { PrintHead, PrintRow } from './layout'

const when = (instant: string | undefined): string => (instant === undefined || instant === '' ? t('report.unknown') : formatDayTime(instant))
const fact = (name: string, value: string): string => t('report.fact', { name, value })

/** What stands in the head of the report. */
export const headOf = (report: LabReport, letterhead: Letterhead): PrintHead => {
  const { patient } = report
  const born = patient.birthDate === undefined ? t('report.born.unknown') : formatDate(patient.birthDate)
  return {
    letterhead: [...letterheadLines(letterhead), t('report.title')],
    patient: [displayName(patient), fact(t('report.number'), patient.number), fact(t('report.born'), born), fact(t('report.sex'), t(`sex.${patient.gender}`)), fact(t('report.accession'), report.accession)],
    order: [
      report.title,
      fact(t('report.ordered'), report.orderedBy === '' ? when(report.orderedAt) : t('report.by', { at: when(report.orderedAt), name: report.orderedBy })),
      fact(t('report.collected'), when(report.collectedAt)),
      fact(t('report.received'), when(report.receivedAt)),
      fact(t('report.issued'), when(report.issuedAt)),
      report.device === '' ? (report.typedBy === '' ? '' : t('report.typed', { name: report.typedBy })) : t('report.device', { device: report.device }),
    ],
    warnings: [
      ...(report.state === 'unverified' ? [t('report.notVerified.text')] : []),
      ...(report.state === 'rejected' ? [t('report.rejected.text')] : []),
      ...(report.isCorrected ? [t('report.corrected')] : []),
    ],
  }
}

const valueAndUnit = (text: string, unit: string | undefined): string => (unit === undefined ? text : `${text} ${unitText(unit)}`)

/** A result as it is printed. */
export const rowOf = ({ line, range, method, calculation, state, was }: LabReportLine): PrintRow => {
  const flag = state === 'rejected' ? undefined : flagOf(line)
  return {
    cells: {
      test: method === undefined ? line.name : `${line.name}\n${method}`,
      result: line.text,
      unit: line.unit === undefined ? '' : unitText(line.unit),
      range: line.range === undefined || line.range.trim() === '' ? (line.value === undefined ? '' : t('report.noRange')) : range ? `${line.range}\n${whomText(range)}` : line.range,
      flag: flag ? t(`report.flag.${flag}`) : '',
    },
    notes: [
      ...(state === 'verified' ? [] : [t(`report.line.${state}`)]),
      ...(was ? [t(was.why === '' ? 'report.was' : 'report.was.why', { value: valueAndUnit(was.text, was.unit), why: was.why })] : []),
      ...(calculation ? [t('report.calculated', { formula: calculation.source, inputs: calculation.inputs })] : []),
      ...(line.sent === undefined ? [] : [t('report.sent', { sent: line.sent })]),
      ...(line.comment === undefined ? [] : [line.comment]),
    ],
    isStriking: flag !== undefined,
  }
}

/** Who answers for the results. */
export const endingOf = ({ state, verifiedBy }: LabReport): string[] => [
  ...(state === 'verified' ? [verifiedBy.length === 0 ? t('report.verified.rule') : t('report.verified', { names: verifiedBy.join(', ') })] : []),
  t('report.end'),
]
