import { Suspense, useEffect, type ReactNode } from 'react'
import { Route, Switch } from 'wouter'
import { navigate } from 'wouter/use-hash-location'
import { common } from '../../resources/locales/en/common'
import { shell as words } from '../../resources/locales/en/shell'
import type { PracticeName, Who } from '../../shared/contract'
import { useAnswer } from '../client'
import { Empty, useScreen, Waiting, wording } from '../components'
import { ChartScreen, chartTabs, type ChartParts, type ChartTab } from '../features/chart'
import { AlertsScreen } from '../features/critical'
import { PatientBanner, PatientsScreen } from '../features/patients'
import { AuditScreen, BackupScreen, BedsScreen, CodeSetsScreen, DevicesScreen, fetchWhenIdle, HandoverScreen, HubScreen, ImagingSettings, ImagingTab, ImagingTray, InboxScreen, LabScreen, OlderRecords, PatientBedQuestions, QueueScreen, ReadingButton, ResultTray, ReviewItems, ReviewScreen, SecurityScreen, StaffScreen, StorageScreen, SyncScreen, TerminalScreen, WorkbenchScreen, UnknownBeds, ViewerScreen, WardRoundScreen } from './lazyScreens'
import { SerialScannerPanel, WristbandButton } from '../features/scan'
import { placesOf, type Place } from './places'

const t = wording(words)

interface Props {
  readonly who: Who
  readonly practice: PracticeName
  readonly registering: boolean
  readonly onRegistering: (registering: boolean) => void
}

const titles = (practice: PracticeName, place: string) => `${place} · ${practice.name} · Outpost`

/** Which screen stands at which address. Addresses hold record ids and nothing that tells who a patient is. */
export const Routes = ({ who, practice, registering, onRegistering }: Props) => {
  const places = placesOf(who)
  const home = places[0] ?? 'patients'
  useEffect(fetchWhenIdle, [])
  const may = (place: Place, screen: ReactNode) => (places.includes(place) ? screen : <Nowhere home={home} />)
  return (
    <Suspense fallback={<Waiting>{common.waiting}</Waiting>}>
      <Switch>
        <Route path="/">
          <Go to={`/${home}`} />
        </Route>
        <Route path="/patients">
          {may('patients', <PatientsScreen onOpen={(patient) => navigate(`/patients/${patient}`)} registering={registering} onRegistering={onRegistering} />)}
        </Route>
        <Route path="/patients/:patient/imaging/:study">
          {({ patient, study }) => may('patients', <Viewer patient={patient} study={study} />)}
        </Route>
        <Route<{ patient: string; tab?: string; begin?: string }> path="/patients/:patient/:tab?/:begin?">
          {({ patient, tab, begin }) => {
            const known = tab === undefined ? 'overview' : chartTabs.find((one) => one === tab)
            return may('patients', known ? <Chart key={patient} patient={patient} tab={known} begin={begin} /> : <Nowhere home={home} />)
          }}
        </Route>
        <Route<{ bed?: string }> path="/round/:bed?">{({ bed }) => may('round', <WardRoundScreen {...(bed === undefined ? {} : { bed })} onBed={(next) => navigate(next === undefined ? '/round' : `/round/${next}`)} />)}</Route>
        <Route path="/handover">{may('round', <HandoverScreen />)}</Route>
        <Route path="/queue">{may('queue', <QueueScreen onSee={(patient) => navigate(`/patients/${patient}`)} />)}</Route>
        <Route path="/beds">{may('beds', <BedsScreen />)}</Route>
        <Route<{ bed: string }> path="/beds/:bed">{({ bed }) => may('beds', <BedsScreen bed={bed} />)}</Route>
        <Route path="/inbox">{may('inbox', <InboxScreen />)}</Route>
        <Route path="/tray">{may('tray', <Tray />)}</Route>
        <Route<{ tab?: string }> path="/lab/:tab?">{({ tab }) => may('lab', <LabScreen tab={tab} />)}</Route>
        <Route path="/alerts">{may('alerts', <AlertsScreen onOpen={(patient) => navigate(`/patients/${patient}`)} />)}</Route>
        <Route path="/devices/learn">{may('devices', <WorkbenchScreen onBack={() => navigate('/devices')} />)}</Route>
        <Route path="/devices">{may('devices', <DevicesScreen><SerialScannerPanel /></DevicesScreen>)}</Route>
        <Route<{ line?: string }> path="/terminal/:line?">{({ line }) => may('terminal', <TerminalScreen key={line} {...(line === undefined ? {} : { line })} />)}</Route>
        <Route path="/imaging">{may('imaging', <ImagingSettings />)}</Route>
        <Route path="/sync">{may('sync', <SyncScreen />)}</Route>
        <Route path="/sync/review">{may('sync', <ReviewScreen />)}</Route>
        <Route path="/hub">{may('hub', <HubScreen />)}</Route>
        <Route path="/staff">{may('staff', <StaffScreen />)}</Route>
        <Route path="/codes">{may('codes', <CodeSetsScreen />)}</Route>
        <Route path="/backup">{may('backup', <BackupScreen />)}</Route>
        <Route path="/storage">{may('storage', <StorageScreen />)}</Route>
        <Route path="/audit">{may('audit', <AuditScreen />)}</Route>
        <Route path="/security">{may('security', <SecurityScreen />)}</Route>
        <Route>
          <Nowhere home={home} />
        </Route>
      </Switch>
      <Title practice={practice} />
    </Suspense>
  )
}

/** The window is named after the practice, never after a patient. */
const Title = ({ practice }: { readonly practice: PracticeName }) => {
  useEffect(() => {
    document.title = titles(practice, practice.training ? t('training') : t('nav.patients'))
  }, [practice])
  return null
}

const Go = ({ to }: { readonly to: string }) => {
  useEffect(() => navigate(to, { replace: true }), [to])
  return null
}

const Chart = ({ patient, tab, begin }: { readonly patient: string; readonly tab: ChartTab; readonly begin: string | undefined }) => (
  <ChartScreen
    patient={patient}
    tab={tab}
    begin={begin}
    onTab={(next, start) => navigate(`/patients/${patient}${next === 'overview' ? '' : `/${next}`}${start ? `/${start}` : ''}`)}
    parts={chartParts}
  />
)

/** What devices, images, the exchange and the storage put on a chart. */
const chartParts: ChartParts = {
  ReadingButton: ({ patient }) => (
    <Suspense fallback={null}>
      <WristbandButton patient={patient} />
      <ReadingButton patient={patient} />
    </Suspense>
  ),
  Imaging: ({ patient }) => (
    <Suspense fallback={<Waiting>{common.waiting}</Waiting>}>
      <ImagingTab patient={patient} />
    </Suspense>
  ),
  ReviewItems: ({ patient }) => (
    <Suspense fallback={null}>
      <ReviewItems patient={patient.id} />
    </Suspense>
  ),
  OlderRecords: ({ patient }) => (
    <Suspense fallback={null}>
      <OlderRecords patient={patient.id} />
    </Suspense>
  ),
  BedQuestions: ({ patient }) => (
    <Suspense fallback={null}>
      <PatientBedQuestions patient={patient.id} />
    </Suspense>
  ),
}

/** The viewer, under the same banner as every other part of the chart. */
const Viewer = ({ patient, study }: { readonly patient: string; readonly study: string }) => {
  const { value: banner } = useAnswer('readBanner', { patient })
  useScreen('viewer', banner !== undefined)
  return (
    <div className="filling">
      <PatientBanner patient={patient} />
      <div className="beneath">
        <Suspense fallback={<Waiting>{common.waiting}</Waiting>}>{banner ? <ViewerScreen patient={banner.patient} study={study} /> : null}</Suspense>
      </div>
    </div>
  )
}

const Tray = () => {
  useScreen('tray')
  return (
    <>
      <header className="screen-head">
        <h1>{t('tray.title')}</h1>
      </header>
      <div className="screen">
        <ResultTray />
        <UnknownBeds />
        <ImagingTray />
      </div>
    </>
  )
}

const Nowhere = ({ home }: { readonly home: Place }) => {
  useScreen('nowhere')
  return (
    <Empty title={t('nowhere.title')} action={<a href={`#/${home}`}>{t('nowhere.home')}</a>}>
      {t('nowhere.text')}
    </Empty>
  )
}
