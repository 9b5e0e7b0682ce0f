import type { DeviceEntry, InventoryEntry } from '../../../../shared/contract'
import { useAct } from '../../../client'
import { Dialog, Fact, FactList, formatDayTime, ProblemNotice, say, TextField, useDraft } from '../../../components'
import { said } from '../words'
import { t } from './words'

interface Props {
  readonly device: DeviceEntry
  readonly entry: InventoryEntry | undefined
  readonly onClose: () => void
}

/** What a device is called, where it stands, its serial number and calibration, and what was wrong with it last. */
export const UpkeepDialog = ({ device, entry, onClose }: Props) => {
  const [draft, setDraft, clear] = useDraft(`upkeep:${device.id}`, () => ({ name: device.name, place: device.place, serialNumber: entry?.serialNumber ?? '', calibrationDue: entry?.calibrationDue ?? '' }))
  const { name, place, serialNumber, calibrationDue } = draft
  const put = (field: keyof typeof draft) => (text: string) => setDraft((before) => ({ ...before, [field]: text }))
  const [keep, { busy, problem }] = useAct('keepUpkeep')
  const submit = async () => {
    if (busy || name.trim() === '') return
    if (!(await keep({ device: device.id, name: name.trim(), place: place.trim(), serialNumber: serialNumber.trim(), calibrationDue })).ok) return
    clear()
    onClose()
    say(t('saved', { name: name.trim() }))
  }
  return (
    <Dialog
      title={t('title', { name: device.name })}
      closeLabel={t('cancel')}
      onClose={onClose}
      onSubmit={() => void submit()}
      save={{ label: t('save'), busy }}
    >
      <div className="devices-form">
        <FactList>
          <Fact name={t('last-heard')}>{entry?.lastHeard ? formatDayTime(entry.lastHeard) : t('last-heard.none')}</Fact>
          <Fact name={t('last-problem')}>
            {entry?.lastProblem ? (
              <>
                {said(`problem.${entry.lastProblem.problem}`)} <span className="faint">{formatDayTime(entry.lastProblem.at)}</span>
              </>
            ) : (
              t('last-problem.none')
            )}
          </Fact>
        </FactList>
        <TextField label={t('name')} value={name} maxLength={200} error={name.trim() === '' ? t('name.fault') : undefined} onText={put('name')} data-autofocus />
        <TextField label={t('place')} hint={t('place.hint')} optional={t('optional')} value={place} maxLength={200} onText={put('place')} />
        <TextField label={t('serial')} hint={t('serial.hint')} optional={t('optional')} value={serialNumber} maxLength={200} onText={put('serialNumber')} />
        <TextField type="date" label={t('calibration')} hint={t('calibration.hint')} optional={t('optional')} value={calibrationDue} onText={put('calibrationDue')} />
        {problem ? <ProblemNotice problem={problem} /> : null}
      </div>
    </Dialog>
  )
}
