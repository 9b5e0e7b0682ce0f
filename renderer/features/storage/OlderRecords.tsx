import { useState } from 'react'
import { useAct, useAnswer } from '../../client'
import { Button, formatDay, Notice, ProblemNotice } from '../../components'
import { t } from './words'
import './storage.css'

/** On a chart of which old records are on the server only: says so, and fetches them. Nothing when all are here. */
export const OlderRecords = ({ patient }: { readonly patient: string }) => {
  const { value: older, refresh } = useAnswer('olderRecords', { patient })
  const [fetchOlder, { busy, problem }] = useAct('fetchOlder')
  const [fetched, setFetched] = useState<{ readonly missing: number } | null>(null)
  const fetch = async () => {
    const answer = await fetchOlder({ patient })
    if (answer.ok) setFetched(answer.value)
    refresh()
  }
  if (fetched)
    return (
      <div className="older-records">
        <Notice tone={fetched.missing > 0 ? 'abnormal' : 'done'} role="status" title={fetched.missing > 0 ? t('older.missing', { count: fetched.missing }) : t('older.fetched')} />
      </div>
    )
  if (!older) return null
  return (
    <div className="older-records">
      {problem ? <ProblemNotice problem={problem} onAgain={() => void fetch()} /> : null}
      <Notice
        tone="info"
        title={t('older.before', { date: formatDay(older.before), count: older.count })}
        actions={
          <Button busy={busy} onClick={() => void fetch()}>
            {t('older.fetch')}
          </Button>
        }
      />
    </div>
  )
}
