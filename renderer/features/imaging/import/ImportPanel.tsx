import type { ImportProgress } from '../../../../shared/contract'
import { Button, Notice, ProblemNotice, Progress } from '../../../components'
import { t } from '../words'
import { FoundStudies } from './FoundStudies'
import { LeftOutList } from './LeftOutList'
import type { useImport } from './useImport'
import { words } from './words'

/** How an import goes: what was found, how far it is, and afterwards what was left out and why. */
export const ImportPanel = ({ importing: { progress, problem, dropped, choose, cancel, forget } }: { readonly importing: ReturnType<typeof useImport> }) => {
  if (problem) return <ProblemNotice problem={problem} />
  if (dropped === 'nothing') return <Notice tone="abnormal" role="alert" title={words('drop.nothing')} />
  if (!progress) return null
  const { state, seen, total, imported, leftOutTotal } = progress
  if (state === 'choosing') return <FoundStudies key={progress.id} progress={progress} onChoose={choose} onCancel={cancel} />
  if (state === 'looking') {
    return (
      <div className="import-running" data-import="looking">
        <Progress label={words('looking')} done={seen} of={total} />
        <span role="status">{total === 0 ? t('import.counting') : words('looking.progress', { seen, total })}</span>
        <Button onClick={() => void cancel()}>{words('looking.cancel')}</Button>
      </div>
    )
  }
  if (state === 'running') {
    return (
      <div className="import-running" data-import="running">
        <Progress label={t('import.running')} done={seen} of={total} />
        <span role="status">{total === 0 ? t('import.counting') : t('import.progress', { seen, total, imported, leftOut: leftOutTotal })}</span>
        <Button onClick={() => void cancel()}>{t('import.cancel')}</Button>
      </div>
    )
  }
  const inTray = progress.studies.filter(({ place }) => place === 'tray').length
  const title = titleOf(progress)
  return (
    <div className="import-report" data-import={state}>
      <Notice
        tone={state === 'done' && inTray === 0 ? 'done' : state === 'failed' ? 'critical' : 'info'}
        role={state === 'failed' ? 'alert' : 'status'}
        title={title}
        actions={<Button onClick={forget}>{t('import.closeReport')}</Button>}
      >
        {state === 'failed' ? <p>{t(`import.failed.${progress.problem ?? 'internal'}`)}</p> : null}
        {inTray > 0 ? <p>{inTray === 1 ? t('import.tray.one') : t('import.tray', { count: inTray })}</p> : null}
        <LeftOutList progress={progress} />
      </Notice>
    </div>
  )
}

const titleOf = ({ state, imported }: ImportProgress): string => {
  if (state === 'cancelled') return t('import.cancelled', { imported })
  if (state !== 'done') return t('import.failed', { imported })
  return imported === 0 ? t('import.nothing') : imported === 1 ? t('import.done.one') : t('import.done', { imported })
}
