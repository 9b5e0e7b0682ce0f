import { useEffect, useRef, useState, type FormEvent, type KeyboardEvent } from 'react'
import { common } from '../../../resources/locales/en/common'
import { start } from '../../../resources/locales/en/start'
import type { PracticeName, SignInChoice, Who } from '../../../shared/contract'
import { useAct, useAnswer } from '../../client'
import { Button, Empty, Notice, ProblemNotice, TextField, useScreen, Waiting, wording } from '../../components'
import { Front } from './Front'

const t = wording(start)

const initials = (name: string) =>
  name
    .split(/\s+/)
    .map((word) => [...word][0] ?? '')
    .filter((_letter, index, all) => index === 0 || index === all.length - 1)
    .join('')
    .toLocaleUpperCase('en')

interface Props {
  readonly practice: PracticeName
  readonly station: string
  /** Who was at work on this window; their screens wait behind this one. */
  readonly seated: Who | null
  /** `restarted`: the records died and came back; `locked`: by idleness or by hand. */
  readonly why: 'start' | 'locked' | 'restarted'
}

/** Who is there, and their password or PIN. Hides everything behind it. */
export const SignInScreen = ({ practice, station, seated, why }: Props) => {
  const choices = useAnswer('signInChoices')
  const [picked, setPicked] = useState<string | null>(seated?.practitioner ?? null)
  const people = choices.value ?? []
  const choice = people.find((one) => one.practitioner === picked) ?? people[0]
  const { refresh } = choices
  useEffect(() => {
    if (why !== 'start') refresh()
  }, [why, refresh])
  // People come with the first exchange; until then the screen looks again by itself.
  const nobody = choices.value?.length === 0
  useEffect(() => {
    const timer = nobody ? setInterval(refresh, 3_000) : undefined
    return () => clearInterval(timer)
  }, [nobody, refresh])
  useScreen(why === 'locked' ? 'locked' : 'sign-in', choices.value !== undefined)
  const move = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    const next = step && choice ? people[people.indexOf(choice) + step] : undefined
    if (!next) return
    event.preventDefault()
    setPicked(next.practitioner)
  }
  return (
    <Front title={practice.name} training={practice.training} line={t('product.line')} foot={`${t('product')} · ${t('signin.station', { station })}`}>
      {why === 'restarted' ? (
        <Notice tone="info" role="status" title={t('signin.restarted')}>
          {t('signin.restarted.text')}
        </Notice>
      ) : why === 'locked' && seated ? (
        <Notice title={t('signin.locked', { name: seated.name })}>{t('signin.locked.text')}</Notice>
      ) : null}
      {choices.problem && !choices.value ? <ProblemNotice problem={choices.problem} onAgain={choices.refresh} /> : null}
      {choices.loading ? <Waiting>{common.waiting}</Waiting> : null}
      {choices.value && !choice ? <Empty title={t('signin.nobody')}>{t('signin.nobody.text')}</Empty> : null}
      {choice ? (
        <div className="signin">
          <section className="signin-people" aria-label={t('signin.who')}>
            <h2>{t('signin.who')}</h2>
            <ul>
              {people.map((person) => (
                <li key={person.practitioner}>
                  <button type="button" className="signin-person" aria-pressed={person === choice} onClick={() => setPicked(person.practitioner)} onKeyDown={move}>
                    <span className="signin-initials" aria-hidden="true">
                      {initials(person.name)}
                    </span>
                    <span>
                      <strong>{person.name}</strong>
                      <span className="signin-role">
                        {t(`role.${person.role}`)}
                        {person.trainingPassword ? (
                          <>
                            {' · '}
                            {t('signin.training.password')} <span className="signin-known">{person.trainingPassword}</span>
                          </>
                        ) : null}
                      </span>
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          </section>
          <SecretForm key={choice.practitioner} choice={choice} onMove={move} />
        </div>
      ) : null}
    </Front>
  )
}

/** A PIN has 4 to 8 digits, a password at least 8 characters: what was typed says which it is, but for 8 digits. */
const looksLike = (secret: string): 'pin' | 'password' | 'either' => (/^\d{4,7}$/.test(secret) ? 'pin' : /^\d{8}$/.test(secret) ? 'either' : 'password')

interface SecretProps {
  readonly choice: SignInChoice
  readonly onMove: (event: KeyboardEvent) => void
}

/** One field for password or PIN: nobody chooses a mode to switch user in a hurry. */
const SecretForm = ({ choice, onMove }: SecretProps) => {
  const [secret, setSecret] = useState('')
  const [capsLock, setCapsLock] = useState(false)
  const [signIn, byPassword] = useAct('signIn')
  const [signInByPin, byPin] = useAct('signInByPin')
  const field = useRef<HTMLInputElement>(null)
  const busy = byPassword.busy || byPin.busy
  const problem = byPin.problem ?? byPassword.problem
  useEffect(() => field.current?.focus(), [])
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (!secret || busy) return
    byPassword.clear()
    byPin.clear()
    const kind = choice.hasPin ? looksLike(secret) : 'password'
    if (kind !== 'pin') {
      const answer = await signIn({ user: choice.user, password: secret })
      if (answer.ok) return
      if (kind === 'either' && answer.problem.kind === 'wrong-credentials') byPassword.clear()
    }
    if (kind !== 'password' && (await signInByPin({ practitioner: choice.practitioner, pin: secret })).ok) return
    field.current?.focus()
    field.current?.select()
  }
  return (
    <form className="signin-form" onSubmit={(event) => void submit(event)}>
      <h2>{t('signin.as', { name: choice.name })}</h2>
      {problem ? <ProblemNotice problem={problem} /> : null}
      <TextField
        ref={field}
        label={choice.hasPin ? t('signin.password.pin') : t('signin.password')}
        error={capsLock ? t('signin.caps') : undefined}
        type="password"
        value={secret}
        onText={setSecret}
        onKeyUp={(event) => setCapsLock(event.getModifierState('CapsLock'))}
        onKeyDown={onMove}
        readOnly={busy}
      />
      <Button kind="main" type="submit" busy={busy}>
        {t('signin.submit')}
      </Button>
    </form>
  )
}
