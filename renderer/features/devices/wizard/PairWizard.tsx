import { useCallback, useState } from 'react'
import type { DeviceEntry, PortEntry } from '../../../../shared/contract'
import { useAct, useAnswer } from '../../../client'
import { Button, Dialog, ProblemNotice, say, useDraft, Waiting } from '../../../components'
import { t } from '../words'
import { emptyDraft, hasSettings, isFolder, nameOf, pathOf, steps, usualSettings, type PairDraft } from './draft'
import { ListenStep, type Heard } from './ListenStep'
import { PlaceStep } from './PlaceStep'
import { PortStep } from './PortStep'
import type { ListenPace } from './useListening'

interface Props {
  /** Undefined: not known yet. */
  readonly ports: readonly PortEntry[] | undefined
  readonly devices: readonly DeviceEntry[]
  readonly onClose: () => void
  /** For tests that cannot wait as long. */
  readonly pace?: ListenPace
}

/** From a cable to a device that is paired: where it is, what it is and says, what it is called. */
export const PairWizard = ({ ports, devices, onClose, pace }: Props) => {
  const profiles = useAnswer('listProfiles')
  const [draft, setDraft, clear] = useDraft<PairDraft>('pair-device', emptyDraft)
  const [heard, setHeard] = useState<Heard>({})
  const [tried, setTried] = useState(false)
  const [pair, { busy, problem }] = useAct('pairDevice')
  const [first, setFirst] = useState<ReadonlySet<string>>()
  if (ports && !first) setFirst(new Set(ports.map((port) => port.path)))
  const isNew = ({ path }: PortEntry): boolean => first !== undefined && !first.has(path)
  const change = useCallback((part: Partial<PairDraft>) => setDraft((before) => ({ ...before, ...part })), [setDraft])

  const unused = (ports ?? []).filter((port) => port.usedBy === undefined)
  // What was plugged in since the wizard opened is what it is about.
  const free = [...unused.filter((port) => isNew(port)), ...unused.filter((port) => !isNew(port))]
  const path = pathOf(draft, free)
  const all = profiles.value ?? []
  const profile = all.find(({ id }) => id === draft.profile) ?? all[0]
  const serial = draft.serial ?? profile?.serial ?? usualSettings
  const name = draft.name ?? (profile ? nameOf(profile) : '')
  const pathFault = path === '' ? t('fault.path') : undefined
  const nameFault = name.trim() === '' ? t('fault.name') : undefined

  const go = (step: PairDraft['step'], part: Partial<PairDraft> = {}) => {
    setTried(true)
    if (pathFault) return
    setTried(false)
    change({ ...part, step })
  }
  const submit = async () => {
    if (draft.step === 'port') return go(isFolder(path) ? 'place' : 'listen')
    if (draft.step === 'listen') {
      if (heard.profile !== undefined) go('place', { profile: heard.profile, ...(heard.serial ? { serial: heard.serial } : {}) })
      return
    }
    setTried(true)
    if (busy || pathFault || nameFault || !profile) return
    const answer = await pair({ name: name.trim(), profile: profile.id, path, place: draft.place.trim(), serial })
    if (!answer.ok) return
    clear()
    onClose()
    say(t('paired', { name: name.trim() }))
  }
  const at = steps.indexOf(draft.step)
  return (
    <Dialog
      title={t('pair.title')}
      closeLabel={t('cancel')}
      onClose={onClose}
      onSubmit={() => void submit()}
      width={720}
      foot={
        <>
          {at > 0 ? <Button onClick={() => change({ step: isFolder(path) ? 'port' : steps[at - 1]! })}>{t('step.back')}</Button> : null}
          <span className="spread" />
          {draft.step === 'place' ? null : (
            <Button kind="quiet" onClick={() => go('place')}>
              {t('step.by-hand')}
            </Button>
          )}
          <Button kind="main" type="submit" busy={busy} disabled={draft.step === 'listen' && heard.profile === undefined} keys="Ctrl+Enter">
            {draft.step === 'port' ? t('step.listen') : draft.step === 'listen' ? t('step.on') : t('pair.save')}
          </Button>
        </>
      }
    >
      <ol className="wizard-steps" aria-label={t('steps')}>
        {steps.map((step, index) => (
          <li key={step} aria-current={step === draft.step ? 'step' : undefined} data-done={index < at || undefined}>
            {index < at ? <span aria-hidden="true">✓ </span> : null}
            {t(`step.${step}`)}
          </li>
        ))}
      </ol>
      {draft.step === 'port' && !ports ? <Waiting>{t('port.looking')}</Waiting> : null}
      {draft.step === 'port' && ports ? <PortStep draft={draft} free={free} isNew={isNew} error={tried ? pathFault : undefined} onChange={change} /> : null}
      {draft.step === 'listen' ? (
        <ListenStep path={path} serial={usualSettings} hasSettings={hasSettings(path)} profiles={all} profile={draft.profile} onChoose={(id) => change({ profile: id, serial: undefined })} onHeard={setHeard} pace={pace} />
      ) : null}
      {draft.step === 'place' ? (
        <PlaceStep
          draft={draft}
          path={path}
          hasSettings={hasSettings(path)}
          profiles={all}
          profile={profile}
          serial={serial}
          places={[...new Set(devices.map(({ place }) => place))].filter((place) => place !== '').sort()}
          nameError={tried ? nameFault : undefined}
          onChange={change}
        />
      ) : null}
      {profiles.problem ? <ProblemNotice problem={profiles.problem} onAgain={profiles.refresh} /> : null}
      {problem ? <ProblemNotice problem={problem} /> : null}
    </Dialog>
  )
}
