import { useState } from 'react'
import type { ResultSource } from '../../../shared/contract'
import { common } from '../../../resources/locales/en/common'
import { useAnswer } from '../../client'
import { Choice, Dialog, formatDayTime, Notice, ProblemNotice, Waiting } from '../../components'
import type { SourceOf } from '../sources'
import { PieceLog, shownOptions, type Shown } from './PieceLog'
import { addPieces } from './rows'
import { t } from './words'
import './terminal.css'

interface Props {
  readonly source: SourceOf
  readonly what: string
  readonly onClose: () => void
}

const useSource = (source: SourceOf) => {
  const record = useAnswer('resultSource', source.of === 'record' ? { patient: source.patient, type: source.type, record: source.record } : undefined, { skip: source.of !== 'record' })
  const tray = useAnswer('traySource', source.of === 'tray' ? { item: source.item } : undefined, { skip: source.of !== 'tray' })
  return source.of === 'record' ? record : tray
}

/** The exact bytes that a device sent for a result, and the conversation around them. */
export const SourceDialog = ({ source, what, onClose }: Props) => {
  const { value, problem, refresh, loading } = useSource(source)
  const [shown, setShown] = useState<Shown>('text')
  return (
    <Dialog title={t('source.title', { what })} closeLabel={common.close} onClose={onClose} width={860}>
      <div className="stack">
        {problem ? problem.kind === 'bytes-elsewhere' ? <Elsewhere /> : <ProblemNotice problem={problem} onAgain={refresh} /> : null}
        {loading ? <Waiting>{common.waiting}</Waiting> : null}
        {value ? (
          <>
            <p>{t('source.lead', { device: value.deviceName || t('source.device.gone'), profile: value.profile, at: formatDayTime(value.at), count: value.bytes.length })}</p>
            <Choice label={t('show')} value={shown} options={shownOptions()} onChoose={setShown} />
            <h3>{t('source.bytes')}</h3>
            <PieceLog rows={rowsOf(value)} shown={shown} label={t('source.bytes')} />
            <h3>{t('source.conversation')}</h3>
            {value.conversation.length === 0 ? <p className="faint">{t('source.only')}</p> : <PieceLog rows={addPieces([], value.conversation)} shown={shown} label={t('source.conversation')} />}
          </>
        ) : null}
      </div>
    </Dialog>
  )
}

/** No fault, and nothing to try again. */
const Elsewhere = () => (
  <Notice tone="info" role="status" title={t('source.elsewhere')}>
    <p>{t('source.elsewhere.text')}</p>
  </Notice>
)

const rowsOf = ({ at, bytes }: ResultSource) => addPieces([], [{ number: 0, at, from: 'device', bytes }])
