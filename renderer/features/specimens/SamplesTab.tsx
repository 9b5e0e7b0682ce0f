import { useState } from 'react'
import { labWorklistStages, type LabOrderEntry, type LabSample, type LabWorklistEntry, type LabWorklistStage } from '../../../shared/contract'
import { specimenKindOf } from '../../../shared/records/lab-catalogue/catalogue'
import { displayName } from '../../../shared/records/patient/name'
import { useAct, useAnswer } from '../../client'
import { Button, Choice, Empty, Form, formatAgo, formatDate, formatDayTime, Mark, Notice, Panel, Pieces, ProblemNotice, TextField, useHabit, useNow, useScreen } from '../../components'
import { EnterResults } from '../result-entry'
import { LabelsButton } from './LabelsButton'
import { SampleActs } from './SampleActs'
import { Urgency } from './Urgency'
import { t } from './words'
import './specimens.css'

const atOnce = 50
const stages = ['all', ...labWorklistStages] as const

/** What is to be collected, is on its way, or lies on the bench; what is STAT stands on top. */
export const SamplesTab = () => {
  const [stage, setStage] = useHabit<LabWorklistStage | 'all'>('lab-samples-stage', 'all')
  const [shown, setShown] = useState(atOnce)
  const list = useAnswer('labWorklist', { limit: Math.min(500, shown), ...(stage === 'all' ? {} : { stage }) }, { keepPrevious: true })
  const counts = list.value?.counts
  const all = counts ? Object.values(counts).reduce((sum, count) => sum + count, 0) : 0
  useScreen('samples', list.value !== undefined)
  return (
    <div className="samples">
      <NumberForm />
      <Panel id="samples-title" title={t('samples.title')}>
        <Choice
          label={t('samples.stage')}
          hideLabel
          value={stage}
          options={stages.map((value) => ({ value, label: t(`samples.${value}`, { count: value === 'all' ? all : (counts?.[value] ?? 0) }) }))}
          onChoose={setStage}
        />
        {list.problem ? <ProblemNotice problem={list.problem} onAgain={list.refresh} /> : null}
        {list.value?.isCut ? <Notice tone="info" title={t('samples.cut')} /> : null}
        {list.value?.total === 0 ? <Empty title={t('samples.empty')}>{t('samples.empty.text')}</Empty> : null}
        {list.value && list.value.total > 0 ? <Rows entries={list.value.entries} /> : null}
        {(list.value?.total ?? 0) > (list.value?.entries.length ?? 0) ? (
          <Button onClick={() => setShown((before) => before + atOnce)} busy={list.isPrevious}>
            {t('samples.more')}
          </Button>
        ) : null}
      </Panel>
    </div>
  )
}

const Rows = ({ entries }: { readonly entries: readonly LabWorklistEntry[] }) => {
  const now = useNow()
  /** The orders that share its tube, itself among them. */
  const inTubeOf = ({ accession, patient }: LabOrderEntry) => entries.map(({ order }) => order).filter((each) => each.accession === accession && each.patient === patient)
  return (
    <table className="table samples-table">
      <thead>
        <tr>
          <th scope="col">{t('samples.tube')}</th>
          <th scope="col">{t('samples.patient')}</th>
          <th scope="col">{t('samples.orders')}</th>
          <th scope="col">{t('samples.since')}</th>
          <th scope="col">{t('samples.acts')}</th>
        </tr>
      </thead>
      <tbody>
        {entries.map(({ order, stage, patient }) => (
          <tr key={order.id} data-accession={order.accession} data-priority={order.priority}>
            <td>
              <code dir="ltr">{order.accession}</code>
              {order.code === '' ? null : <div className="small faint">{specimenKindOf(order.specimen).name}</div>}
            </td>
            <th scope="row">
              <a href={`#/patients/${patient.id}/results`} dir="auto">
                {displayName(patient)}
              </a>
              <div className="small faint">
                <Pieces of={[patient.number, ...(patient.birthDate === undefined ? [] : [t('label.born', { date: formatDate(patient.birthDate) })])]} />
              </div>
            </th>
            <td>
              <Urgency priority={order.priority} /> <span dir="auto">{order.test}</span> <Mark>{t(`samples.stage.${stage}`)}</Mark>
              {order.again && stage === 'to-collect' ? (
                <div>
                  <Mark tone="abnormal" sign="!">
                    {t('list.again', { reason: t(`reject.${order.again.reason}`), by: order.again.by, date: formatDayTime(order.again.at), rejected: order.again.rejected })}
                  </Mark>
                </div>
              ) : null}
              {stage === 'resulted' && order.missing.length > 0 ? <div className="small">{t('list.missing', { tests: order.missing.join(', ') })}</div> : null}
            </td>
            <td>
              {formatDayTime(order.at)}
              <div className="small faint">{formatAgo(order.at, now)}</div>
            </td>
            <td>
              <div className="samples-acts">
                <SampleActs patient={patient} order={{ ...order, test: inTubeOf(order).map(({ test }) => test).join(', ') }} />
                <LabelsButton patient={patient} orders={inTubeOf(order)} />
                {stage === 'to-collect' ? null : <EnterResults patient={patient.id} order={order.id} test={order.test} accession={order.accession} />}
              </div>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** A number that is scanned or typed leads to the tube, wherever it is. */
const NumberForm = () => {
  const [number, setNumber] = useState('')
  const [sample, setSample] = useState<LabSample>()
  const [find, { busy, problem }] = useAct('findByAccession')
  const open = async () => {
    const accession = number.trim().toUpperCase()
    if (accession === '' || busy) return
    const answer = await find({ accession })
    setSample(answer.ok ? answer.value : undefined)
    if (answer.ok) setNumber('')
  }
  return (
    <>
      <Form className="samples-number" label={t('samples.number')} onSave={() => void open()}>
        <TextField label={t('samples.number')} hint={t('samples.number.hint')} value={number} maxLength={40} onText={setNumber} dir="ltr" />
        <Button kind="main" type="submit" busy={busy}>
          {t('samples.open')}
        </Button>
      </Form>
      {problem ? <ProblemNotice problem={problem} /> : null}
      {sample ? <Found accession={sample.accession} before={sample} /> : null}
    </>
  )
}

/** A tube that was found: whose it is and what can be done with it. It stays up to date. */
const Found = ({ accession, before }: { readonly accession: string; readonly before: LabSample }) => {
  const orders = useAnswer('listLabOrders', { patient: before.patient.id })
  const fresh = new Map(orders.value?.map((order) => [order.id, order]))
  // Of an old tube the chart's list says nothing new.
  const now = before.orders.map((order) => fresh.get(order.id) ?? order)
  const open = now.filter(({ status, accession: number }) => status === 'active' && number === accession)
  return (
    <Panel
      id="samples-found"
      title={
        <>
          {t('samples.found', { accession })} ·{' '}
          <a href={`#/patients/${before.patient.id}/results`} dir="auto">
            {displayName(before.patient)}
          </a>{' '}
          <span className="faint">{before.patient.number}</span>
        </>
      }
    >
      {before.rejected ? (
        <Notice tone="abnormal" role="status" title={t('samples.rejected', { reason: t(`reject.${before.rejected.reason}`), words: before.rejected.words })}>
          {t('samples.rejected.text', { by: before.rejected.by, date: formatDayTime(before.rejected.at) })}
        </Notice>
      ) : null}
      <ul className="samples-found">
        {now.map((order) => (
          <li key={order.id}>
            <Urgency priority={order.priority} /> <strong dir="auto">{order.test}</strong> <Mark>{t(`step.${order.stage}`)}</Mark>
            {order.status === 'active' && order.accession === accession ? <EnterResults patient={before.patient.id} order={order.id} test={order.test} accession={accession} /> : null}
          </li>
        ))}
      </ul>
      {open[0] ? (
        <div className="samples-acts">
          <SampleActs patient={before.patient} order={{ ...open[0], test: open.map(({ test }) => test).join(', ') }} />
          <LabelsButton patient={before.patient} orders={open} />
        </div>
      ) : null}
    </Panel>
  )
}
