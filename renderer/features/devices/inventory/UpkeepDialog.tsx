import { useState } from 'react'
import type { DeviceEntry, InventoryEntry } from '../../../../shared/contract'
import { useAct } from '../../../client'
import { Button, Dialog, Fact, FactList, formatDayTime, ProblemNotice, say, TextField } from '../../../components'
import { said } from '../words'
import { t } from './words'

interface Props {
  readonly device: DeviceEntry
  readonly entry: InventoryEntry | undefined
  readonly onClose: () => void
}

/** Serial number and calibration of a device, and what was wrong with it last. */
export const UpkeepDialog = ({ device, entry, onClose }: Props) => {
  const [serialNumber, setSerialNumber] = useState(entry?.serialNumber ?? '')
  const [calibrationDue, setCalibrationDue] = useState(entry?.calibrationDue ?? '')
  const [keep, { busy, problem }] = useAct('keepUpkeep')
  const submit = async () => {
    if (busy || !(await keep({ device: device.id, serialNumber: serialNumber.trim(), calibrationDue })).ok) return
    onClose()
    say(t('saved', { name: device.name }))
  }
  return (
    <Dialog
      title={t('title', { name: device.name })}
      closeLabel={t('cancel')}
      onClose={onClose}
      onSubmit={() => void submit()}
      foot={
        <>
          <span className="spread" />
          <Button kind="main" type="submit" busy={busy} keys="Ctrl+Enter">
            {t('save')}
          </Button>
        </>
      }
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
        <TextField label={t('serial')} hint={t('serial.hint')} optional={t('optional')} value={serialNumber} maxLength={200} onText={setSerialNumber} data-autofocus />
        <TextField type="date" label={t('calibration')} hint={t('calibration.hint')} optional={t('optional')} value={calibrationDue} onText={setCalibrationDue} />
        {problem ? <ProblemNotice problem={problem} /> : null}
      </div>
    </Dialog>
  )
}
