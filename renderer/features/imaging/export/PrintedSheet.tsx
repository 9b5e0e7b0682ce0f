import { useEffect, useRef, type ReactNode } from 'react'
import { createPortal } from 'react-dom'
import type { PatientSummary } from '../../../../shared/contract'
import { letterheadLines } from '../../../../shared/records/organization/letterhead'
import { shell, useAnswer, useWho } from '../../../client'
import { formatDate, formatDayTime } from '../../../components'
import { x } from './words'
import './sheet.css'

interface Props {
  readonly patient: Pick<PatientSummary, 'id' | 'family' | 'given' | 'number'>
  /** What stands under the patient: the examination. */
  readonly title: string
  readonly children: ReactNode
  /** It went to the printer, or the person left the print dialog. */
  readonly onPrinted: () => void
}

/** A sheet with letterhead and patient: not on the screen, only on paper. It prints itself once everything on it is there. */
export const PrintedSheet = ({ patient, title, children, onPrinted }: Props) => {
  const { value: letterhead, problem } = useAnswer('readLetterhead')
  const { value: banner, problem: noBanner } = useAnswer('readBanner', { patient: patient.id })
  const who = useWho()
  const sheet = useRef<HTMLDivElement>(null)
  const born = banner?.patient.birthDate
  const isReady = (letterhead ?? problem) !== undefined && (banner ?? noBanner) !== undefined
  useEffect(() => {
    if (!isReady) return
    let gone = false
    const print = async () => {
      await Promise.all([...(sheet.current?.querySelectorAll('img') ?? [])].map((image) => image.decode().catch(() => undefined)))
      if (gone) return
      await shell.print()
      if (!gone) onPrinted()
    }
    void print()
    return () => {
      gone = true
    }
  }, [isReady, onPrinted])
  return createPortal(
    <div className="printed-sheet" ref={sheet} aria-hidden="true">
      <header>
        <div>
          {letterhead ? letterheadLines(letterhead).map((line, place) => (place === 0 ? <strong key={line}>{line}</strong> : <div key={line}>{line}</div>)) : null}
        </div>
        <div className="printed-patient">
          <strong>
            {patient.family.toUpperCase()}, {patient.given}
          </strong>
          <div>{[patient.number, ...(born === undefined ? [] : [x('sheet.born', { date: formatDate(born) })])].join(' · ')}</div>
        </div>
      </header>
      <h1>{title}</h1>
      {children}
      <footer>{x('sheet.printed', { at: formatDayTime(new Date()), by: who?.name ?? '' })}</footer>
    </div>,
    document.body,
  )
}
