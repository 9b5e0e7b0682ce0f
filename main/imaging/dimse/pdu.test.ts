import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeCommand, encodeCommand, hasDataSet } from './command'
import {
  decodeAssociateAc, decodeAssociateRj, decodeAssociateRq, encodeAbort, encodeAssociateAc, encodeAssociateRj, encodeAssociateRq, encodeDataHeader, encodeReleaseRq, PduProblem, pduType, rejections, rejectionText,
} from './pdu'
import { PduReader, type Fragment } from './pduReader'

const seed = 20261122
const body = (pdu: Uint8Array) => pdu.subarray(6)
const parties = {
  calledAeTitle: 'OUTPOST', callingAeTitle: 'STORESCU', maximumLength: 16_384, implementationClassUid: '1.2.276.0.7230010.3.0.3.6.6', implementationVersion: 'OFFIS_DCMTK_366',
  roles: [{ sopClassUid: '1.2.840.10008.5.1.4.1.1.2', scu: false, scp: true }],
}

describe('an A-ASSOCIATE PDU', () => {
  it('is read as it was written, contexts and roles included', () => {
    const rq = { ...parties, contexts: [{ id: 1, abstractSyntax: '1.2.840.10008.1.1', transferSyntaxes: ['1.2.840.10008.1.2', '1.2.840.10008.1.2.1'] }, { id: 3, abstractSyntax: '1.2.3', transferSyntaxes: [] }] }
    expect(decodeAssociateRq(body(encodeAssociateRq(rq)))).toEqual({ ...rq, applicationContext: '1.2.840.10008.3.1.1.1', protocolVersion: 1 })
    const ac = { ...parties, contexts: [{ id: 1, result: 0, transferSyntax: '1.2.840.10008.1.2' }, { id: 3, result: 4, transferSyntax: '' }] }
    expect(decodeAssociateAc(body(encodeAssociateAc(ac)))).toMatchObject(ac)
  })

  it('has the bytes of the standard: type, length, version, titles filled with blanks', () => {
    const pdu = encodeAssociateRq({ ...parties, contexts: [] })
    expect([...pdu.subarray(0, 2)]).toEqual([1, 0])
    expect(pdu.readUInt32BE(2)).toBe(pdu.length - 6)
    expect(pdu.toString('latin1', 10, 42)).toBe('OUTPOST         STORESCU        ')
    expect(pdu[74]).toBe(0x10)
  })

  it('reads UIDs that were padded, though none should be', () => {
    const pdu = encodeAssociateRq({ ...parties, contexts: [{ id: 1, abstractSyntax: '1.2.840.10008.1.1\0', transferSyntaxes: ['1.2.840.10008.1.2 '] }] })
    expect(decodeAssociateRq(body(pdu)).contexts).toEqual([{ id: 1, abstractSyntax: '1.2.840.10008.1.1', transferSyntaxes: ['1.2.840.10008.1.2'] }])
  })

  it(`is refused in every way it can be cut or bent, and never hangs (seed ${seed})`, () => {
    const whole = body(encodeAssociateRq({ ...parties, contexts: [{ id: 1, abstractSyntax: '1.2.840.10008.1.1', transferSyntaxes: ['1.2.840.10008.1.2'] }] }))
    fc.assert(
      fc.property(fc.array(fc.record({ at: fc.nat(whole.length - 1), value: fc.nat(255) }), { maxLength: 6 }), fc.nat(whole.length), (bends, length) => {
        const bent = Uint8Array.from(whole)
        for (const { at, value } of bends) bent[at] = value
        for (const read of [decodeAssociateRq, decodeAssociateAc]) {
          try {
            const { contexts } = read(bent.subarray(0, length))
            expect(contexts.length).toBeLessThan(whole.length)
          } catch (reason) {
            expect(reason).toBeInstanceOf(PduProblem)
          }
        }
      }),
      { seed, numRuns: 2000 },
    )
  })

  it('says in words of the standard why it was rejected', () => {
    expect(rejectionText(decodeAssociateRj(body(encodeAssociateRj(rejections.callingAeTitleNotRecognized))))).toBe('calling AE title not recognized')
    expect(rejectionText({ result: 1, source: 9, reason: 9 })).toBe('reason 9.9')
  })
})

/** Everything that a reader tells of some bytes, its fragments put together where they belong to one value. */
const toldOf = (bytes: Uint8Array, piece: number) => {
  const told: string[] = []
  let gathered: number[] = []
  const reader = new PduReader(
    {
      pdu: (type, content) => told.push(`pdu ${type} ${Buffer.from(content).toString('hex')}`),
      dataBegins: () => told.push('data'),
      fragment: ({ contextId, isCommand, isLast, bytes: part }: Fragment) => {
        gathered.push(...part)
        if (isLast) {
          told.push(`value ${contextId} ${isCommand} ${Buffer.from(gathered).toString('hex')}`)
          gathered = []
        }
      },
    },
    { maximumLength: 4096 },
  )
  try {
    for (let at = 0; at < bytes.length; at += piece) reader.take(bytes.subarray(at, at + piece))
  } catch (reason) {
    expect(reason).toBeInstanceOf(PduProblem)
    told.push('refused')
  }
  return told
}

describe('what comes over the line', () => {
  const command = encodeCommand({ commandField: 1, messageId: 7, affectedSopClassUid: '1.2.3' }, true)
  const stream = Buffer.concat([
    encodeAssociateRq({ ...parties, contexts: [{ id: 1, abstractSyntax: '1.2.840.10008.1.1', transferSyntaxes: ['1.2.840.10008.1.2'] }] }),
    encodeDataHeader(1, true, true, command.length), command,
    encodeDataHeader(1, false, false, 1000), Buffer.alloc(1000, 3),
    encodeDataHeader(1, false, true, 10), Buffer.alloc(10, 4),
    // Two values in one PDU (PS3.8 §9.3.5): the second one of no length.
    Buffer.from([4, 0, 0, 0, 0, 16, 0, 0, 0, 6, 1, 0, 9, 9, 9, 9, 0, 0, 0, 2, 1, 2]),
    encodeReleaseRq(), encodeAbort({ source: 2, reason: 6 }),
  ])

  it('is the same one byte at a time as all at once', () => {
    const whole = toldOf(stream, stream.length)
    expect(whole).toHaveLength(10)
    for (const piece of [1, 2, 3, 5, 7, 11, 64, 1000]) expect(toldOf(stream, piece)).toEqual(whole)
  })

  it.each([
    ['a PDU longer than was agreed on', Buffer.from([4, 0, 0, 0, 0x10, 1])],
    ['a value longer than its PDU', Buffer.from([4, 0, 0, 0, 0, 8, 0, 0, 0, 9, 1, 0, 1, 2])],
    ['a value shorter than its own header', Buffer.from([4, 0, 0, 0, 0, 6, 0, 0, 0, 1, 1, 0])],
    ['a PDU that ends inside the header of a value', Buffer.from([4, 0, 0, 0, 0, 4, 0, 0, 0, 2])],
    ['a type that there is not', Buffer.from([9, 0, 0, 0, 0, 4])],
    ['an A-RELEASE-RQ of another length', Buffer.from([5, 0, 0, 0, 0, 5])],
  ])('refuses %s', (_what, bytes) => {
    expect(toldOf(bytes, 1).at(-1)).toBe('refused')
  })

  it('asks for no memory because a PDU says that it is long', () => {
    const before = process.memoryUsage().arrayBuffers
    const readers = Array.from({ length: 100 }, () => {
      const reader = new PduReader({ pdu: () => undefined, dataBegins: () => undefined, fragment: () => undefined }, { maximumLength: 131_072 })
      reader.take(Buffer.from([pduType.associateRq, 0, 0, 8, 0, 0, 1, 2, 3]))
      return reader
    })
    expect(readers.every(({ isBetween }) => !isBetween)).toBe(true)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(5e6)
  })

  it(`never hangs and never throws anything else, whatever it is (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.array(fc.record({ at: fc.nat(stream.length - 1), value: fc.nat(255) }), { maxLength: 4 }), (noise, bends) => {
        toldOf(noise, 7)
        const bent = Uint8Array.from(stream)
        for (const { at, value } of bends) bent[at] = value
        toldOf(bent, 101)
      }),
      { seed, numRuns: 500 },
    )
  })
})

describe('a command set', () => {
  it('is read as it was written, and says whether a data set follows', () => {
    const command = { commandField: 0x8021, messageIdBeingRespondedTo: 3, status: 0xff00, numberOfRemainingSubOperations: 2, errorComment: 'odd', affectedSopClassUid: '1.2.840.10008.5.1.4.1.2.2.2' }
    const bytes = encodeCommand(command, false)
    expect(bytes.readUInt32LE(8)).toBe(bytes.length - 12)
    const read = decodeCommand(bytes)
    expect(read).toMatchObject(command)
    expect(read && hasDataSet(read)).toBe(false)
    expect(hasDataSet(decodeCommand(encodeCommand(command, true))!)).toBe(true)
  })

  it(`is none where it does not read to its end (seed ${seed})`, () => {
    const whole = encodeCommand({ commandField: 1, messageId: 7, affectedSopClassUid: '1.2.3' }, true)
    for (let length = 13; length < whole.length - 10; length += 1) expect(() => decodeCommand(whole.subarray(0, length))).not.toThrow()
    expect(decodeCommand(Buffer.from('not a command at all'))).toBeUndefined()
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => void decodeCommand(noise)), { seed, numRuns: 1000 })
  })
})
