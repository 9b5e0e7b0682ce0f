import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clinicRequests, roles, type Answer, type RequestMessage, type RequestName } from '../../shared/contract'
import { requestNames } from '../../shared/contract/names'
import { hashQuickly } from '../../shared/testing/quickScrypt'
import { may } from '../access'
import type { GateConnection } from '../gate/gate'
import { openPracticeHost, type PracticeHost } from './practiceHost'

hashQuickly()

const seed = 20261121
const foreignPractice = '01ARZ3NDEKTSV4RRFFQ69G5FAV'
const password = 'correct horse battery'

let folder = ''
let host: PracticeHost
let practice = ''
let calls = 0

const ask = async (connection: GateConnection, request: string, what: unknown, of: string | null = practice): Promise<Answer<unknown>> => {
  const message: RequestMessage = { call: ++calls, request, practice: of, ask: what, byPerson: true }
  const answered = await connection.handle(message)
  if (!answered) throw new Error('a request got no answer')
  expect(answered.call).toBe(message.call)
  return answered.answer
}
const window = (id: string) => host.connect(id, () => undefined)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outpost-contract-'))
  host = openPracticeHost({ folder, keystore: null, need: () => undefined, noNeed: () => undefined, log: (line) => console.error(line) })
  await host.start()
  const first = window('first run')
  const created = await ask(
    first,
    'createPractice',
    { name: 'Contract Clinic', address: '', phone: '', email: '', stationPrefix: 'A', administrator: { name: 'Ada Admin', user: 'ada', password }, passphrase: 'a passphrase of ours' },
    null,
  )
  if (!created.ok) throw new Error(created.problem.kind)
  practice = (created.value as { practice: { id: string } }).practice.id
  const administrator = window('administrator')
  await ask(administrator, 'signIn', { user: 'ada', password })
  for (const role of roles) {
    const added = await ask(administrator, 'addStaff', { name: `Somebody ${role}`, user: role, role, password })
    if (!added.ok) throw new Error(added.problem.kind)
  }
})
afterAll(async () => {
  await host.stop()
  await rm(folder, { recursive: true, force: true })
})

const needsSignIn = (name: RequestName) => clinicRequests[name].caller !== 'anyone'
/** Requests that a test must not really carry out with a valid ask: they end sessions. */
const takesNothing = (name: RequestName) => clinicRequests[name].ask.safeParse(undefined).success

const wrongShapes: unknown[] = [
  null, 0, Number.NaN, '', 'x', true, [], [[]], {}, { patient: 1 }, { patient: '../../etc/passwd' }, { __proto__: { patient: 'x' } },
  { key: 'k'.repeat(5000) }, { text: { $gt: '' } }, { folder: '\0' }, { url: 'file:///etc/passwd' }, new Date(0), new Map(), 10n,
  { name: 'x'.repeat(2_000_000) }, Object.assign(Object.create(null), { user: 'ada' }),
]

describe('A window that is not ours to trust', () => {
  it.each(requestNames)('gets a problem and never data for %s with a foreign practice id', async (name) => {
    const connection = window(`foreign ${name}`)
    await ask(connection, 'signIn', { user: 'ada', password })
    const answer = await ask(connection, name, undefined, foreignPractice)
    expect(answer).toEqual({ ok: false, problem: { kind: 'not-found', facts: {} } })
  })

  it.each(requestNames.filter(needsSignIn))('is refused %s with nobody signed in, whatever it asks', async (name) => {
    const connection = window(`nobody ${name}`)
    for (const shape of [undefined, {}, { patient: foreignPractice }]) {
      const answer = await ask(connection, name, shape)
      expect(answer.ok).toBe(false)
      if (!answer.ok) expect(['not-signed-in', 'bad-shape']).toContain(answer.problem.kind)
    }
  })

  it.each(requestNames)('gets a problem for every wrong shape of %s', async (name) => {
    const connection = window(`shapes ${name}`)
    await ask(connection, 'signIn', { user: 'ada', password })
    for (const shape of wrongShapes) {
      if (clinicRequests[name].ask.safeParse(shape).success) continue
      const answer = await ask(connection, name, shape)
      expect(answer.ok, `${name} took ${typeof shape}`).toBe(false)
      if (!answer.ok) expect(answer.problem.kind).toBe('bad-shape')
    }
  })

  it.each(requestNames.filter(needsSignIn))('is refused %s while the screen is locked', async (name) => {
    const connection = window(`locked ${name}`)
    await ask(connection, 'signIn', { user: 'ada', password })
    await ask(connection, 'lock', undefined)
    const answer = await ask(connection, name, takesNothing(name) ? undefined : {})
    expect(answer.ok).toBe(false)
    if (!answer.ok) expect(['session-locked', 'bad-shape']).toContain(answer.problem.kind)
  })

  it('is refused names that are no requests, also those that every object has', async () => {
    const connection = window('strange names')
    for (const name of ['', 'dropEverything', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'findPatients ']) {
      expect(await ask(connection, name, {})).toEqual({ ok: false, problem: { kind: 'unknown-request', facts: {} } })
    }
  })

  it(`gets an answer to any message at all (seed ${seed})`, async () => {
    const connection = window('fuzz')
    await ask(connection, 'signIn', { user: 'ada', password })
    await fc.assert(
      fc.asyncProperty(fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }), async (message) => {
        const answered = await connection.handle(message)
        if (answered) expect(answered.answer.ok).toBe(false)
      }),
      { seed, numRuns: 300 },
    )
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...requestNames), fc.jsonValue(), async (name, what) => {
        if (clinicRequests[name].ask.safeParse(what).success) return
        expect((await ask(connection, name, what)).ok).toBe(false)
      }),
      { seed, numRuns: 500 },
    )
  })
})

describe('The role × action table at the gate', () => {
  it.each(roles)('is asked for every request of a %s', async (role) => {
    const connection = window(`role ${role}`)
    await ask(connection, 'signIn', { user: role, password })
    for (const name of requestNames) {
      const { caller } = clinicRequests[name]
      if (caller === 'anyone' || caller === 'signed-in' || may(role, caller)) continue
      const answer = await ask(connection, name, sampleAsk[name])
      expect(answer, `${role} asked ${name}`).toEqual({ ok: false, problem: { kind: 'not-allowed', facts: {} } })
    }
  })
})

const id = foreignPractice
const key = 'a key of ours'
/** One ask of the right shape for each request that somebody may be refused. */
const emptyProfile = { protocol: 'text', framing: { answer: 'none' }, layout: 'lines', separator: ';', hasHeadings: false, decimalComma: false, marks: [], printsNoUnits: false, tests: [], ignored: [], controls: [] } as const
const sampleAsk: Partial<Record<RequestName, unknown>> = {
  takeServersVersion: { record: id },
  addStaff: { name: 'x', user: 'xavier', role: 'nurse', password },
  readAudit: {},
  changePassphrase: { password, passphrase: 'another passphrase' },
  newRecoveryCode: { password },
  confirmRecoveryCode: { ending: 'ABCD' },
  changeKey: { password },
  listPatients: {},
  findPatients: { text: 'a' },
  findSamePeople: { family: 'x', given: 'y' },
  registerPatient: { key, family: 'x', given: 'y', gender: 'other' },
  updatePatient: { patient: id, at: 'x' },
  readChart: { patient: id },
  readBanner: { patient: id },
  recordAllergy: { key, patient: id, substance: 'x', criticality: 'high' },
  recordNoKnownAllergies: { key, patient: id },
  startEncounter: { key, patient: id, reason: 'x' },
  finishEncounter: { patient: id, encounter: id },
  addNote: { key, patient: id, encounter: id, text: 'x' },
  listProblems: { patient: id },
  addProblem: { key, patient: id, concept: { system: 'x', code: 'x', display: 'x' } },
  resolveProblem: { patient: id, problem: id, on: '2026-11-21' },
  reopenProblem: { patient: id, problem: id },
  amendProblem: { patient: id, problem: id },
  withdrawProblem: { patient: id, problem: id, why: 'x' },
  listFindings: { patient: id, encounter: id },
  recordFindings: { key, patient: id, encounter: id, findings: [{ kind: 'symptom', concept: { system: 'x', code: 'x', display: 'x' } }] },
  withdrawFinding: { patient: id, encounter: id, finding: id, why: 'x' },
  searchCodes: { text: 'x', use: 'symptom' },
  addTerm: { text: 'x', use: 'symptom' },
  keepCodes: { key, place: 0, concepts: [{ code: 'x', display: 'x' }] },
  finishCodeSet: { key, system: 'urn:x', version: 'x', title: 'x', parts: 1, concepts: 1 },
  offerCodeSet: { set: 'x', isOffered: true },
  resultHistory: { patient: id, test: '718-7' },
  readTimeline: { patient: id },
  listInbox: {},
  signOffResult: { key, patient: id, report: id, action: 'none' },
  takeOverResult: { key, patient: id, report: id },
  listSignOffs: { patient: id },
  correctResult: { key, patient: id, report: id, result: id, value: '6.8', why: 'x' },
  listVerified: {},
  answerCritical: { key, patient: id, alert: id, told: 'x', readBack: 'x' },
  readCriticalLog: { days: 1 },
  readRoster: { day: '2026-11-21' },
  saveRoster: { day: '2026-11-21', duties: [] },
  addAddendum: { key, patient: id, note: id, reason: 'x', text: 'x' },
  listEncounters: { patient: id },
  recordVitals: { key, patient: id, effective: '2026-11-21T10:00:00Z', values: [{ code: 'pulse', value: 72 }] },
  correctVital: { key, patient: id, observation: id, value: 72 },
  listVitals: { patient: id },
  placeOrder: { key, patient: id, test: 'x' },
  listOrders: { patient: id },
  listReports: { patient: id },
  readScoredAs: { patient: id },
  chooseSpo2Scale: { key, patient: id, scale: 2 },
  recordPregnancy: { key, patient: id, isPregnant: true },
  dueObservations: { patients: [id] },
  planObservations: { key, patient: id, plan: { everyMinutes: 60, isContinuous: false }, reason: 'x' },
  takeMonitoring: { patient: id, task: id },
  saveResponse: { chart: 'news2', table: {} },
  pairDevice: { name: 'x', profile: 'sysmex-xn', path: '/dev/ttyS0', place: '' },
  unpairDevice: { device: id },
  attachSimulator: { profile: 'sysmex-xn' },
  simulateResult: { device: id, accession: 'A1' },
  addBed: { key, name: 'Bed 1' },
  removeBed: { bed: id },
  seatPatient: { bed: id, patient: id },
  emptyBed: { bed: id },
  arrive: { key, patient: id, reason: 'x' },
  recordTriage: { key, patient: id, encounter: id, signs: [] },
  seeNext: { patient: id, encounter: id },
  leaveQueue: { patient: id, encounter: id, reason: 'x' },
  giveHandover: { key },
  takeHandover: { key, handover: id },
  readWristband: { code: 'x' },
  printWristband: { patient: id },
  setSerialScanner: { scanner: null },
  placeMonitor: { feed: id },
  confirmMonitor: { feed: id, patient: id },
  releaseMonitor: { feed: id },
  setFeedRules: { everyMinutes: 5, silentMinutes: 2, offMinutes: 10, confirmHours: 12 },
  watchWaves: { devices: [id] },
  fileUnknownBed: { item: 'i', patient: id },
  dismissUnknownBed: { item: 'i', reason: 'r' },
  takeReading: { device: id },
  confirmReading: { key, patient: id, reading: 'r' },
  findOrder: { accession: 'A1' },
  placeImagingOrder: { key, patient: id, modality: 'CT', bodyPart: 'x', reason: 'x' },
  listImagingOrders: { patient: id },
  markImagingPerformed: { patient: id, order: id },
  cancelImagingOrder: { patient: id, order: id, why: 'x' },
  linkStudyToOrder: { patient: id, study: id, order: id },
  moveStudyBack: { patient: id, study: id, why: 'x' },
  signImagingReport: { key, patient: id, studies: [id], text: { technique: '', findings: 'x', impression: '' }, keyImages: [] },
  addToImagingReport: { key, patient: id, report: id, text: 'x' },
  withdrawImagingReport: { key, patient: id, report: id, why: 'x' },
  listImagingReports: { patient: id },
  noticesShown: { orders: [id] },
  saveReportTemplate: { name: 'x', modality: 'CT', text: { technique: '', findings: 'x', impression: '' } },
  removeReportTemplate: { name: 'x' },
  planExport: { patient: id, studies: [id] },
  exportStudies: { patient: id, studies: [id], folder: '/nowhere', form: 'zip' },
  readExport: { export: 'x' },
  cancelExport: { export: 'x' },
  savePicture: { patient: id, study: id, folder: '/nowhere', type: 'png', bytes: new Uint8Array(1) },
  openTrace: { line: '/dev/ttyS0' },
  readTrace: { line: '/dev/ttyS0', after: 0 },
  resultSource: { patient: id, type: 'Observation', record: id },
  traySource: { item: 'i' },
  startReplay: { line: '/dev/ttyS0' },
  replayFile: { file: new Uint8Array([5]) },
  readReplay: { replay: 'x', afterPiece: 0, afterResult: 0 },
  stopReplay: { replay: 'x' },
  saveTrace: { line: '/dev/ttyS0', folder: '/nowhere' },
  replayCapture: { profile: 'sysmex-xn', capture: new Uint8Array([5]) },
  findBluetooth: { on: true },
  pairBluetooth: { address: '00:1C:05:FF:12:34' },
  answerBluetooth: { address: '00:1C:05:FF:12:34', accept: true },
  forgetBluetooth: { address: '00:1C:05:FF:12:34' },
  openLine: { path: '/dev/ttyS0', serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 } },
  readLine: { line: 'x', after: 0 },
  writeLine: { line: 'x', bytes: new Uint8Array([5]) },
  setLine: { line: 'x', serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 } },
  closeLine: { line: 'x' },
  findDevice: { line: 'x', search: true },
  tryProfile: { line: 'x', profile: 'sysmex-xn' },
  readPairing: { line: 'x' },
  studyRecording: { recording: Uint8Array.of(65) },
  readDraft: { recording: Uint8Array.of(65), draft: emptyProfile },
  saveProfile: { recording: Uint8Array.of(65), draft: emptyProfile, id: 'our-analyser', maker: 'Acme', model: 'One', reportTitle: 'Results', serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 } },
  keepUpkeep: { device: id, name: 'x', place: '', serialNumber: 'SN-1', calibrationDue: '2027-01-31' },
  listTray: {},
  fileTrayItem: { item: 'i', accession: 'A1' },
  rejectTrayItem: { item: 'i', reason: 'x' },
  readEntrySheet: { patient: id, order: id },
  saveTypedResults: { key, patient: id, order: id, results: [{ code: 'K', text: '4.1' }] },
  saveTestRanges: { code: 'K', ranges: [] },
  readLabReport: { patient: id, report: id },
  decideResults: { report: id, decision: 'accept' },
  saveTestMapping: { profile: 'sysmex-xn', code: 'X', kind: 'test', name: 'x', unit: 'g/L' },
  removeTestMapping: { profile: 'sysmex-xn', code: 'X' },
  saveTestRule: { test: '718-7', name: 'x', accept: 'never' },
  setLabPolicy: { accept: 'never' },
  saveCatalogueTest: { code: 'X', name: 'x', result: 'text', specimen: 'urine' },
  saveCataloguePanel: { code: 'Y', name: 'x', tests: ['X'] },
  saveCatalogueSet: { code: 'Z', name: 'x', orders: ['X'], imaging: [] },
  placeLabOrders: { key, patient: id, orders: [{ code: 'FBC' }] },
  listLabOrders: { patient: id },
  withdrawLabOrder: { patient: id, order: id, why: 'x' },
  closeLabOrder: { patient: id, order: id, why: 'x' },
  collectSpecimens: { patient: id, accessions: ['A1'] },
  receiveSpecimens: { accessions: ['A1'] },
  rejectSpecimen: { accession: 'A1', reason: 'clotted' },
  findByAccession: { accession: 'A1' },
  labWorklist: {},
  setDicomNetwork: { isOn: true, aeTitle: 'OUTPOST', port: 11112, tls: false },
  decidePutAside: { id: '000001.slot', decision: 'discard' },
  saveImagingPeer: { peer: { name: 'Ultrasound', protocol: 'dimse', aeTitle: 'US1', host: '', port: 0, tls: false, pin: '', url: '', uses: ['sends-to-us'] } },
  removeImagingPeer: { id },
  testImagingPeer: { id },
  importFolder: { folder: '/tmp', patient: id },
  cancelImport: { import: 'x' },
  readImport: { import: 'x' },
  setKeepRule: { gigabytes: 1, days: 1 },
  dropStudy: { patient: id, study: id },
  deleteStudy: { study: id, why: 'x' },
  keepThumbnail: { study: id, picture: '' },
  studyThumbnails: { patient: id },
  studyWhereabouts: { patient: id },
  lookThrough: { from: ['/tmp'] },
  importChosen: { import: 'x', studies: [] },
  readImagingFile: { patient: id, study: id, instance: '1.2.3' },
  listStudies: { patient: id },
  openStudy: { patient: id, study: id },
  fileStudy: { study: id, patient: id },
  readPixelMeanings: { patient: id, study: id, instance: '1.2.3' },
  listAnnotations: { patient: id, study: id },
  addAnnotation: { key, patient: id, study: id, kind: 'length', series: '1.2', instance: '1.2.3', frame: 1, points: [[1, 1], [2, 2]] },
  changeAnnotation: { patient: id, study: id, annotation: id, version: 'x' },
  removeAnnotation: { patient: id, study: id, annotation: id, version: 'x' },
  annotationHistory: { patient: id, study: id, annotation: id },
  sendStudy: { key, patient: id, study: id, peer: id, when: 'now' },
  retrySend: { send: 'x'.repeat(8) },
  cancelSend: { send: 'x'.repeat(8) },
  setSendingNight: { from: '20:00', to: '06:00' },
  findPriors: { patient: id, peer: id },
  fetchPrior: { patient: id, peer: id, studyInstanceUid: '1.2.3' },
  listFetchedPriors: { patient: id },
  cancelFetchPrior: { pull: 'x'.repeat(8) },
  readWorklist: { peer: id, day: '2026-11-21' },
  listDicomWebServers: undefined,
  saveDicomWebServer: { name: 'x', url: 'https://pacs.example.org/dicom-web', auth: 'none', canBeQueried: true, canReceive: true },
  removeDicomWebServer: { id },
  testDicomWebServer: { id },
  readPreferences: {},
  setOwnLanguage: { language: 'fr' },
  setPracticePreferences: { units: { temperature: '[degF]', weight: 'kg', glucose: 'mmol/L' } },
  readViewerLink: undefined,
  setViewerLink: { template: '' },
  openViewerLink: { patient: id, study: id },
  recordHistory: { patient: id, type: 'Patient', record: id },
  planPurge: { years: 2 },
  purge: { years: 2 },
  olderRecords: { patient: id },
  fetchOlder: { patient: id },
  readDigests: {},
  readDigestOfDay: { day: '2026-11-21' },
  chooseBackupFolder: { folder: '/nowhere' },
  backUpNow: {},
  removeHubMember: { user: 'workstation-b' },
  setHubCentre: { url: 'http://127.0.0.1:1', user: 'x', password: 'y' },
  joinHub: { address: '127.0.0.1:1', code: '0000-0000-0000' },
  useServer: { id: 'x' },
  configureSync: { url: 'http://127.0.0.1:1', user: 'x', password: 'y' },
  writeStick: { folder: '/nowhere' },
  readStick: { folder: '/nowhere' },
  setTravelRule: { when: 'night', nightFrom: '22:00', nightTo: '06:00', kilobytesPerSecond: 0 },
  fetchStudy: { patient: id, study: id },
  cancelFetchStudy: { patient: id, study: id },
  listOutbox: {},
  listReviewItems: {},
  resolveReviewItem: { item: id, keep: 'mine' },
  reopenReviewItem: { item: id },
}
