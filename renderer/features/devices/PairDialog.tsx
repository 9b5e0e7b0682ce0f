import { useState } from 'react'
import type { PortEntry, ProfileEntry, SerialSettings } from '../../../shared/contract'
import { useAct, useAnswer } from '../../client'
import { Button, Dialog, ProblemNotice, SelectField, TextField, useDraft } from '../../components'
import { said, t } from './words'

const speeds = [1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200] as const
const otherPath = '(other)'

interface Draft {
  readonly port: string
  readonly path: string
  readonly profile: string
  /** Undefined: what the profile says. */
  readonly name?: string
  readonly place: string
  readonly serial?: SerialSettings
}

const empty: Draft = { port: '', path: '', profile: '', place: '' }

/** Port, kind, line, name and place: what a technician needs to say once. */
export const PairDialog = ({ ports, onClose }: { readonly ports: readonly PortEntry[]; readonly onClose: () => void }) => {
  const profiles = useAnswer('listProfiles')
  const [draft, setDraft, clear] = useDraft<Draft>('pair-device', empty)
  const [tried, setTried] = useState(false)
  const [pair, { busy, problem }] = useAct('pairDevice')
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }))

  const free = ports.filter((port) => port.usedBy === undefined)
  const port = draft.port || (free[0]?.path ?? otherPath)
  const path = port === otherPath ? draft.path.trim() : port
  const profile: ProfileEntry | undefined = profiles.value?.find(({ id }) => id === draft.profile) ?? profiles.value?.[0]
  const name = draft.name ?? (profile ? nameOf(profile) : '')
  const serial = draft.serial ?? profile?.serial
  const pathFault = path === '' ? t('fault.path') : undefined
  const nameFault = name.trim() === '' ? t('fault.name') : undefined
  const line = (part: Partial<SerialSettings>) => serial && change({ serial: { ...serial, ...part } })

  const submit = async () => {
    setTried(true)
    if (busy || pathFault || nameFault || !profile || !serial) return
    const answer = await pair({ name: name.trim(), profile: profile.id, path, place: draft.place.trim(), serial })
    if (!answer.ok) return
    clear()
    onClose()
  }
  return (
    <Dialog
      title={t('pair.title')}
      closeLabel={t('cancel')}
      onClose={onClose}
      onSubmit={() => void submit()}
      width={640}
      foot={
        <>
          <span className="spread" />
          <Button kind="main" type="submit" busy={busy} keys="Ctrl+Enter">
            {t('pair.save')}
          </Button>
        </>
      }
    >
      <div className="devices-form">
        <SelectField
          label={t('pair.port')}
          value={port}
          options={[...free.map(({ path: value, name: label }) => ({ value, label: value.endsWith(label) ? value : `${value}: ${label}` })), { value: otherPath, label: t('pair.port.other') }]}
          onChoose={(value) => change({ port: value })}
          data-autofocus
        />
        {port === otherPath ? (
          <TextField label={t('pair.path')} hint={t('pair.path.hint')} value={draft.path} maxLength={500} error={tried ? pathFault : undefined} onText={(text) => change({ path: text })} />
        ) : null}
        <SelectField
          label={t('pair.profile')}
          value={profile?.id ?? ''}
          options={(profiles.value ?? []).map((one) => ({ value: one.id, label: `${one.maker} ${one.model} (${one.protocol})` }))}
          onChoose={(id) => change({ profile: id, serial: undefined })}
        />
        {profile?.unsure && profile.unsure.length > 0 ? <p className="faint">{t('pair.unsure', { what: profile.unsure.join('; ') })}</p> : null}
        <fieldset className="devices-line">
          <legend className="field-label">{t('pair.line')}</legend>
          <SelectField label={t('pair.baud')} value={String(serial?.baudRate ?? 9600)} options={speeds.map((speed) => ({ value: String(speed), label: String(speed) }))} onChoose={(value) => line({ baudRate: Number(value) })} />
          <SelectField label={t('pair.data')} value={String(serial?.dataBits ?? 8)} options={['7', '8'].map((value) => ({ value, label: value }))} onChoose={(value) => line({ dataBits: value === '7' ? 7 : 8 })} />
          <SelectField
            label={t('pair.parity')}
            value={serial?.parity ?? 'none'}
            options={(['none', 'even', 'odd'] as const).map((value) => ({ value, label: said(`parity.${value}`) }))}
            onChoose={(parity) => line({ parity })}
          />
          <SelectField label={t('pair.stop')} value={String(serial?.stopBits ?? 1)} options={['1', '2'].map((value) => ({ value, label: value }))} onChoose={(value) => line({ stopBits: value === '2' ? 2 : 1 })} />
        </fieldset>
        <TextField label={t('pair.name')} hint={t('pair.name.hint')} value={name} maxLength={200} error={tried ? nameFault : undefined} onText={(text) => change({ name: text })} />
        <TextField label={t('pair.place')} hint={t('pair.place.hint')} optional={t('optional')} value={draft.place} maxLength={200} onText={(text) => change({ place: text })} />
        {profiles.problem ? <ProblemNotice problem={profiles.problem} onAgain={profiles.refresh} /> : null}
        {problem ? <ProblemNotice problem={problem} /> : null}
      </div>
    </Dialog>
  )
}

const nameOf = ({ maker, model }: ProfileEntry): string => `${maker} ${model.split(/[/,]/, 1)[0]}`.trim()
