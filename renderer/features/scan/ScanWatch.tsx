import { useRef, useState } from 'react'
import type { PatientSummary } from '../../../shared/contract'
import { displayName } from '../../../shared/records/patient/name'
import { isAccession } from '../../../shared/records/wristband/code'
import { clinic, useEvent } from '../../client'
import { Button, Dialog, formatDate, say } from '../../components'
import { useWedge } from './useWedge'
import { t } from './words'

/** Why a code opens nothing. */
type Bad = { readonly why: 'misread' | 'unknown' | 'other-practice' | 'failed' } | { readonly why: 'sample'; readonly accession: string }
type Asked = { readonly what: 'leave' | 'old'; readonly patient: PatientSummary } | ({ readonly what: 'bad' } & Bad)

interface Props {
  /** Behind the curtain: nothing that is scanned opens anything. */
  readonly hidden: boolean
  /** The patient whose screen stands; undefined: none. */
  readonly at: string | undefined
  readonly onOpen: (patient: string, part: 'chart' | 'orders') => void
}

/** Whether something stands on the screen that would be left: a dialog, or a form in which something is written. */
const isUnsaved = (): boolean =>
  document.querySelector('dialog[open]') !== null ||
  [...document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('main form input:not([type=checkbox]):not([type=radio]):not([type=search]), main form textarea')].some(({ value }) => value.trim() !== '')

/** Listens to scanners on every screen: a wristband opens its chart, a sample label its order; everything else says why it opens nothing. */
export const ScanWatch = ({ hidden, at, onOpen }: Props) => {
  const [asked, setAsked] = useState<Asked>()
  /** Codes that were scanned: only the answer to the last one leads anywhere. */
  const scans = useRef(0)
  const close = () => setAsked(undefined)
  const open = (patient: PatientSummary, part: 'chart' | 'orders' = 'chart') => {
    close()
    say(t('opened', { name: displayName(patient) }))
    if (patient.id !== at || part === 'orders') onOpen(patient.id, part)
  }
  const leadTo = (patient: PatientSummary, part: 'chart' | 'orders') => {
    // Nothing of another patient is left behind without a word.
    if (patient.id !== at && isUnsaved()) setAsked({ what: 'leave', patient })
    else open(patient, part)
  }
  const bad = (why: Bad) => setAsked({ what: 'bad', ...why })
  const onCode = async (code: string): Promise<void> => {
    if (hidden) return
    const scan = ++scans.current
    if (isAccession(code)) {
      const accession = code.trim().toUpperCase()
      const sample = await clinic.findByAccession({ accession })
      if (scan !== scans.current) return
      return sample.ok ? leadTo(sample.value.patient, 'orders') : bad(sample.problem.kind === 'accession-unknown' ? { why: 'sample', accession } : { why: 'failed' })
    }
    const answer = await clinic.readWristband({ code: code.slice(0, 200) })
    if (scan !== scans.current) return
    if (!answer.ok) return bad({ why: 'failed' })
    const { value } = answer
    if (value.kind === 'opened') leadTo(value.patient, 'chart')
    else if (value.kind === 'printed-before') setAsked({ what: 'old', patient: value.patient })
    else bad({ why: value.kind })
  }
  const take = (code: string) => void onCode(code).catch(() => bad({ why: 'failed' }))
  useWedge(take)
  useEvent('codeScanned', ({ code }) => {
    // Of several windows the one at work opens the chart.
    if (document.hasFocus()) take(code)
  })
  if (!asked || hidden) return null
  if (asked.what === 'bad') {
    return (
      <Dialog title={t('bad.title')} closeLabel={t('close')} onClose={close} onSubmit={close} width={440} save={{ label: t('close'), busy: false, isFocused: true }}>
        <p role="alert">{asked.why === 'sample' ? t('bad.sample', { accession: asked.accession }) : t(`bad.${asked.why}`)}</p>
      </Dialog>
    )
  }
  const { patient } = asked
  const name = displayName(patient)
  const go = () => open(patient)
  return (
    <Dialog
      title={asked.what === 'old' ? t('old.title') : t('ask.title', { name })}
      closeLabel={t('close')}
      onClose={close}
      onSubmit={go}
      width={480}
      foot={
        <>
          <Button onClick={close} data-autofocus>
            {t('ask.stay')}
          </Button>
          <span className="spread" />
          <Button kind="main" type="submit">
            {t(asked.what === 'old' ? 'old.open' : 'ask.open', { name })}
          </Button>
        </>
      }
    >
      <p>{t(asked.what === 'old' ? 'old.text' : 'ask.text')}</p>
      <p>
        <strong>
          <bdi>{name}</bdi>
        </strong>{' '}
        <span className="faint">
          {patient.birthDate === undefined ? '' : `${t('born', { date: formatDate(patient.birthDate) })} · `}
          {patient.number}
        </span>
      </p>
    </Dialog>
  )
}
