import { useEffect, useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import type { ProblemKind, PurgeEstimate, StorageState } from '../../../shared/contract'
import { useAct, useAnswer } from '../../client'
import { Button, Dialog, formatDay, Notice, Panel, ProblemNotice, Progress, SelectField, useScreen, Waiting } from '../../components'
import { sizeWords, t } from './words'
import { useStorageState } from './useStorageState'
import './storage.css'

/** How the practice grows on this computer: room on the disk, what takes it up, and old visits that only the server keeps. */
export const StorageScreen = () => {
  const state = useStorageState()
  useScreen('storage', state !== undefined)
  return (
    <>
      <header className="screen-head">
        <h1>{t('title')}</h1>
        <span className="faint">{t('lead')}</span>
      </header>
      <div className="screen">
        {state ? (
          <>
            <Disk state={state} />
            <Parts job={state.job.state} />
            <OldVisits state={state} />
          </>
        ) : (
          <Waiting>{common.waiting}</Waiting>
        )}
      </div>
    </>
  )
}

const Disk = ({ state: { disk } }: { readonly state: StorageState }) => (
  <Panel id="storage-disk" title={t('disk.title')}>
    {disk ? (
      <>
        {disk.isLow ? (
          <Notice tone="abnormal" role="status" title={t('disk.low', { free: sizeWords(disk.free) })}>
            <p>{t('disk.low.text')}</p>
          </Notice>
        ) : null}
        <div className="disk-picture" role="img" aria-label={t('disk.picture', { used: sizeWords(disk.total - disk.free), total: sizeWords(disk.total), free: sizeWords(disk.free) })} data-low={disk.isLow || undefined}>
          <div style={{ width: `${disk.total > 0 ? Math.min(100, ((disk.total - disk.free) / disk.total) * 100) : 0}%` }} />
        </div>
        <p>{t('disk.picture', { used: sizeWords(disk.total - disk.free), total: sizeWords(disk.total), free: sizeWords(disk.free) })}</p>
      </>
    ) : (
      <p>{t('disk.unknown')}</p>
    )}
  </Panel>
)

const Parts = ({ job }: { readonly job: StorageState['job']['state'] }) => {
  const { value: parts, problem, refresh } = useAnswer('storageSizes')
  useEffect(() => {
    if (job !== 'none' && job !== 'running') refresh()
  }, [job, refresh])
  const largest = Math.max(1, ...(parts ?? []).map(({ bytes }) => bytes))
  return (
    <section className="panel" aria-labelledby="storage-parts">
      <div className="panel-head">
        <h2 id="storage-parts">{t('parts.title')}</h2>
      </div>
      <div className="panel-body">
        {problem ? <ProblemNotice problem={problem} onAgain={refresh} /> : null}
        {parts ? (
          <table className="table storage-parts">
            <thead>
              <tr>
                <th scope="col">{t('parts.part')}</th>
                <th scope="col" aria-hidden="true" />
                <th scope="col" className="storage-size">
                  {t('parts.size')}
                </th>
              </tr>
            </thead>
            <tbody>
              {parts.map(({ part, bytes }) => (
                <tr key={part}>
                  <th scope="row">{t(`part.${part}`)}</th>
                  <td aria-hidden="true">
                    <div className="storage-bar" style={{ width: `${(bytes / largest) * 100}%` }} />
                  </td>
                  <td className="storage-size">{sizeWords(bytes)}</td>
                </tr>
              ))}
            </tbody>
            <tfoot>
              <tr>
                <th scope="row">{t('parts.total')}</th>
                <td aria-hidden="true" />
                <td className="storage-size">{sizeWords(parts.reduce((sum, { bytes }) => sum + bytes, 0))}</td>
              </tr>
            </tfoot>
          </table>
        ) : null}
      </div>
    </section>
  )
}

const ages = ['1', '2', '3', '5', '10'] as const

const OldVisits = ({ state: { job, purged } }: { readonly state: StorageState }) => {
  const [years, setYears] = useState<(typeof ages)[number]>('2')
  const [estimate, setEstimate] = useState<PurgeEstimate | null>(null)
  const [sure, setSure] = useState(false)
  const [plan, planning] = useAct('planPurge')
  const [purge, purging] = useAct('purge')
  const [fetchAll, fetching] = useAct('fetchAllOlder')
  const running = job.state === 'running'
  const look = async () => {
    const answer = await plan({ years: Number(years) })
    setEstimate(answer.ok ? answer.value : null)
  }
  const start = async () => {
    setSure(false)
    setEstimate(null)
    await purge({ years: Number(years) })
  }
  const facts = estimate && { records: estimate.records, patients: estimate.patients, visits: estimate.visits, date: formatDay(estimate.before), size: sizeWords(estimate.bytes) }
  const problem = planning.problem ?? purging.problem ?? fetching.problem
  return (
    <section className="panel" aria-labelledby="storage-old">
      <div className="panel-head">
        <h2 id="storage-old">{t('purge.title')}</h2>
      </div>
      <div className="panel-body stack">
        <p>{t('purge.lead')}</p>
        {problem ? <ProblemNotice problem={problem} /> : null}
        <Job job={job} />
        <div className="storage-act">
          <SelectField
            label={t('purge.years')}
            value={years}
            options={ages.map((age) => ({ value: age, label: age === '1' ? t('purge.years.one') : t('purge.years.many', { years: age }) }))}
            onChoose={(age) => {
              setYears(age)
              setEstimate(null)
            }}
          />
          <Button busy={planning.busy} disabled={running} onClick={() => void look()}>
            {t('purge.look')}
          </Button>
        </div>
        {facts && facts.records === 0 ? <p role="status">{t('purge.none')}</p> : null}
        {facts && facts.records > 0 ? (
          <div className="stack" role="status">
            <p>
              <strong>{t('purge.found', facts)}</strong>
            </p>
            <p className="faint">{t('purge.server')}</p>
            <div>
              <Button kind="main" disabled={running} onClick={() => setSure(true)}>
                {t('purge.start')}
              </Button>
            </div>
          </div>
        ) : null}
        <h3>{t('purged.title')}</h3>
        <p>{purged.records === 0 ? t('purged.none') : t('purged.some', purged)}</p>
        {purged.records > 0 ? (
          <div>
            <Button busy={fetching.busy} disabled={running} onClick={() => void fetchAll()}>
              {t('purged.fetch')}
            </Button>
          </div>
        ) : null}
      </div>
      {sure && facts ? (
        <Dialog
          title={t('purge.sure.title')}
          closeLabel={common.cancel}
          onClose={() => setSure(false)}
          foot={
            <>
              <span className="spread" />
              <Button kind="main" onClick={() => void start()}>
                {t('purge.start')}
              </Button>
            </>
          }
        >
          <div className="stack">
            <p>{t('purge.sure', facts)}</p>
            <p>{t('purge.sure.kept')}</p>
          </div>
        </Dialog>
      ) : null}
    </section>
  )
}

const Job = ({ job }: { readonly job: StorageState['job'] }) => {
  const [cancel, { busy }] = useAct('cancelStorageJob')
  switch (job.state) {
    case 'none':
      return null
    case 'running':
      return (
        <div className="stack" role="status">
          <p>
            {t(`job.${job.does}`)} {job.of > 0 ? t('job.text', { done: job.done, of: job.of }) : ''}
          </p>
          <Progress label={t(`job.${job.does}`)} done={job.done} of={job.of} />
          <div>
            <Button busy={busy} onClick={() => void cancel()}>
              {t('job.cancel')}
            </Button>
          </div>
        </div>
      )
    case 'cancelled':
      return <Notice role="status" title={t('job.cancelled', { records: job.records })} />
    case 'failed':
      return <ProblemNotice problem={{ kind: job.problem as ProblemKind, facts: {} }} />
    case 'done':
      return (
        <Notice tone="done" role="status" title={t(`job.${job.does}.done`, { records: job.records })}>
          {job.left > 0 ? <p>{t(`job.${job.does}.left`, { left: job.left })}</p> : null}
        </Notice>
      )
  }
}
