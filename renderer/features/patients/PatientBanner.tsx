import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import { patients } from '../../../resources/locales/en/patients'
import { problemList } from '../../../resources/locales/en/problemList'
import type { AllergyEntry, AllergyStatus, Banner } from '../../../shared/contract'
import { initialsOf } from '../../../shared/records/patient/name'
import { useAnswer, useWho } from '../../client'
import { Button, formatDay, ProblemNotice, wording } from '../../components'
import { AllergiesDialog } from './AllergiesDialog'
import { DetailsDialog } from './DetailsDialog'
import { bornWords, nameOf, problemWords, sexWord } from './words'
import './patientBanner.css'

const t = wording(patients)
const ofProblems = wording(problemList)

/** Hues that no clinical colour and no training mark uses; with the initials they tell two windows apart. */
const hues = [165, 195, 330, 125, 60, 210] as const

/** The colour edge of a patient: the same on every workstation. */
export const hueOf = (patient: string): number => hues[[...patient].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7) % hues.length] ?? hues[0]

/**
 * Who this is, on every clinical screen, always in the same place (NHS Common User Interface, patient
 * banner): labels lighter than values and without colons, allergies in a zone of their own.
 */
export const PatientBanner = ({ patient }: { readonly patient: string }) => {
  const who = useWho()
  const { value: banner, problem, refresh } = useAnswer('readBanner', { patient })
  // The desk sees who somebody is, and not what ails them.
  const { value: problems, problem: unknown } = useAnswer('listProblems', { patient }, { skip: !who?.actions.includes('chart.read') })
  const [open, setOpen] = useState<'allergies' | 'details' | null>(null)
  if (!banner) return <div className="banner banner-blank">{problem ? <ProblemNotice problem={problem} onAgain={refresh} /> : t('banner.waiting')}</div>
  return (
    <>
      <BannerView
        banner={banner}
        problems={unknown && !problems ? [common.notKnown] : problems?.filter(({ status }) => status === 'active').map(({ concept, certainty }) => problemWords({ name: concept.display, isSuspected: certainty === 'provisional' })) ?? []}
        unreadable={problem !== undefined && problem.kind !== 'session-locked'}
        onAllergies={() => setOpen('allergies')}
        {...(who?.actions.includes('patient.register') ? { onDetails: () => setOpen('details') } : {})}
      />
      {open === 'allergies' ? <AllergiesDialog patient={banner.patient} status={banner.allergies} onClose={() => setOpen(null)} /> : null}
      {open === 'details' ? <DetailsDialog patient={banner.patient} onClose={() => setOpen(null)} /> : null}
    </>
  )
}

interface ViewProps {
  readonly banner: Banner
  /** The problems that are there now. */
  readonly problems?: readonly string[]
  /** The newest answer could not be read: what is shown may be old, and the allergy zone must say so. */
  readonly unreadable?: boolean
  readonly onAllergies: () => void
  /** Absent for those who may not change the details. */
  readonly onDetails?: () => void
}

/** The banner as drawn. */
export const BannerView = ({ banner: { patient, allergies, reviewItems }, problems = [], unreadable = false, onAllergies, onDetails }: ViewProps) => (
  <section
    className="banner"
    data-dead={patient.deceased || undefined}
    aria-label={t('banner.label', { name: nameOf(patient) })}
    style={{ ['--hue' as string]: hueOf(patient.id) }}
  >
    <div className="banner-initials" aria-hidden="true">
      {initialsOf(patient)}
    </div>
    <div className="banner-who">
      <div className="banner-name">
        <bdi>{nameOf(patient)}</bdi>
      </div>
      {patient.deceased ? <div className="banner-dead">{t('banner.dead')}</div> : null}
      <dl className="banner-facts">
        <div>
          <dt>{t('banner.born')}</dt>
          <dd>{bornWords(patient)}</dd>
        </div>
        <div>
          <dt>{t('banner.sex')}</dt>
          <dd>{sexWord(patient.gender)}</dd>
        </div>
        <div>
          <dt>{t('banner.number')}</dt>
          <dd>{patient.number}</dd>
        </div>
        {patient.phone ? (
          <div className="banner-phone">
            <dt>{t('banner.phone')}</dt>
            <dd>{patient.phone}</dd>
          </div>
        ) : null}
        {problems.length > 0 ? (
          <div className="banner-problems" title={problems.join('\n')}>
            <dt>{ofProblems('banner')}</dt>
            <dd dir="auto">{problems.join(', ')}</dd>
          </div>
        ) : null}
      </dl>
    </div>
    {onDetails ? (
      <Button kind="quiet" className="banner-details" onClick={onDetails}>
        {t('details.open')}
      </Button>
    ) : null}
    {reviewItems > 0 ? (
      <a className="banner-review" href={`#/patients/${patient.id}`} aria-label={t('banner.review.label', { count: reviewItems })}>
        <span aria-hidden="true">≠</span> {t('banner.review', { count: reviewItems })}
      </a>
    ) : null}
    <AllergyZone allergies={unreadable ? null : allergies} onOpen={onAllergies} />
  </section>
)

/** Says one of: the allergies, worst first; none known, and who asked; not asked; cannot be read. Never empty. */
const AllergyZone = ({ allergies, onOpen }: { readonly allergies: AllergyStatus | null; readonly onOpen: () => void }) => {
  const who = useWho()
  const mayWrite = who?.actions.includes('allergy.write') ?? false
  const state = allergies?.status ?? 'unavailable'
  const severe = allergies?.status === 'recorded' && allergies.allergies.some((allergy) => allergy.criticality === 'high')
  return (
    <button type="button" className="allergies" data-state={state} data-severe={severe || undefined} onClick={onOpen}>
      {allergies === null ? <span className="allergies-title">{t('allergy.unavailable')}</span> : null}
      {allergies?.status === 'not-asked' ? (
        <>
          <span className="allergies-title">{t('allergy.notAsked')}</span>
          {mayWrite ? <span className="allergies-line">{t('allergy.ask')}</span> : null}
        </>
      ) : null}
      {allergies?.status === 'none-known' ? (
        <>
          <span className="allergies-title">{t('allergy.none')}</span>
          <span className="allergies-line">{t('allergy.none.by', { name: allergies.by, date: formatDay(allergies.at) })}</span>
        </>
      ) : null}
      {allergies?.status === 'recorded' ? (
        <>
          <span className="allergies-title">
            <span aria-hidden="true">⚠ </span>
            {t('allergy.known')}
          </span>
          <span className="allergies-line">
            {allergies.allergies.map((allergy, index) => (
              <AllergyWord key={allergy.id} allergy={allergy} last={index === allergies.allergies.length - 1} />
            ))}
          </span>
        </>
      ) : null}
    </button>
  )
}

const AllergyWord = ({ allergy, last }: { readonly allergy: AllergyEntry; readonly last: boolean }) => (
  <span className="allergies-one" data-severe={allergy.criticality === 'high' || undefined}>
    {allergy.criticality === 'high' ? <em>{t('allergy.severe')} </em> : null}
    {allergy.substance}
    {allergy.reaction ? ` (${allergy.reaction})` : ''}
    {last ? '' : ', '}
  </span>
)
