import { useState, type ReactNode } from 'react'
import { common } from '../../../resources/locales/en/common'
import { security as words } from '../../../resources/locales/en/security'
import type { PracticeName, SecurityState } from '../../../shared/contract'
import { useAnswer, useEvent, usePractice } from '../../client'
import { Button, formatDay, formatDayTime, Notice, ProblemNotice, Progress, useScreen, Waiting, wording } from '../../components'
import { ChangeKeyDialog } from './ChangeKeyDialog'
import { PassphraseDialog } from './PassphraseDialog'
import { RecoveryCodeDialog } from './RecoveryCodeDialog'
import './security.css'

const t = wording(words)

type Open = 'none' | 'passphrase' | 'recovery' | 'key'

/** What locks the records of this computer, and how it is changed; for administrators. */
export const SecurityScreen = () => {
  const { value: state, problem, refresh, loading } = useAnswer('securityState')
  const practice = usePractice()
  const [open, setOpen] = useState<Open>('none')
  const [said, setSaid] = useState<string | null>(null)
  useEvent('securityChanged', refresh)
  useScreen('security', state !== undefined)
  const close = (words?: string) => {
    setOpen('none')
    if (!words) return
    setSaid(words)
    refresh()
  }
  const name = practice && 'practice' in practice ? practice.practice : undefined
  return (
    <>
      <header className="screen-head">
        <h1>{t('title')}</h1>
        <span className="faint">{t('lead')}</span>
      </header>
      <div className="screen security">
        {said ? <Notice tone="done" role="status" title={said} /> : null}
        {problem && !state ? <ProblemNotice problem={problem} onAgain={refresh} /> : null}
        {loading ? <Waiting>{common.waiting}</Waiting> : null}
        {state && name ? <Parts state={state} practice={name} onOpen={setOpen} /> : null}
      </div>
      {open === 'passphrase' ? <PassphraseDialog isFirst={!state?.hasPassphrase} onClose={() => close()} onDone={() => close(t('passphrase.changed'))} /> : null}
      {open === 'recovery' && name ? <RecoveryCodeDialog practice={name.name} onClose={() => close()} onDone={() => close(t('recovery.changed'))} /> : null}
      {open === 'key' ? <ChangeKeyDialog putAside={state?.putAside ?? 0} onClose={() => close()} /> : null}
    </>
  )
}

const Part = ({ title, text, children }: { readonly title: string; readonly text: string; readonly children?: ReactNode }) => (
  <section className="panel security-part" aria-label={title}>
    <h2>{title}</h2>
    <p>{text}</p>
    {children}
  </section>
)

interface PartsProps {
  readonly state: SecurityState
  readonly practice: PracticeName
  readonly onOpen: (open: Open) => void
}

const Parts = ({ state, practice, onOpen }: PartsProps) => {
  const { keystore, hasPassphrase, recoveryCodeSince, keyChanges, keySince, following } = state
  return (
    <>
      <Part title={t('keystore')} text={t(`keystore.${keystore}`)} />
      <Part title={t('passphrase')} text={practice.training ? t('passphrase.training') : hasPassphrase ? t('passphrase.set') : t('passphrase.none')}>
        {practice.training ? null : <Button onClick={() => onOpen('passphrase')}>{t(hasPassphrase ? 'passphrase.change' : 'passphrase.add')}</Button>}
      </Part>
      <Part title={t('recovery')} text={recoveryCodeSince ? t('recovery.since', { date: formatDay(recoveryCodeSince) }) : t('recovery.old')}>
        <Button onClick={() => onOpen('recovery')}>{t('recovery.new')}</Button>
      </Part>
      <Part title={t('key')} text={keyChanges > 0 && keySince ? t('key.since', { number: keyChanges + 1, date: formatDayTime(keySince) }) : t('key.first')}>
        <Button onClick={() => onOpen('key')} disabled={following !== undefined}>
          {t('key.change')}
        </Button>
        {following ? (
          <>
            <p role="status">{following.of > 0 ? t('key.following', following) : t('key.following.start')}</p>
            <Progress label={t('key.following.start')} done={following.done} of={following.of} />
          </>
        ) : (
          <LastChange last={state.lastChange} />
        )}
      </Part>
    </>
  )
}

const LastChange = ({ last }: { readonly last: SecurityState['lastChange'] }) => {
  if (!last) return null
  const date = formatDayTime(last.at)
  if (last.outcome === 'undone') return <p role="status">{t('key.undone', { date })}</p>
  return <p>{[t('key.done', { date }), last.damaged > 0 ? t('key.done.damaged', { count: last.damaged }) : ''].join(' ').trim()}</p>
}
