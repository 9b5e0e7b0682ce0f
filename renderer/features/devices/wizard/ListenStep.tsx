import { useEffect } from 'react'
import { navigate } from 'wouter/use-hash-location'
import type { PairingState, ProfileEntry, SerialSettings } from '../../../../shared/contract'
import { Button, Notice, ProblemNotice, SelectField } from '../../../components'
import { said, t } from '../words'
import { kindOf } from './draft'
import { LineSettings, settingsInWords } from './LineSettings'
import { LiveBytes } from './LiveBytes'
import { TestMessage } from './TestMessage'
import { useListening, type ListenPace } from './useListening'

/** What was heard and chosen, for the next step. */
export interface Heard {
  readonly profile?: string
  readonly serial?: SerialSettings
}

interface Props {
  readonly path: string
  readonly serial: SerialSettings
  /** False: the path has no speed to find. */
  readonly hasSettings: boolean
  readonly profiles: readonly ProfileEntry[]
  /** Chosen by a person; empty: the best that was found. */
  readonly profile: string
  readonly onChoose: (profile: string) => void
  readonly onHeard: (heard: Heard) => void
  readonly pace?: ListenPace | undefined
}

/** How the search stands, in one sentence. */
const standing = (pairing: PairingState | undefined): string => {
  if (!pairing) return t('listen.opening')
  if (pairing.search === 'unreadable') return t('listen.unreadable')
  if (pairing.search === 'searching') return t('listen.searching', { count: pairing.tried })
  if (pairing.heard === 0) return t('listen.waiting')
  if (pairing.candidates.length > 0) return pairing.test && (pairing.test.read > 0 || pairing.test.numbers.length > 0) ? t('listen.read') : t('listen.known')
  return pairing.by === 'text' ? t('listen.text') : pairing.answering === undefined ? t('listen.unknown') : t('listen.answered')
}

/** Live bytes, what they are, and what they say. */
export const ListenStep = ({ path, serial, hasSettings, profiles, profile, onChoose, onHeard, pace }: Props) => {
  const listening = useListening(path, serial, hasSettings, profile === '' ? undefined : profile, pace)
  const { line, pairing, pieces, problem } = listening
  const candidates = pairing?.candidates ?? []
  const best = candidates[0]
  const shown = profile || best?.profile || ''
  const chosen = profiles.find(({ id }) => id === shown)
  const found = candidates.find((candidate) => candidate.profile === shown)
  const foundSerial = found?.serial ?? (pairing && pairing.heard > 0 ? pairing.serial : undefined)
  useEffect(() => {
    onHeard({ ...(shown === '' ? {} : { profile: shown }), ...(foundSerial ? { serial: foundSerial } : {}) })
  }, [onHeard, shown, foundSerial])

  // Its settings are right, and still nobody knows what it measures.
  const isUnknown = pairing !== undefined && pairing.heard > 0 && (pairing.by === 'text' || (best !== undefined && best.grade === 'frames' && pairing.test !== undefined && pairing.test.samples.length > 0))
  const gradeOf = (id: string): string => {
    const candidate = candidates.find((each) => each.profile === id)
    return candidate ? ` · ${said(`grade.${candidate.grade}`)}` : ''
  }
  const others = profiles.filter(({ id }) => !candidates.some((candidate) => candidate.profile === id))
  const listed = [...candidates.flatMap((candidate) => profiles.filter(({ id }) => id === candidate.profile)), ...others]
  return (
    <div className="devices-form">
      {problem ? <ProblemNotice problem={problem} /> : null}
      {line?.state === 'closed' ? (
        <Notice tone="abnormal" title={said(`problem.${line.problem ?? 'unplugged'}`)} role="status">
          {t('listen.lost')}
        </Notice>
      ) : null}
      {line?.state === 'listening' ? (
        <Notice title={t('problem.not-connected')} role="status">
          {t('listen.not-connected')}
        </Notice>
      ) : null}
      <div className="wizard-standing" role="status">
        <strong>{standing(pairing)}</strong>
        {pairing && hasSettings ? <span className="faint">{settingsInWords(pairing.serial)}</span> : null}
      </div>
      <LiveBytes pieces={pieces} />
      <SelectField
        label={t('pair.profile')}
        hint={profile === '' && best ? t('listen.best') : t('listen.choose')}
        value={shown}
        options={[...(shown === '' ? [{ value: '', label: t('listen.kind.none') }] : []), ...listed.map((one) => ({ value: one.id, label: `${kindOf(one)}${gradeOf(one.id)}` }))]}
        onChoose={(id) => {
          onChoose(id)
          const usual = profiles.find((each) => each.id === id)?.serial
          // What was heard says more of the settings than any manual.
          listening.talk(id, hasSettings && pairing?.search !== 'found' ? usual : undefined)
        }}
        data-autofocus
      />
      {chosen?.unsure && chosen.unsure.length > 0 ? <p className="faint">{t('pair.unsure', { what: chosen.unsure.join('; ') })}</p> : null}
      {pairing?.test && pairing.test.profile === shown ? (
        <section aria-label={t('test')}>
          <TestMessage test={pairing.test} />
          <p className="faint">{t('test.not-filed')}</p>
        </section>
      ) : null}
      {isUnknown ? (
        <Notice title={t('listen.nobody')} actions={<Button onClick={() => navigate('/devices/learn')}>{t('own.learn')}</Button>}>
          {t('listen.nobody.text')}
        </Notice>
      ) : null}
      {hasSettings && pairing ? (
        <details>
          <summary>{t('listen.by-hand')}</summary>
          <div className="devices-form">
            <LineSettings hideLabel serial={pairing.serial} onChange={listening.set} />
            <div>
              <Button onClick={listening.search}>{t('listen.again')}</Button>
            </div>
          </div>
        </details>
      ) : null}
    </div>
  )
}
