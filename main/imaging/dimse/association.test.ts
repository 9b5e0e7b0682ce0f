import { afterEach, describe, expect, it } from 'vitest'
import { explicitLittleEndian, implicitLittleEndian } from '../../../shared/standards/dicom'
import { bytesOf, callTo, listen } from './testing.test-parts'
import { commandField, DimseProblem, echo, openAssociation, rejections, status, store, withAssociation, worklistSopClass, type Acceptor } from './index'

const ct = '1.2.840.10008.5.1.4.1.1.2'
const open: Acceptor[] = []
const listening: typeof listen = async (...given) => {
  const acceptor = await listen(...given)
  open.push(acceptor)
  return acceptor
}
afterEach(async () => {
  for (const acceptor of open.splice(0)) await acceptor.close()
})

describe('an association between two application entities', () => {
  it('answers an echo and ends in good order', async () => {
    const seen: string[] = []
    const acceptor = await listening(async ({ command }, respond) => {
      seen.push(command.affectedSopClassUid ?? '')
      await respond({ status: status.success })
    })
    await echo(callTo(acceptor))
    expect(seen).toEqual(['1.2.840.10008.1.1'])
  })

  it.each([0, 1, 2, 131_060, 131_061, 131_062, 262_120, 1_500_001])('carries a data set of %i bytes unchanged, whatever the pieces it is given in', async (length) => {
    const sent = Buffer.alloc(length, 'the quick brown fox ')
    let arrived: Buffer | undefined
    const acceptor = await listening(async ({ dataSet }, respond) => {
      arrived = await bytesOf(dataSet)
      await respond({ status: status.success })
    })
    async function* pieces() {
      for (let at = 0, size = 1; at < length; at += size, size = (size * 7) % 60_013) yield sent.subarray(at, Math.min(length, at + size))
    }
    const answered = await withAssociation({ ...callTo(acceptor), contexts: [{ abstractSyntax: ct, transferSyntaxes: [explicitLittleEndian] }] }, (association) =>
      store(association, { sopClassUid: ct, sopInstanceUid: '1.2.3', transferSyntaxUid: explicitLittleEndian, dataSet: pieces() }))
    expect(answered).toBe(status.success)
    expect(arrived?.equals(sent)).toBe(true)
  })

  it('stores one instance after the other, and a consumer that is slow holds the line back', async () => {
    const size = 4 * 1024 * 1024
    const lengths: number[] = []
    const acceptor = await listening(async ({ dataSet }, respond) => {
      let length = 0
      for await (const piece of dataSet) {
        if (length === 0) await new Promise((later) => setTimeout(later, 20))
        length += piece.length
      }
      lengths.push(length)
      await respond({ status: status.success })
    })
    await withAssociation({ ...callTo(acceptor), contexts: [{ abstractSyntax: ct, transferSyntaxes: [explicitLittleEndian] }] }, async (association) => {
      for (let number = 1; number <= 3; number += 1) await store(association, { sopClassUid: ct, sopInstanceUid: `1.2.${number}`, transferSyntaxUid: explicitLittleEndian, dataSet: new Uint8Array(size) })
    })
    expect(lengths).toEqual([size, size, size])
  })

  const find = { commandField: commandField.findRq, affectedSopClassUid: worklistSopClass, priority: 0 }
  const worklist = [{ abstractSyntax: worklistSopClass, transferSyntaxes: [implicitLittleEndian] }]

  it('tells pending answers as they come, and the last one', async () => {
    const acceptor = await listening(async ({ dataSet }, respond) => {
      const asked = await bytesOf(dataSet)
      for (let number = 0; number < 200; number += 1) await respond({ status: status.pending }, Buffer.from([...asked, number]))
      await respond({ status: status.success })
    })
    const answers = await withAssociation({ ...callTo(acceptor), contexts: worklist }, async (association) => {
      const got: (readonly [number | undefined, number | undefined])[] = []
      for await (const { command, identifier } of association.request(association.contexts[0]!, find, Buffer.from([7, 8]))) got.push([command.status, identifier?.at(-1)])
      return got
    })
    expect(answers).toHaveLength(201)
    expect(answers[199]).toEqual([status.pending, 199])
    expect(answers[200]).toEqual([status.success, undefined])
  })

  it('cancels a search by C-CANCEL and keeps the association', async () => {
    const acceptor = await listening(async ({ command, signal }, respond) => {
      if (command.commandField === commandField.echoRq) return respond({ status: status.success })
      for (let number = 0; !signal.aborted; number += 1) {
        await respond({ status: status.pending }, Buffer.from([number & 0xff, 0]))
        await new Promise((turn) => setImmediate(turn))
      }
      await respond({ status: status.cancel })
    })
    const stop = new AbortController()
    const association = await openAssociation({ ...callTo(acceptor), contexts: worklist })
    let last: number | undefined
    for await (const { command } of association.request(association.contexts[0]!, find, new Uint8Array(2), stop.signal)) {
      last = command.status
      stop.abort()
    }
    expect(last).toBe(status.cancel)
    expect((await association.release()).how).toBe('released')
  })

  it('lets the peer store over the same association while a C-GET is answered', async () => {
    const get = '1.2.840.10008.5.1.4.1.2.2.3'
    const acceptor = await listening(async () => undefined, {
      serve: (association) => async (_request, respond) => {
        const context = association.contextOf(ct)!
        for (const body of ['one ', 'two ']) {
          for await (const { command } of association.request(context, { commandField: commandField.storeRq, affectedSopClassUid: ct, affectedSopInstanceUid: '1.2.9' }, Buffer.from(body))) expect(command.status).toBe(status.success)
          await respond({ status: status.pending, numberOfCompletedSubOperations: 1 })
        }
        await respond({ status: status.success })
      },
    })
    const stored: string[] = []
    await withAssociation({ ...callTo(acceptor), contexts: [{ abstractSyntax: get, transferSyntaxes: [implicitLittleEndian] }, { abstractSyntax: ct, transferSyntaxes: [explicitLittleEndian], weServe: true }] }, async (association) => {
      association.serve(async ({ dataSet }, respond) => {
        stored.push((await bytesOf(dataSet)).toString())
        await respond({ status: status.success })
      })
      const said: (number | undefined)[] = []
      for await (const { command } of association.request(association.contextOf(get)!, { commandField: commandField.getRq, affectedSopClassUid: get }, Buffer.from('    '))) said.push(command.status)
      expect(said).toEqual([status.pending, status.pending, status.success])
    })
    expect(stored).toEqual(['one ', 'two '])
  })
})

describe('an association that does not come to be, or breaks', () => {
  const kindOf = (work: Promise<unknown>) => work.then(() => 'none', (reason: unknown) => (reason instanceof DimseProblem ? `${reason.kind} ${reason.detail}`.trim() : reason))

  it('says that nobody answers', async () => {
    const acceptor = await listen(async () => undefined)
    await acceptor.close()
    expect(await kindOf(echo(callTo(acceptor)))).toBe('unreachable ECONNREFUSED')
  })

  it('says why the peer refused', async () => {
    const acceptor = await listening(async () => undefined, { policy: { refuses: () => rejections.callingAeTitleNotRecognized, choose: () => ({ result: 3 }) } })
    expect(await kindOf(echo(callTo(acceptor)))).toBe('rejected calling AE title not recognized')
  })

  it('says that the peer has none of the services', async () => {
    const acceptor = await listening(async () => undefined, { policy: { refuses: () => undefined, choose: () => ({ result: 3 }) } })
    expect(await kindOf(echo(callTo(acceptor)))).toBe('no-context')
  })

  it('says that a peer which takes the line says nothing', async () => {
    const acceptor = await listening(() => new Promise(() => undefined))
    expect(await kindOf(echo({ ...callTo(acceptor), idleMs: 50 }))).toBe('timed-out')
  })

  it('gives up when it is told to', async () => {
    const acceptor = await listening(() => new Promise(() => undefined))
    const stop = new AbortController()
    const asked = kindOf(echo({ ...callTo(acceptor), signal: stop.signal }))
    setTimeout(() => stop.abort(), 30)
    expect(await asked).toMatch(/cancelled|closed/)
  })

  it('tells the one who serves that the sender was cut off inside a data set', async () => {
    let told: unknown
    let isTold: () => void = () => undefined
    const wasTold = new Promise<void>((resolve) => {
      isTold = resolve
    })
    const acceptor = await listening(async ({ dataSet }) => {
      await bytesOf(dataSet).catch((reason: unknown) => {
        told = reason
      })
      isTold()
    })
    const association = await openAssociation({ ...callTo(acceptor), contexts: [{ abstractSyntax: ct, transferSyntaxes: [explicitLittleEndian] }] })
    async function* halfOf() {
      yield new Uint8Array(400_000)
      await new Promise((later) => setTimeout(later, 20))
      throw new Error('the disc was taken out')
    }
    expect(await kindOf(store(association, { sopClassUid: ct, sopInstanceUid: '1.2.3', transferSyntaxUid: explicitLittleEndian, dataSet: halfOf() }))).toBe('closed the data set could not be read')
    await wasTold
    expect(told).toBeInstanceOf(DimseProblem)
  })
})
