import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { attributesOf, element, implicitLittleEndian, readIdentifier, valueOf, writeIdentifier } from '../../../shared/standards/dicom'
import { commandField, openAcceptor, status, store, type Acceptor, type Association, type RequestHandler } from '../dimse'
import { patientRoot, studyRoot } from './sopClasses'
import { by, openTestExchange, slices, type TestExchange } from './testing.test-parts'

const ct = '1.2.840.10008.5.1.4.1.1.2'
const explicit = { explicit: true, bigEndian: false }
const implicit = { explicit: false, bigEndian: false }

/** UIDs and data set of a slice, as they are sent. */
const sliceParts = (file: Uint8Array): { readonly sop: string; readonly series: string; readonly study: string; readonly dataSet: Uint8Array } => {
  const length = new DataView(file.buffer, file.byteOffset).getUint32(140, true)
  const dataSet = file.subarray(144 + length)
  const read = readIdentifier(dataSet, explicit)
  if (!read) throw new Error('not a data set')
  return { sop: valueOf(read, '00080018'), series: valueOf(read, '0020000e'), study: valueOf(read, '0020000d'), dataSet }
}

describe('a place that does not do as it should', () => {
  let exchange: TestExchange
  let acceptor: Acceptor | undefined
  beforeEach(async () => {
    exchange = await openTestExchange()
  })
  afterEach(async () => {
    await exchange.close()
    await acceptor?.close()
    acceptor = undefined
  })

  const listen = async (serve: (association: Association) => RequestHandler, uses: Parameters<TestExchange['peer']>[2]): Promise<string> => {
    acceptor = await openAcceptor({
      port: 0, address: '127.0.0.1',
      policy: {
        refuses: () => undefined,
        choose: ({ abstractSyntax, transferSyntaxes }) =>
          ([studyRoot, patientRoot].some(({ move }) => move === abstractSyntax) ? { result: 3 } : { transferSyntax: transferSyntaxes.includes(implicitLittleEndian) && abstractSyntax !== ct ? implicitLittleEndian : (transferSyntaxes[0] ?? '') }),
      },
      serve,
    })
    return exchange.peer('ODD', acceptor.port, uses)
  }
  const drain = async (dataSet: AsyncIterable<Uint8Array>): Promise<Uint8Array> => {
    const pieces: Uint8Array[] = []
    for await (const piece of dataSet) pieces.push(Uint8Array.from(piece))
    return Buffer.concat(pieces)
  }

  it('D12: with more matches than anybody can read is stopped, and that there are more is said', async () => {
    let sent = 0
    let isCancelled = false
    const peer = await listen(() => async ({ dataSet, signal }, respond) => {
      await drain(dataSet)
      while (!signal.aborted && sent < 100_000) {
        sent += 1
        await respond({ status: status.pending }, writeIdentifier(attributesOf({ '0020000d': `1.2.${sent}`, '00100020': 'E-1' }), implicit))
        if (sent % 50 === 0) await new Promise((turn) => setImmediate(turn))
      }
      isCancelled = signal.aborted
      return respond({ status: status.cancel })
    }, ['is-queried'])
    const patient = await exchange.practice.register('E-1', 'Test')
    const found = await exchange.services.findPriors({ patient, peer })
    if (found === 'not-found') throw new Error(found)
    expect(found.studies).toHaveLength(500)
    expect(found).toMatchObject({ more: true })
    expect(found.problem).toBeUndefined()
    expect(isCancelled).toBe(true)
  })

  it('D12: that answers noise, no UID, the same twice and another patient is read as far as it makes sense', async () => {
    const answers = [
      Uint8Array.of(1, 2, 3), new Uint8Array(0), element('0020000d', 'UI', 'not a uid'),
      ...['1.2.1', '1.2.1'].map((uid) => writeIdentifier(attributesOf({ '0020000d': uid, '00100020': 'E-2' }), implicit)),
      writeIdentifier(attributesOf({ '0020000d': '1.2.2', '00100020': 'E-20' }), implicit),
    ]
    const peer = await listen(() => async ({ dataSet }, respond) => {
      await drain(dataSet)
      for (const answer of answers) await respond({ status: status.pending }, answer)
      return respond({ status: status.success })
    }, ['is-queried'])
    const patient = await exchange.practice.register('E-2', 'Test')
    const found = await exchange.services.findPriors({ patient, peer })
    if (found === 'not-found') throw new Error(found)
    expect(found.studies.map(({ studyInstanceUid, mismatch }) => [studyInstanceUid, mismatch])).toEqual([['1.2.1', undefined], ['1.2.2', 'patient-id']])
  })

  it('D12: that refuses is quoted', async () => {
    const peer = await listen(() => async ({ dataSet }, respond) => {
      await drain(dataSet)
      return respond({ status: 0xc001, errorComment: 'database is being rebuilt' })
    }, ['is-queried'])
    const patient = await exchange.practice.register('E-3', 'Test')
    expect(await exchange.services.findPriors({ patient, peer })).toEqual({ studies: [], more: false, problem: 'refused', detail: 'C001 database is being rebuilt' })
  })

  /** An archive with C-GET over these slices: `cutAfter` instances it hangs up. */
  const archive = (files: readonly Uint8Array[], cutAfter: () => number): ((association: Association) => RequestHandler) => (association) => async ({ command, dataSet }, respond) => {
    const parts = files.map(sliceParts)
    const asked = readIdentifier(await drain(dataSet), implicit)
    if (command.commandField === commandField.findRq) {
      const level = asked ? valueOf(asked, '00080052') : ''
      const rows = level === 'SERIES' ? [{ '0020000e': parts[0]?.series ?? '' }] : parts.map(({ sop }) => ({ '00080018': sop, '00080016': ct }))
      for (const row of rows) await respond({ status: status.pending }, writeIdentifier(attributesOf(row), implicit))
      return respond({ status: status.success })
    }
    for (const [index, { sop, dataSet: bytes }] of parts.entries()) {
      if (index >= cutAfter()) return association.abort()
      await store(association, { sopClassUid: ct, sopInstanceUid: sop, transferSyntaxUid: '1.2.840.10008.1.2.1', dataSet: bytes })
    }
    return respond({ status: status.success, numberOfCompletedSubOperations: parts.length, numberOfFailedSubOperations: 0 })
  }
  const studyOf = ([file]: readonly Uint8Array[]): string => (file ? sliceParts(file).study : '')
  const fetch = async (patient: string, peer: string, studyInstanceUid: string) => {
    const started = await exchange.services.fetchPrior({ patient, peer, studyInstanceUid, by })
    if (started === 'not-found') throw new Error(started)
    return exchange.services.pulls.ended(started.id)
  }

  it('D12: that hangs up in the middle leaves what came, and fetching again brings the rest', async () => {
    let cut = 2
    const files = slices('E-4', 4)
    const peer = await listen(archive(files, () => cut), ['is-queried'])
    const patient = await exchange.practice.register('E-4', 'Test')
    const uid = studyOf(files)
    expect(await fetch(patient, peer, uid)).toMatchObject({ state: 'failed', problem: 'broken-off', taken: 2, total: 4, place: 'chart' })
    cut = 99
    expect(await fetch(patient, peer, uid)).toMatchObject({ state: 'done', taken: 4 })
    expect(await exchange.practice.imaging.listStudies(patient)).toMatchObject([{ instances: 4, here: 4 }])
  })

  it('D12: that gives images of another patient gets none of them onto the chart', async () => {
    const files = slices('SOMEBODY', 2)
    const peer = await listen(archive(files, () => 99), ['is-queried'])
    const patient = await exchange.practice.register('E-5', 'Test')
    expect(await fetch(patient, peer, studyOf(files))).toMatchObject({ state: 'done', taken: 2, place: 'tray' })
    expect(await exchange.practice.imaging.listStudies(patient)).toEqual([])
  })

  it('D12: that gives another study than was asked for is not believed', async () => {
    const peer = await listen(archive(slices('E-7', 2), () => 99), ['is-queried'])
    const patient = await exchange.practice.register('E-7', 'Test')
    expect(await fetch(patient, peer, '1.2.3')).toMatchObject({ state: 'failed', problem: 'incomplete', taken: 0, refused: 2 })
    expect(await exchange.practice.imaging.listStudies(patient)).toEqual([])
    expect(await exchange.practice.imaging.tray()).toEqual([])
  })

  it('D14: that is full is left in peace until later, and has the rest then', async () => {
    let room = 2
    const peer = await listen(() => async ({ dataSet }, respond) => {
      await drain(dataSet)
      room -= 1
      return respond({ status: room < 0 ? 0xa700 : status.success })
    }, ['receives-from-us'])
    const { patient, study } = await exchange.study('E-6', slices('E-6', 4))
    await exchange.services.send({ key: 'to-the-full', patient, study, peer, when: 'now', by })
    await exchange.services.outbox.settled()
    expect((await exchange.services.readOutbox()).sends).toMatchObject([{ state: 'waiting', problem: 'no-room', detail: 'A700', sent: 2, refused: 1, attempts: 1 }])
    room = 99
    await exchange.services.outbox.retry('to-the-full')
    await exchange.services.outbox.settled()
    expect((await exchange.services.readOutbox()).sends).toMatchObject([{ state: 'sent', sent: 4, total: 4 }])
    // What it had was not sent again.
    expect(room).toBe(97)
  })
})
