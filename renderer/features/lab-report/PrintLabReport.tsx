import { useEffect, useState } from 'react'
import { createPortal } from 'react-dom'
import type { LabReport, Letterhead, Problem } from '../../../shared/contract'
import { clinic, shell, useWho } from '../../client'
import { Button, formatDayTime, ProblemNotice } from '../../components'
import { t } from '../result-entry'
import { LabReportPages } from './LabReportPages'
import './labReport.css'

interface Props {
  readonly patient: string
  readonly report: string
  readonly accession: string
}

interface Paper {
  readonly report: LabReport
  readonly letterhead: Letterhead
}

const noLetterhead: Letterhead = { name: '', address: '', phone: '', email: '' }

/** The button that puts a report on paper, or into a PDF where the print dialog of the system offers that. It is read anew each time: nothing that was corrected since is printed. */
export const PrintLabReport = ({ patient, report, accession }: Props) => {
  const [state, setState] = useState<{ readonly isReading?: true; readonly paper?: Paper; readonly problem?: Problem }>({})
  const { paper, problem } = state
  const print = async () => {
    setState({ isReading: true })
    const [read, letterhead] = await Promise.all([clinic.readLabReport({ patient, report }), clinic.readLetterhead()])
    setState(read.ok ? { paper: { report: read.value, letterhead: letterhead.ok ? letterhead.value : noLetterhead } } : { problem: read.problem })
  }
  useEffect(() => {
    if (!paper) return
    let gone = false
    const left = () => gone || setState({})
    void shell.print().then(left, left)
    return () => {
      gone = true
    }
  }, [paper])
  return (
    <>
      <Button busy={state.isReading || paper !== undefined} aria-label={t('report.print.of', { accession })} onClick={() => void print()}>
        {t('report.print')}
      </Button>
      {problem ? <ProblemNotice problem={problem} onAgain={() => void print()} /> : null}
      {paper ? <OnPaper {...paper} /> : null}
    </>
  )
}

/** Not on the screen, only on paper. */
const OnPaper = ({ report, letterhead }: Paper) => {
  const who = useWho()
  return createPortal(
    <div className="lab-paper" aria-hidden="true">
      <LabReportPages report={report} letterhead={letterhead} printed={t('report.printed', { at: formatDayTime(new Date()), name: who?.name ?? '' })} />
    </div>,
    document.body,
  )
}
