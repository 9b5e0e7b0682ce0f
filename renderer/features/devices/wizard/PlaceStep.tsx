import { useId } from 'react'
import type { ProfileEntry, SerialSettings } from '../../../../shared/contract'
import { SelectField, TextField } from '../../../components'
import { t } from '../words'
import { kindOf, nameOf, type PairDraft } from './draft'
import { LineSettings } from './LineSettings'

interface Props {
  readonly draft: PairDraft
  readonly path: string
  readonly hasSettings: boolean
  readonly profiles: readonly ProfileEntry[]
  readonly profile: ProfileEntry | undefined
  readonly serial: SerialSettings
  /** Places of other devices: most stand where another one stands. */
  readonly places: readonly string[]
  readonly nameError: string | undefined
  readonly onChange: (part: Partial<PairDraft>) => void
}

/** What it is called and where it stands; its kind and settings once more, to be changed by who knows better. */
export const PlaceStep = ({ draft, path, hasSettings, profiles, profile, serial, places, nameError, onChange }: Props) => {
  const list = useId()
  return (
    <div className="devices-form">
      <p className="faint">
        {t('place.at')} <code className="devices-path">{path}</code>
      </p>
      <TextField
        label={t('pair.name')}
        hint={t('pair.name.hint')}
        value={draft.name ?? (profile ? nameOf(profile) : '')}
        maxLength={200}
        error={nameError}
        onText={(text) => onChange({ name: text })}
        data-autofocus
      />
      <TextField label={t('pair.place')} hint={t('pair.place.hint')} optional={t('optional')} value={draft.place} maxLength={200} list={list} onText={(text) => onChange({ place: text })} />
      {profile?.category === 'vitals' ? <p className="faint">{t('place.beds')}</p> : null}
      <datalist id={list}>
        {places.map((place) => (
          <option key={place} value={place} />
        ))}
      </datalist>
      <SelectField label={t('pair.profile')} value={profile?.id ?? ''} options={profiles.map((one) => ({ value: one.id, label: kindOf(one) }))} onChoose={(id) => onChange({ profile: id, serial: undefined })} />
      {profile?.unsure && profile.unsure.length > 0 ? <p className="faint">{t('pair.unsure', { what: profile.unsure.join('; ') })}</p> : null}
      {hasSettings ? <LineSettings serial={serial} onChange={(next) => onChange({ serial: next })} /> : null}
    </div>
  )
}
