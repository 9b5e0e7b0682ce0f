import { useState, type ComponentType } from 'react'
import { chart as words } from '../../../resources/locales/en/chart'
import { common } from '../../../resources/locales/en/common'
import type { PatientSummary } from '../../../shared/contract'
import { useAnswer, useWho } from '../../client'
import { ProblemNotice, useKeys, Waiting, wording } from '../../components'
import { VitalsTab } from '../charting'
import { EncountersTab } from '../encounters'
import { PatientBanner } from '../patients'
import { ResultsTab } from '../results'
import { TimelineTab } from '../timeline'
import { Overview } from './Overview'
import { chartTabs, type ChartTab } from './tabs'
import './chart.css'

const t = wording(words)

/** What other parts of the application put on the chart. */
export interface ChartParts {
  readonly ReadingButton: ComponentType<{ readonly patient: PatientSummary }>
  readonly Imaging: ComponentType<{ readonly patient: PatientSummary }>
  readonly ReviewItems: ComponentType<{ readonly patient: PatientSummary }>
  readonly OlderRecords: ComponentType<{ readonly patient: PatientSummary }>
  readonly BedQuestions: ComponentType<{ readonly patient: PatientSummary }>
}

interface Props {
  readonly patient: string
  readonly tab: ChartTab
  /** Something to begin with: `encounter` or `order` opens its dialog, `enter` goes to the first vital sign. */
  readonly begin?: string | undefined
  readonly onTab: (tab: ChartTab, begin?: string) => void
  readonly parts: ChartParts
}

/** A patient's chart: the banner stays, the tabs change. */
export const ChartScreen = ({ patient, tab, begin, onTab, parts: { ReadingButton, Imaging, ReviewItems, OlderRecords, BedQuestions } }: Props) => {
  const who = useWho()
  const banner = useAnswer('readBanner', { patient })
  const person = banner.value?.patient
  // Once there was something to review it stays in place: what was just decided can still be taken back.
  const [reviewed, setReviewed] = useState(false)
  if (!reviewed && (banner.value?.reviewItems ?? 0) > 0) setReviewed(true)
  const tabs = chartTabs.filter((one) => one !== 'imaging' || who?.actions.includes('imaging.read'))
  useKeys(
    t('keys.title'),
    tabs.map((one, index) => ({ keys: `Alt+${index + 1}`, does: t('keys.tab', { tab: t(`tab.${one}`) }), run: () => onTab(one) })),
  )
  const mayRead = who?.actions.includes('chart.read')
  return (
    <div className="chart filling">
      <PatientBanner patient={patient} />
      {mayRead ? (
        <nav className="tabs" aria-label={t('tabs')}>
          {tabs.map((one) => (
            <a key={one} href={`#/patients/${patient}${one === 'overview' ? '' : `/${one}`}`} aria-current={one === tab ? 'page' : undefined}>
              {t(`tab.${one}`)}
            </a>
          ))}
        </nav>
      ) : null}
      {mayRead && person ? <OlderRecords patient={person} /> : null}
      {mayRead && person ? <BedQuestions patient={person} /> : null}
      <div className="chart-body" key={tab}>
        {banner.problem && !person ? null : !person ? (
          <Waiting>{common.waiting}</Waiting>
        ) : !mayRead ? (
          <ProblemNotice problem={{ kind: 'not-allowed', facts: {} }} />
        ) : (
          <>
            {tab === 'overview' ? <Overview patient={person} reviewItems={reviewed ? <ReviewItems patient={person} /> : null} onTab={onTab} /> : null}
            {tab === 'vitals' ? <VitalsTab patient={person} entering={begin === 'enter'} readingButton={<ReadingButton patient={person} />} /> : null}
            {tab === 'encounters' ? <EncountersTab patient={person} starting={begin === 'encounter'} /> : null}
            {tab === 'results' ? <ResultsTab patient={person} ordering={begin === 'order'} /> : null}
            {tab === 'timeline' ? <TimelineTab patient={person} /> : null}
            {tab === 'imaging' ? <Imaging patient={person} /> : null}
          </>
        )}
      </div>
    </div>
  )
}
