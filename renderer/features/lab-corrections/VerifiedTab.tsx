import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import type { VerifiedReport, VerifiedResult } from '../../../shared/contract'
import { flagOf } from '../../../shared/records/observation/resultFlag'
import { useAnswer } from '../../client'
import { Button, Empty, formatDayTime, Mark, Pieces, ProblemNotice, TextField, Waiting } from '../../components'
import { FlagMark } from '../charting'
import { PrintLabReport } from '../lab-report'
import { CorrectDialog } from './CorrectDialog'
import { personPieces, personWords, t, valueWords } from './words'
import './labCorrections.css'

const pageOf = 30

/** What the laboratory has verified, the newest first: where a wrong value is corrected. */
export const VerifiedTab = () => {
  const [accession, setAccession] = useState('')
  const [skip, setSkip] = useState(0)
  const reports = useAnswer('listVerified', { accession: accession.trim(), skip, limit: pageOf }, { keepPrevious: true })
  const [correcting, setCorrecting] = useState<{ readonly report: VerifiedReport; readonly result: VerifiedResult } | null>(null)
  return (
    <section className="lab-list" aria-label={t('verified.title')}>
      <p className="faint">{t('verified.lead')}</p>
      <TextField
        label={t('verified.find')}
        value={accession}
        maxLength={40}
        onText={(text) => {
          setAccession(text)
          setSkip(0)
        }}
      />
      {reports.problem ? <ProblemNotice problem={reports.problem} onAgain={reports.refresh} /> : null}
      {reports.loading ? <Waiting>{common.waiting}</Waiting> : null}
      {reports.value?.length === 0 ? <Empty title={t('verified.empty')}>{t('verified.empty.text')}</Empty> : null}
      {reports.value?.map((report) => (
        <Verified key={report.report} report={report} onCorrect={(result) => setCorrecting({ report, result })} />
      ))}
      <div className="lab-corrections-pages">
        {skip > 0 ? <Button onClick={() => setSkip(0)}>{t('verified.newest')}</Button> : null}
        {accession.trim() === '' && (reports.value?.length ?? 0) > 0 ? <Button onClick={() => setSkip(skip + pageOf)}>{t('verified.older')}</Button> : null}
      </div>
      {correcting ? <CorrectDialog report={correcting.report} result={correcting.result} onClose={() => setCorrecting(null)} /> : null}
    </section>
  )
}

const Verified = ({ report, onCorrect }: { readonly report: VerifiedReport; readonly onCorrect: (result: VerifiedResult) => void }) => {
  const person = personWords(report.patient)
  return (
    <article className="panel lab-corrections-report" aria-label={`${report.title}, ${person}`}>
      <header>
        <h2>
          <Pieces of={personPieces(report.patient)} />
        </h2>
        <span>
          <strong>{report.title}</strong> <code>{report.accession}</code> <span className="faint">{formatDayTime(report.at)}</span>{' '}
          {report.isCorrected ? (
            <Mark tone="info" sign="i">
              {t('corrected')}
            </Mark>
          ) : null}
        </span>
        <PrintLabReport patient={report.patient.id} report={report.report} accession={report.accession} />
      </header>
      <ul>
        {report.results.map((result) => (
          <li key={result.id}>
            <span>{result.line.name}</span>
            <strong>
              <bdi>{valueWords(result.line)}</bdi>
            </strong>
            <FlagMark flag={flagOf(result.line)} />
            {result.line.status === 'cancelled' ? null : (
              <Button kind="quiet" aria-label={t('correct.named', { test: result.line.name, patient: person })} onClick={() => onCorrect(result)}>
                {t('correct')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </article>
  )
}
