import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openAcceptor, type Acceptor } from '../dimse'
import { hasOrthanc, startOrthanc, type Orthanc } from '../testing/orthanc'
import { storeIncoming } from './retrieve/storeIncoming'
import { by, elementsIn, oddFile, openTestExchange, slices, type TestExchange } from './testing.test-parts'

describe.skipIf(!hasOrthanc)('an Orthanc of the hospital', () => {
  let acceptor: Acceptor
  let orthanc: Orthanc
  let exchange: TestExchange
  let peer = ''
  let isListening = false
  beforeAll(async () => {
    // What the listener of the workstation does with what a C-MOVE brings.
    acceptor = await openAcceptor({
      port: 0, address: '127.0.0.1',
      policy: { refuses: () => undefined, choose: ({ transferSyntaxes: [transferSyntax = ''] }) => ({ transferSyntax }) },
      serve: () => storeIncoming(async (bytes) => {
        const expected = exchange.services.pulls.expected(bytes)
        if (!expected) return 'refused'
        const { taken, ...arrival } = expected
        const outcome = await exchange.practice.imaging.intake.take({ file: { bytes }, ...arrival })
        taken(outcome)
        return outcome.kind === 'refused' ? 'refused' : 'taken'
      }),
    })
    orthanc = await startOrthanc({ modalities: { outpost: { aeTitle: 'OUTPOST', host: '127.0.0.1', port: acceptor.port } } })
    exchange = await openTestExchange({ listens: () => isListening })
    peer = await exchange.peer(orthanc.aeTitle, orthanc.dicomPort, ['receives-from-us', 'is-queried'])
  })
  afterAll(async () => {
    await exchange.close()
    await orthanc.close()
    await acceptor.close()
  })
  const give = (files: readonly Uint8Array[]): Promise<unknown> => Promise.all(files.map((file) => orthanc.store(file)))

  it('D14: is sent a study, and has every element of it as it was', async () => {
    const odd = oddFile('S-1')
    const { patient, study } = await exchange.study('S-1', [odd.bytes])
    const queued = await exchange.services.send({ key: 'to-orthanc', patient, study, peer, when: 'now', by })
    expect(queued).toMatchObject({ state: 'waiting', description: '2026-01-15 · OT' })
    await exchange.services.outbox.settled()
    expect((await exchange.services.readOutbox()).sends).toMatchObject([{ state: 'sent', sent: 1, total: 1 }])
    const stored = await orthanc.fileOf(odd.sop)
    expect(stored && elementsIn(stored)).toEqual(elementsIn(odd.bytes))
  })

  it('D12: has priors of the patient, which are fetched, marked, and put onto the chart', async () => {
    await give(slices('Q-1', 3, 'prior', { birthDate: '1961-02-03' }))
    await give(slices('Q-10', 1, 'of somebody else'))
    const patient = await exchange.practice.register('Q-1', 'Test', '1961-02-03')
    const found = await exchange.services.findPriors({ patient, peer })
    if (found === 'not-found') throw new Error(found)
    expect(found.studies).toMatchObject([{ modalities: ['CT'], instances: 3, known: false, dicomPatient: { id: 'Q-1', name: 'TEST, Ada' } }])
    expect(found.studies[0]?.mismatch).toBeUndefined()
    const started = await exchange.services.fetchPrior({ patient, peer, studyInstanceUid: found.studies[0]?.studyInstanceUid ?? '', by })
    if (started === 'not-found') throw new Error(started)
    expect(await exchange.services.pulls.ended(started.id)).toMatchObject({ state: 'done', taken: 3, total: 3, place: 'chart' })
    expect(await exchange.practice.imaging.listStudies(patient)).toMatchObject([{ instances: 3, here: 3, place: 'chart', source: { kind: 'pacs', from: 'PACS ORTHANC' } }])
    expect(await exchange.services.findPriors({ patient, peer })).toMatchObject({ studies: [{ known: true }] })
  })

  it('D12: fetches again only the series of which something is missing', async () => {
    const files = slices('Q-2', 2, 'again')
    const { patient, uid } = await exchange.study('Q-2', files)
    await give(files)
    const started = await exchange.services.fetchPrior({ patient, peer, studyInstanceUid: uid, by })
    if (started === 'not-found') throw new Error(started)
    expect(await exchange.services.pulls.ended(started.id)).toMatchObject({ state: 'done', taken: 2, total: 2 })
  })

  it('D12: never puts onto a chart what is of somebody else by its birth date', async () => {
    await give(slices('Q-3', 1, 'other', { birthDate: '1990-01-01' }))
    const patient = await exchange.practice.register('Q-3', 'Test', '1961-02-03')
    const found = await exchange.services.findPriors({ patient, peer })
    expect(found).toMatchObject({ studies: [{ mismatch: 'birth-date' }] })
    if (found === 'not-found') return
    const started = await exchange.services.fetchPrior({ patient, peer, studyInstanceUid: found.studies[0]?.studyInstanceUid ?? '', by })
    if (started === 'not-found') throw new Error(started)
    expect(await exchange.services.pulls.ended(started.id)).toMatchObject({ state: 'done', place: 'tray' })
    expect(await exchange.practice.imaging.listStudies(patient)).toEqual([])
  })

  it('D12: says what it does not have, and that it is not there', async () => {
    const patient = await exchange.practice.register('Q-4', 'Test')
    expect(await exchange.services.findPriors({ patient, peer })).toEqual({ studies: [], more: false })
    const started = await exchange.services.fetchPrior({ patient, peer, studyInstanceUid: '1.2.3.4', by })
    if (started === 'not-found') throw new Error(started)
    expect(await exchange.services.pulls.ended(started.id)).toMatchObject({ state: 'failed', problem: 'not-found-there' })
    const nobody = await exchange.peer('NOBODY', 1, ['is-queried'])
    expect(await exchange.services.findPriors({ patient, peer: nobody })).toMatchObject({ studies: [], problem: 'unreachable' })
  })

  it('D12: that lets nobody use C-GET sends by C-MOVE to the listener here', async () => {
    await give(slices('Q-5', 2, 'moved'))
    const patient = await exchange.practice.register('Q-5', 'Test')
    const found = await exchange.services.findPriors({ patient, peer })
    const moved = found === 'not-found' ? '' : (found.studies[0]?.studyInstanceUid ?? '')
    await orthanc.rest('PUT', '/modalities/outpost', { AET: 'OUTPOST', Host: '127.0.0.1', Port: acceptor.port, AllowGet: false })
    const pull = async () => {
      const started = await exchange.services.fetchPrior({ patient, peer, studyInstanceUid: moved, by })
      if (started === 'not-found') throw new Error(started)
      return exchange.services.pulls.ended(started.id)
    }
    expect(await pull()).toMatchObject({ state: 'failed' })
    isListening = true
    expect(await pull()).toMatchObject({ state: 'done', taken: 2, place: 'chart' })
    expect(await exchange.practice.imaging.listStudies(patient)).toMatchObject([{ source: { kind: 'pacs', from: 'PACS ORTHANC' } }])
  })
})
