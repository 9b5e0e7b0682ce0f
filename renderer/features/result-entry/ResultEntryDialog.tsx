import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import type { EntrySheet, EntryTest, TypedOutcome } from '../../../shared/contract'
import type { Calculated, NotCalculated } from '../../../shared/records/observation/calculated'
import { unitText } from '../../../shared/standards/ucum'
import { newKey, useAct, useAnswer, useWho } from '../../client'
import { Button, Dialog, formatDate, formatDay, formatDayTime, Mark, Notice, ProblemNotice, useDraft, Waiting } from '../../components'
import { FlagMark } from '../charting'
import { unclearNumber } from '../language'
import { nameOf } from '../patients'
import { expectedText } from './expected'
import { followingFrom, isOpen, readLine, type SheetDraft } from './sheet'
import { t } from './words'
import './resultEntry.css'

interface Props {
  readonly patient: string
  readonly order: string
  readonly onClose: () => void
  /** They are filed: whose, and whether they wait for a second look. */
  readonly onSaved?: (outcome: TypedOutcome, sheet: EntrySheet) => void
}

/** The sheet of an order, as the paper form has it: one line a test, Enter goes on, Ctrl+Enter saves. */
export const ResultEntryDialog = ({ patient, order, onClose, onSaved }: Props) => {
  const { value: sheet, problem, refresh } = useAnswer('readEntrySheet', { patient, order })
  return sheet ? (
    <Sheet sheet={sheet} onClose={onClose} {...(onSaved && { onSaved })} />
  ) : (
    <Dialog title={t('enter')} closeLabel={common.close} onClose={onClose}>
      {problem ? <ProblemNotice problem={problem} onAgain={refresh} /> : <Waiting>{common.waiting}</Waiting>}
    </Dialog>
  )
}

const Sheet = ({ sheet, onClose, onSaved }: Omit<Props, 'patient' | 'order'> & { readonly sheet: EntrySheet }) => {
  const who = useWho()
  const mayVerify = who?.actions.includes('result.verify') ?? false
  const [draft, setDraft, clear] = useDraft<SheetDraft>(`results:${sheet.order}`, () => ({ key: newKey(), values: {}, remarks: {} }))
  const [tried, setTried] = useState(false)
  const [save, { busy, problem }] = useAct('saveTypedResults')
  const [decide, verification] = useAct('decideResults')
  const { values, refused } = followingFrom(sheet, draft.values)
  const open = sheet.tests.filter(isOpen)
  const typed = open.filter(({ code }) => (draft.values[code] ?? '').trim() !== '')
  const isWrong = typed.some((test) => readLine(test, draft.values[test.code] ?? '').kind === 'not-a-number')
  const submit = async (isVerified: boolean) => {
    setTried(true)
    if (busy || verification.busy || typed.length === 0 || isWrong) return
    const results = typed.map(({ code }) => ({ code, text: (draft.values[code] ?? '').trim(), ...(draft.remarks[code]?.trim() ? { comment: draft.remarks[code].trim() } : {}) }))
    const answer = await save({ key: draft.key, patient: sheet.patient.id, order: sheet.order, results })
    if (!answer.ok) return
    // Whatever becomes of the second step: what was typed is filed, and stands among what is to be verified.
    const accepted = isVerified && answer.value.state === 'unverified' && (await decide({ report: answer.value.report, decision: 'accept' })).ok
    clear()
    onSaved?.(accepted ? { ...answer.value, state: 'verified' } : answer.value, sheet)
    onClose()
  }
  const { patient } = sheet
  const person = { number: patient.number, sex: t(`sex.${patient.gender}`), date: patient.birthDate === undefined ? '' : formatDate(patient.birthDate) }
  return (
    <Dialog
      title={t('enter.title', { name: nameOf(patient) })}
      closeLabel={common.close}
      onClose={onClose}
      onSubmit={() => void submit(false)}
      width={1000}
      foot={
        <>
          {tried && typed.length === 0 ? (
            <span className="field-error" role="alert">
              {t('enter.nothing')}
            </span>
          ) : null}
          <span className="spread" />
          {mayVerify ? (
            <Button busy={busy || verification.busy} disabled={open.length === 0} onClick={() => void submit(true)}>
              {t('enter.saveAndVerify')}
            </Button>
          ) : null}
          <Button kind="main" type="submit" busy={busy || verification.busy} disabled={open.length === 0} keys="Ctrl+Enter">
            {t('enter.save')}
          </Button>
        </>
      }
    >
      <div className="stack">
        <div className="entry-head">
          <span>{t(patient.birthDate === undefined ? 'enter.person.noDate' : 'enter.person', person)}</span>
          <strong>{t('enter.sheet', { test: sheet.title, accession: sheet.accession })}</strong>
          <span className="faint">{sheet.collectedAt === undefined ? t('enter.collected.none') : t('enter.collected', { at: formatDayTime(sheet.collectedAt) })}</span>
        </div>
        {problem ? <ProblemNotice problem={problem} /> : null}
        {open.length === 0 ? <Notice title={t('enter.empty')} /> : null}
        <div className="entry-scroll">
          <table className="table entry-table">
            <caption className="visually-hidden">{t('enter.caption', { name: nameOf(patient), test: sheet.title })}</caption>
            <thead>
              <tr>
                {(['test', 'result', 'expected', 'flag', 'last'] as const).map((column) => (
                  <th scope="col" key={column}>
                    {t(`enter.column.${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {sheet.tests.map((test) => (
                <Row
                  key={test.code}
                  test={test}
                  isFirst={test === open[0]}
                  typed={draft.values[test.code] ?? ''}
                  remark={draft.remarks[test.code]}
                  calculated={values.find(({ loinc }) => loinc === test.loinc)}
                  refused={refused.find(({ formula }) => test.loinc !== undefined && formula.loinc.includes(test.loinc))}
                  onType={(text) => setDraft((before) => ({ ...before, values: { ...before.values, [test.code]: text } }))}
                  onRemark={(text) => setDraft((before) => ({ ...before, remarks: { ...before.remarks, [test.code]: text } }))}
                />
              ))}
              {values
                .filter(({ loinc }) => !sheet.tests.some((test) => test.loinc === loinc))
                .map((value) => (
                  <Following key={value.code} value={value} />
                ))}
            </tbody>
          </table>
        </div>
      </div>
    </Dialog>
  )
}

interface RowProps {
  readonly test: EntryTest
  readonly isFirst: boolean
  readonly typed: string
  readonly remark: string | undefined
  readonly calculated: Calculated | undefined
  readonly refused: NotCalculated | undefined
  readonly onType: (text: string) => void
  readonly onRemark: (text: string) => void
}

const valueAndUnit = (text: string, unit: string | undefined): string => (unit === undefined ? text : `${text} ${unitText(unit)}`)

const Row = ({ test, isFirst, typed, remark, calculated, refused, onType, onRemark }: RowProps) => {
  const [isRemarking, setRemarking] = useState(false)
  const read = readLine(test, typed)
  const expected = expectedText(test.expected)
  const { standing, earlier } = test
  const unit = test.unit === undefined || test.unit === '1' ? '' : unitText(test.unit)
  const label = unit === '' ? test.name : t('enter.field', { test: test.name, unit })
  const fault = read.kind === 'not-a-number' ? (unclearNumber(typed) ?? t('enter.notNumber')) : read.kind === 'number' && read.isImpossible ? t('enter.impossible') : undefined
  const faultId = `entry-fault-${test.code}`
  const common = { 'aria-label': label, 'aria-invalid': fault ? true : undefined, 'aria-describedby': fault ? faultId : undefined, 'data-autofocus': isFirst || undefined, className: 'input' } as const
  return (
    <tr data-state={standing?.state}>
      <th scope="row">
        {test.name}
        {test.method === undefined ? null : <div className="faint small">{test.method}</div>}
        {standing && standing.state !== 'accepted' ? (
          <div className="faint small">{t(standing.state === 'waiting' ? 'enter.typedBefore' : 'enter.rejected', { value: valueAndUnit(standing.line.text, standing.line.unit) })}</div>
        ) : null}
      </th>
      <td className="entry-result">
        {standing?.state === 'accepted' ? (
          t('enter.accepted', { value: valueAndUnit(standing.line.text, standing.line.unit) })
        ) : (
          <>
            <div className="entry-field">
              {test.result === 'coded' ? (
                <select {...common} value={typed} onChange={(event) => onType(event.target.value)}>
                  <option value="">{t('enter.choose')}</option>
                  {test.answers?.map((answer) => (
                    <option key={answer} value={answer}>
                      {answer}
                    </option>
                  ))}
                </select>
              ) : test.result === 'text' ? (
                <textarea {...common} rows={2} maxLength={2000} dir="auto" value={typed} onChange={(event) => onType(event.target.value)} />
              ) : (
                <input {...common} inputMode="decimal" autoComplete="off" spellCheck={false} maxLength={200} placeholder={calculated?.text} value={typed} onChange={(event) => onType(event.target.value)} />
              )}
              {unit === '' ? null : <span className="entry-unit">{unit}</span>}
              {isRemarking || remark !== undefined ? null : (
                <Button kind="quiet" aria-label={t('enter.remark.of', { test: test.name })} onClick={() => setRemarking(true)}>
                  {t('enter.remark')}
                </Button>
              )}
            </div>
            {isRemarking || remark !== undefined ? (
              <input className="input entry-remark" aria-label={t('enter.remark.of', { test: test.name })} placeholder={t('enter.remark')} maxLength={200} dir="auto" value={remark ?? ''} onChange={(event) => onRemark(event.target.value)} />
            ) : null}
            {fault ? (
              <div className="field-error" id={faultId} role="alert">
                {fault}
              </div>
            ) : null}
            {read.kind === 'words' && test.result === 'numeric' ? <div className="faint small">{t('enter.inWords')}</div> : null}
            {calculated ? <CalculatedWords value={calculated} /> : null}
            {refused && read.kind === 'empty' ? <div className="small">{t(`refused.${refused.refused}`)}</div> : null}
            {test.isCalculated && !calculated && !refused && read.kind === 'empty' ? <div className="faint small">{t('enter.calculates')}</div> : null}
          </>
        )}
      </td>
      <td className={expected.range === '' ? 'faint' : ''}>
        <span className="entry-range">{expected.range}</span>
        <div className="faint small">{test.result === 'numeric' ? expected.whom : ''}</div>
      </td>
      <td>{read.kind === 'number' ? read.side ? <FlagMark flag={read.side} /> : <span className="faint small">{t(read.isHeld ? 'flag.within' : 'flag.none')}</span> : null}</td>
      <td className="faint small">{earlier ? t('enter.last', { value: earlier.text, date: formatDay(earlier.at) }) : t('enter.last.none')}</td>
    </tr>
  )
}

const CalculatedWords = ({ value }: { readonly value: Calculated }) => (
  <div className="small">
    <Mark>{valueAndUnit(value.text, value.unit)}</Mark> {t('enter.calculated', { source: value.formula.source, inputs: value.inputs })}
  </div>
)

/** A value that follows from the sheet though nobody ordered it. */
const Following = ({ value }: { readonly value: Calculated }) => (
  <tr>
    <th scope="row">{value.name}</th>
    <td colSpan={4}>
      <CalculatedWords value={value} />
    </td>
  </tr>
)
