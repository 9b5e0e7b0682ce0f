import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { imagingOrderOf, studyUidOfOrder } from '../../../shared/records/imaging-order/imagingOrder'
import { attributesOf, formOf, itemsOf, openFile, readIdentifier, valueOf } from '../../../shared/standards/dicom'
import { commandField, openAcceptor, status, worklistSopClass } from '../dimse'
import { doctor } from '../practice.test-parts'
import { freePorts } from '../testing/orthanc'
import { by, dataSetIn, elementsIn, oddFile, openTestExchange, slices, type TestExchange } from './testing.test-parts'

const run = promisify(execFile)

describe.skipIf(!existsSync('/usr/bin/dcmqrscp'))('dcmtk as the other place', () => {
  let exchange: TestExchange
  let started: ChildProcess[] = []
  beforeAll(async () => {
    exchange = await openTestExchange()
  })
  afterEach(async () => {
    for (const child of started) {
      const ended = new Promise((done) => child.once('close', done))
      child.kill('SIGTERM')
      await ended
    }
    started = []
  })
  afterAll(() => exchange.close())

  /** Starts a program and waits until it answers a C-ECHO. */
  const start = async (program: string, args: readonly string[], port: number, aeTitle: string): Promise<void> => {
    const child = spawn(program, args, { stdio: 'ignore', env: { ...process.env, TCP_NODELAY: '1' } })
    started.push(child)
    for (let attempts = 0; attempts < 200; attempts++) {
      if (await run('echoscu', ['-aec', aeTitle, '127.0.0.1', String(port)]).then(() => true, () => false)) return
      await new Promise((later) => setTimeout(later, 50))
    }
    throw new Error(`${program} does not answer`)
  }
  const ended = async (id: string): Promise<unknown> => {
    await exchange.services.outbox.settled()
    return (await exchange.services.readOutbox()).sends.find((send) => send.id === id)
  }

  it('D14: storescp receives the very bytes of each data set, private elements and undefined lengths too', async () => {
    const [port = 0] = await freePorts(1)
    const folder = join(exchange.scratch, 'received')
    await mkdir(folder)
    await start('storescp', ['-aet', 'READER', '--bit-preserving', '-od', folder, '-fe', '.dcm', String(port)], port, 'READER')
    const peer = await exchange.peer('READER', port, ['receives-from-us'])
    const odd = oddFile('D-1')
    for (const [number, files] of [['D-1', [odd.bytes]], ['D-2', slices('D-2', 3)]] as const) {
      const { patient, study } = await exchange.study(number, files)
      await exchange.services.send({ key: `storescp-${number}`, patient, study, peer, when: 'now', by })
    }
    await exchange.services.outbox.settled()
    const received = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name))))
    expect(received.map(dataSetIn).sort()).toEqual([odd.bytes, ...slices('D-2', 3)].map(dataSetIn).sort())
  })

  it('D14: a study leaves again by itself when the place that was off is there', async () => {
    const [port = 0] = await freePorts(1)
    const peer = await exchange.peer('LATER', port, ['receives-from-us'])
    const { patient, study } = await exchange.study('D-3', slices('D-3', 1))
    const id = 'off-and-on'
    await exchange.services.send({ key: id, patient, study, peer, when: 'now', by })
    expect(await ended(id)).toMatchObject({ state: 'waiting', problem: 'unreachable', attempts: 1 })
    await start('storescp', ['-aet', 'LATER', '--ignore', String(port)], port, 'LATER')
    await exchange.services.outbox.retry(id)
    expect(await ended(id)).toMatchObject({ state: 'sent', sent: 1 })
  })

  it('D14: a place that takes no explicit VRs gets every element without them', async () => {
    const [port = 0] = await freePorts(1)
    const folder = join(exchange.scratch, 'implicit')
    await mkdir(folder)
    await start('storescp', ['-aet', 'PLAIN', '-od', folder, '+xi', String(port)], port, 'PLAIN')
    const peer = await exchange.peer('PLAIN', port, ['receives-from-us'])
    const odd = oddFile('D-4')
    const { patient, study } = await exchange.study('D-4', [odd.bytes])
    await exchange.services.send({ key: 'implicit', patient, study, peer, when: 'now', by })
    expect(await ended('implicit')).toMatchObject({ state: 'sent', sent: 1 })
    const [name = ''] = await readdir(folder)
    // Without explicit VRs pixels are words, whatever they were (PS3.5 annex A.1), and nobody knows what our private elements are.
    const back = join(exchange.scratch, 'explicit.dcm')
    await run('dcmconv', ['+te', join(folder, name), back])
    const plain = (read: ReturnType<typeof elementsIn>) => Object.entries(read).flatMap(([tag, value]) => (tag.startsWith('0009') ? [] : [[tag, tag === '7fe00010' ? String(value).slice(3) : value]]))
    expect(plain(elementsIn(await readFile(back)))).toEqual(plain(elementsIn(odd.bytes)))
    expect(await readFile(join(folder, name), 'latin1')).toContain('inside')
  })

  it('D14: a place that does not take how an image is compressed refuses it, and it is said', async () => {
    const [port = 0] = await freePorts(1)
    await start('storescp', ['-aet', 'PLAIN', '--ignore', '+xi', String(port)], port, 'PLAIN')
    const peer = await exchange.peer('PLAIN', port, ['receives-from-us'])
    const [file] = slices('D-6', 1)
    const [from, to] = [join(exchange.scratch, 'raw.dcm'), join(exchange.scratch, 'rle.dcm')]
    await writeFile(from, file ?? '')
    await run('dcmcrle', ['--uid-never', from, to])
    const { patient, study } = await exchange.study('D-6', [await readFile(to)])
    await exchange.services.send({ key: 'not-taken', patient, study, peer, when: 'now', by })
    expect(await ended('not-taken')).toMatchObject({ state: 'failed', problem: expect.stringMatching(/refused|not-offered/) })
  })

  it('D12: dcmqrscp finds and gives priors over C-GET', async () => {
    const [port = 0] = await freePorts(1)
    const store = join(exchange.scratch, 'pacs')
    await mkdir(store)
    const config = join(exchange.scratch, 'dcmqrscp.cfg')
    await writeFile(config, [
      `NetworkTCPPort = ${port}`, 'MaxPDUSize = 16384', 'MaxAssociations = 16', 'HostTable BEGIN', 'HostTable END', 'VendorTable BEGIN', 'VendorTable END',
      'AETable BEGIN', `OLDPACS ${store} RW (100, 1024mb) ANY`, 'AETable END', '',
    ].join('\n'))
    await start('dcmqrscp', ['-c', config], port, 'OLDPACS')
    const files = slices('D-5', 3, 'prior')
    const names = await Promise.all(files.map(async (bytes, index) => {
      const name = join(exchange.scratch, `prior-${index}.dcm`)
      await writeFile(name, bytes)
      return name
    }))
    await run('storescu', ['-aec', 'OLDPACS', '127.0.0.1', String(port), ...names], { env: { ...process.env, TCP_NODELAY: '1' } })
    const peer = await exchange.peer('OLDPACS', port, ['is-queried'])
    const patient = await exchange.practice.register('D-5', 'Test')
    const found = await exchange.services.findPriors({ patient, peer })
    if (found === 'not-found') throw new Error(found)
    expect(found.studies).toHaveLength(1)
    const started1 = await exchange.services.fetchPrior({ patient, peer, studyInstanceUid: found.studies[0]?.studyInstanceUid ?? '', by })
    if (started1 === 'not-found') throw new Error(started1)
    expect(await exchange.services.pulls.ended(started1.id)).toMatchObject({ state: 'done', taken: 3, total: 3, place: 'chart' })
  })

  it('D11: wlmscpfs lets us read the worklist of its department', async () => {
    const [port = 0] = await freePorts(1)
    const folder = join(exchange.scratch, 'worklists', 'HOSPITAL')
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'lockfile'), '')
    const dump = join(exchange.scratch, 'step.dump')
    await writeFile(dump, [
      '(0008,0005) CS [ISO_IR 100]', '(0008,0050) SH [H-77]', '(0010,0010) PN [Okafor^Ada]', '(0010,0020) LO [EXT-9]', '(0010,0030) DA [19700101]', '(0010,0040) CS [F]', '(0020,000d) UI [1.2.3.77]',
      '(0032,1032) PN [Who]', '(0032,1060) LO [US abdomen]', '(0040,1001) SH [H-77]', '(0040,0100) SQ', '(fffe,e000) -', '(0008,0060) CS [US]', '(0040,0001) AE [US2]', '(0040,0002) DA [20261121]',
      '(0040,0003) TM [101500]', '(0040,0006) PN [X]', '(0040,0007) LO [Abdomen]', '(0040,0009) SH [1]', '(fffe,e00d) -', '(fffe,e0dd) -', '',
    ].join('\n'))
    await run('dump2dcm', [dump, join(folder, 'step.wl')])
    await start('wlmscpfs', ['-dfp', join(exchange.scratch, 'worklists'), String(port)], port, 'HOSPITAL')
    const peer = await exchange.peer('HOSPITAL', port, ['gives-worklist'])
    expect(await exchange.services.readWorklist({ peer, day: '2026-11-21', modality: 'US' })).toEqual({
      steps: [{
        accession: 'H-77', patientId: 'EXT-9', patientName: 'OKAFOR, Ada', birthDate: '19700101', modality: 'US', description: 'Abdomen', scheduled: '2026-11-21T10:15:00', station: 'US2',
        studyInstanceUid: '1.2.3.77',
      }],
      more: false,
    })
    expect(await exchange.services.readWorklist({ peer, day: '2026-11-22' })).toEqual({ steps: [], more: false })
  })

  it("D11: findscu -W gets today's ultrasound with patient, accession and step", async () => {
    const patient = (await exchange.practice.replica.records.add('Patient', {
      resourceType: 'Patient', identifier: [{ system: 'urn:outpost:patient-number', value: 'W-1' }], name: [{ family: 'Müller', given: ['Jürgen'] }], birthDate: '1961-02-03', gender: 'male',
    }, doctor)).id
    const order = imagingOrderOf({
      subject: patient, accession: 'A26000007', studyInstanceUid: studyUidOfOrder('01JD00000000000000000RDER1'), modality: 'US', bodyPart: 'Kidney', reason: 'Flank pain', priority: 'urgent',
      requester: doctor, authoredOn: '2026-11-21T09:00:00.000Z',
    })
    await exchange.practice.replica.records.add('ServiceRequest', order, doctor)
    const acceptor = await openAcceptor({
      port: 0, address: '127.0.0.1',
      policy: { refuses: () => undefined, choose: ({ transferSyntaxes: [transferSyntax = ''] }) => ({ transferSyntax }) },
      serve: ({ callingAeTitle }) => async ({ command, context, dataSet }, respond) => {
        if (command.commandField !== commandField.findRq || context.abstractSyntax !== worklistSopClass) return respond({ status: status.unrecognizedOperation })
        const pieces: Uint8Array[] = []
        for await (const piece of dataSet) pieces.push(Uint8Array.from(piece))
        const answers = await exchange.services.answerWorklist({ callingAeTitle, transferSyntaxUid: context.transferSyntax, identifier: Buffer.concat(pieces) })
        if (!answers) return respond({ status: status.cannotUnderstand })
        for (const answer of answers) await respond({ status: status.pending }, answer)
        return respond({ status: status.success })
      },
    })
    const now = new Date()
    const today = `${now.getFullYear()}${String(now.getMonth() + 1).padStart(2, '0')}${String(now.getDate()).padStart(2, '0')}`
    const folder = join(exchange.scratch, 'found')
    await mkdir(folder)
    const ask = async (...keys: readonly string[]) => {
      await run('findscu', ['-W', '-X', '-od', folder, '-aet', 'US1', '127.0.0.1', String(acceptor.port), ...keys.flatMap((key) => ['-k', key])])
      const files = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name))))
      return files.map((file) => {
        const opening = openFile(file)
        const read = opening && readIdentifier(file.subarray(opening.dataSetAt), formOf(opening.transferSyntaxUid))
        if (!read) throw new Error('no identifier')
        return read
      })
    }
    const step = '(0040,0100)[0].'
    const found = await ask(
      '(0008,0005)=ISO_IR 100', '(0010,0010)', '(0010,0020)', '(0010,0030)', '(0008,0050)', '(0020,000d)', '(0040,1001)',
      `${step}Modality=US`, `${step}(0040,0002)=${today}`, `${step}(0040,0001)`, `${step}(0040,0009)`,
    )
    await acceptor.close()
    expect(found).toHaveLength(1)
    const [answer = attributesOf({})] = found
    expect(['00080005', '00100010', '00100020', '00100030', '00080050', '0020000d', '00401001'].map((tag) => valueOf(answer, tag))).toEqual([
      'ISO_IR 100', 'Müller^Jürgen', 'W-1', '19610203', 'A26000007', studyUidOfOrder('01JD00000000000000000RDER1'), 'A26000007',
    ])
    const [scheduled = attributesOf({})] = itemsOf(answer, '00400100')
    expect(['00080060', '00400001', '00400002', '00400009'].map((tag) => valueOf(scheduled, tag))).toEqual(['US', 'US1', today, 'A26000007'])
  })
})
