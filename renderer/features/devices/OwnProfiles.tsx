import { navigate } from 'wouter/use-hash-location'
import { useAnswer } from '../../client'
import { Button, ProblemNotice } from '../../components'
import { said, t } from './words'

/** Where the practice's own profiles lie, and which of them are disabled and why. */
export const OwnProfiles = () => {
  const found = useAnswer('readProfileFolder', undefined, { keepPrevious: true })
  if (!found.value && !found.problem) return null
  return (
    <section className="panel" aria-labelledby="own-profiles-title">
      <div className="panel-head">
        <h2 id="own-profiles-title">{t('own')}</h2>
        <span className="spread" />
        <Button onClick={() => navigate('/devices/learn')}>{t('own.learn')}</Button>
        <Button kind="quiet" onClick={found.refresh}>
          {t('own.again')}
        </Button>
      </div>
      <div className="panel-body">
        {found.problem ? <ProblemNotice problem={found.problem} onAgain={found.refresh} /> : null}
        {found.value ? (
          <p className="faint">
            {t('own.lead')} <code className="devices-path">{found.value.folder}</code>
          </p>
        ) : null}
        {found.value && found.value.faults.length > 0 ? (
          <ul className="devices-ports" aria-label={t('own.faults')}>
            {found.value.faults.map(({ file, kind, at, reason }) => (
              <li key={file}>
                <code className="devices-path">{file}</code> {said(`own.${kind}`, { at: at ?? '' })} <span className="faint">{reason}</span>
              </li>
            ))}
          </ul>
        ) : null}
      </div>
    </section>
  )
}
