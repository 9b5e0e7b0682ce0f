import { useState } from 'react'
import { common } from '../../../../resources/locales/en/common'
import type { ImagingPeer, PeerUse } from '../../../../shared/contract'
import { isAeTitle, peerUses } from '../../../../shared/records/imaging-peer/peer'
import { useAct } from '../../../client'
import { Dialog, ProblemNotice, TextField, useDraft } from '../../../components'
import { Check } from './Check'
import { t } from './words'

interface Props {
  /** Absent: a new one. */
  readonly id?: string
  /** What the fields begin with. */
  readonly start?: ImagingPeer
  readonly onClose: () => void
}

const nobody: ImagingPeer = { name: '', protocol: 'dimse', aeTitle: '', host: '', port: 0, tls: false, pin: '', url: '', uses: ['sends-to-us'] }
/** Those that are called have to be found. */
const isCalled = (use: PeerUse): boolean => use !== 'sends-to-us' && use !== 'reads-our-worklist'

/** A peer as it is typed in. */
export const PeerDialog = ({ id, start = nobody, onClose }: Props) => {
  const [form, setForm, clear] = useDraft(`imaging-peer:${id ?? 'new'}`, () => ({ ...start, port: start.port === 0 ? '' : String(start.port) }))
  const [tried, setTried] = useState(false)
  const [savePeer, { busy, problem }] = useAct('saveImagingPeer')
  const put = <Field extends keyof typeof form>(field: Field) => (value: (typeof form)[Field]) => setForm((before) => ({ ...before, [field]: value }))
  const [name, aeTitle, host, port] = [form.name.trim(), form.aeTitle.trim(), form.host.trim(), form.port.trim()]
  const pin = form.pin.replace(/[:\s]/g, '').toLowerCase()
  const mustBeFound = form.uses.some(isCalled)
  const isPort = /^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65535
  const faults = {
    name: name === '' ? t('form.needed') : undefined,
    aeTitle: isAeTitle(aeTitle) ? undefined : t('own.title.wrong'),
    host: host === '' ? (mustBeFound ? t('form.host.needed') : undefined) : /^[A-Za-z0-9._:-]{1,253}$/.test(host) ? undefined : t('form.host.wrong'),
    port: port === '' ? (mustBeFound ? t('form.needed') : undefined) : isPort ? undefined : t('form.port.wrong'),
    pin: pin === '' || /^[0-9a-f]{64}$/.test(pin) ? undefined : t('form.pin.wrong'),
  }
  const shown: Partial<typeof faults> = tried ? faults : {}
  const save = async () => {
    setTried(true)
    if (busy || Object.values(faults).some((fault) => fault !== undefined)) return
    const peer: ImagingPeer = { ...form, name, aeTitle, host, port: port === '' ? 0 : Number(port), pin }
    if (!(await savePeer({ ...(id !== undefined && { id }), peer: { ...peer, uses: [...peer.uses] } })).ok) return
    clear()
    onClose()
  }
  return (
    <Dialog title={id === undefined ? t('form.new') : t('form', { name: start.name })} closeLabel={common.cancel} onClose={onClose} onSubmit={() => void save()} save={{ label: common.save, busy }}>
      <div className="stack">
        {problem ? <ProblemNotice problem={problem} /> : null}
        <TextField label={t('peers.name')} value={form.name} onText={put('name')} error={shown.name} data-autofocus />
        <TextField label={t('peers.title')} hint={t('form.title.hint')} value={form.aeTitle} onText={put('aeTitle')} maxLength={16} error={shown.aeTitle} />
        <fieldset className="field">
          <legend className="field-label">{t('form.uses')}</legend>
          {peerUses.map((use) => (
            <Check
              key={use} label={t(`form.use.${use}`)} on={form.uses.includes(use)}
              onTurn={(on) => put('uses')(peerUses.filter((each) => (each === use ? on : form.uses.includes(each))))}
            />
          ))}
        </fieldset>
        <TextField label={t('form.host')} hint={t('form.host.hint')} value={form.host} onText={put('host')} error={shown.host} />
        <TextField label={t('form.port')} hint={t('form.port.hint')} inputMode="numeric" value={form.port} onText={put('port')} error={shown.port} />
        <Check label={t('form.tls')} on={form.tls} onTurn={put('tls')} />
        {form.tls ? <TextField label={t('form.pin')} optional={common.optional} hint={t('form.pin.hint')} value={form.pin} onText={put('pin')} error={shown.pin} /> : null}
      </div>
    </Dialog>
  )
}
