import { useState } from 'react'
import type { PortEntry } from '../../../../shared/contract'
import { SelectField, TextField } from '../../../components'
import { BluetoothPanel } from '../../bluetooth'
import { t } from '../words'
import { otherPath, type PairDraft } from './draft'

interface Props {
  readonly draft: PairDraft
  readonly free: readonly PortEntry[]
  /** Plugged in since the wizard opened. */
  readonly isNew: (port: PortEntry) => boolean
  readonly error: string | undefined
  readonly onChange: (part: Partial<PairDraft>) => void
}

/** A port as the list names it. */
const labelOf = ({ path, name, isIncoming }: PortEntry, isNew: boolean): string =>
  `${path.endsWith(name) ? path : `${path}: ${name}`}${isIncoming ? ` · ${t('port.incoming')}` : ''}${isNew ? ` · ${t('port.new')}` : ''}`

/** Where the device is. */
export const PortStep = ({ draft, free, isNew, error, onChange }: Props) => {
  const [isBluetooth, setBluetooth] = useState(false)
  const port = draft.port || (free[0]?.path ?? otherPath)
  return (
    <div className="devices-form">
      <p>{t('port.lead')}</p>
      <SelectField
        label={t('pair.port')}
        value={port}
        options={[...free.map((each) => ({ value: each.path, label: labelOf(each, isNew(each)) })), { value: otherPath, label: t('pair.port.other') }]}
        onChoose={(value) => onChange({ port: value })}
        data-autofocus
      />
      {port === otherPath ? <TextField label={t('pair.path')} hint={t('pair.path.hint')} value={draft.path} maxLength={500} error={error} onText={(text) => onChange({ port: otherPath, path: text })} /> : null}
      <details onToggle={(event) => setBluetooth(event.currentTarget.open)}>
        <summary>{t('port.bluetooth')}</summary>
        {/* Looks for devices only while it is open. */}
        {isBluetooth ? <BluetoothPanel onChoose={(path) => onChange({ port: otherPath, path })} /> : null}
      </details>
    </div>
  )
}
