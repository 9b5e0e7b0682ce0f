import { useState } from 'react'
import { common } from '../../../../resources/locales/en/common'
import type { DicomNetworkState } from '../../../../shared/contract'
import { isAeTitle } from '../../../../shared/records/imaging-peer/peer'
import { useAct } from '../../../client'
import { Dialog, ProblemNotice, TextField } from '../../../components'
import { Check } from './Check'
import { t } from './words'

interface Props {
  readonly network: DicomNetworkState
  readonly onClose: () => void
  readonly onDone: () => void
}

const isPort = (port: number): boolean => Number.isInteger(port) && (port === 104 || (port >= 1024 && port <= 65535))

/** How this workstation listens, as it is typed in; saving switches it on. */
export const OwnDialog = ({ network, onClose, onDone }: Props) => {
  const [aeTitle, setTitle] = useState(network.aeTitle)
  const [port, setPort] = useState(String(network.port))
  const [tls, setTls] = useState(network.tls)
  const [tried, setTried] = useState(false)
  const [set, { busy, problem }] = useAct('setDicomNetwork')
  const faults = { title: isAeTitle(aeTitle.trim()) ? undefined : t('own.title.wrong'), port: isPort(Number(port)) ? undefined : t('own.port.wrong') }
  const shown: Partial<typeof faults> = tried ? faults : {}
  const save = async () => {
    setTried(true)
    if (busy || faults.title !== undefined || faults.port !== undefined) return
    if (!(await set({ isOn: true, aeTitle: aeTitle.trim(), port: Number(port), tls })).ok) return
    onDone()
    onClose()
  }
  return (
    <Dialog title={t('own')} closeLabel={common.cancel} onClose={onClose} onSubmit={() => void save()} save={{ label: network.state === 'off' ? t('own.on') : common.save, busy }}>
      <div className="stack">
        {problem ? <ProblemNotice problem={problem} /> : null}
        <TextField label={t('own.title')} hint={t('own.title.hint')} value={aeTitle} onText={setTitle} maxLength={16} error={shown.title} data-autofocus />
        <TextField label={t('own.port')} hint={t('own.port.hint')} inputMode="numeric" value={port} onText={setPort} error={shown.port} />
        <Check label={t('own.tls')} on={tls} onTurn={setTls} />
      </div>
    </Dialog>
  )
}
