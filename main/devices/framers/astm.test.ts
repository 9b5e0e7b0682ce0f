import { describe, expect, it } from 'vitest'
import { control, encodeFrame, encodeText, framesOf } from '../../../shared/standards/astm'
import { AstmFramer, type AstmEffect } from '.'

const { ENQ, ACK, NAK, EOT, STX } = control
const worklist = encodeText('H|\\^&\rO|1|A1||^^^K\rL|1|F\r')
const result = encodeFrame(framesOf(encodeText('H|\\^&\rO|1|A1\rR|1|^^^K|6.8\rL|1|N\r'), 'message-in-frames', 240)[0]!)
const said = (effects: readonly AstmEffect[]) => effects.map((effect) => (effect.do === 'write' ? effect.bytes[0] : effect.do))

describe('a line that both sides use (E1381, clause 6)', () => {
  it('carries a worklist frame by frame, each answered before the next', () => {
    const framer = new AstmFramer()
    expect(said(framer.send(worklist, 0))).toEqual([ENQ])
    expect(said(framer.feed(Uint8Array.of(ACK), 0))).toEqual([STX])
    expect(said(framer.feed(Uint8Array.of(NAK), 0))).toEqual([STX])
    expect(said(framer.feed(Uint8Array.of(ACK), 0))).toEqual([STX])
    expect(said(framer.feed(Uint8Array.of(ACK), 0))).toEqual([STX])
    expect(said(framer.feed(Uint8Array.of(ACK), 0))).toEqual([EOT, 'sent'])
    expect(framer.deadline).toBeUndefined()
  })

  it('is the analyser’s first: a worklist waits until its transfer is over', () => {
    const framer = new AstmFramer()
    expect(said(framer.feed(Uint8Array.of(ENQ), 0))).toEqual([ACK])
    expect(framer.send(worklist, 0)).toEqual([])
    expect(said(framer.feed(result, 0))).toEqual(['commit'])
    expect(said(framer.committed(true, 0))).toEqual([ACK])
    expect(said(framer.feed(Uint8Array.of(EOT), 0))).toEqual([ENQ])
  })

  it('is given up by the host when both ask at once (6.2.7.2): it takes the result, and asks again after 20 seconds', () => {
    const framer = new AstmFramer()
    framer.send(worklist, 0)
    expect(said(framer.feed(Uint8Array.of(ENQ), 0))).toEqual([])
    // The analyser waits a second and asks again.
    expect(said(framer.feed(Uint8Array.of(ENQ), 1_000))).toEqual([ACK])
    expect(said(framer.feed(result, 1_000))).toEqual(['commit'])
    framer.committed(true, 1_000)
    expect(said(framer.tick(20_000))).toEqual([])
    expect(said(framer.feed(Uint8Array.of(EOT), 20_500))).toEqual([])
    expect(said(framer.tick(framer.deadline!))).toEqual([ENQ])
  })

  it('brings a result that follows the last ACK in one piece', () => {
    const framer = new AstmFramer()
    framer.send(encodeText('L|1|F\r'), 0)
    framer.feed(Uint8Array.of(ACK), 0)
    expect(said(framer.feed(Uint8Array.from([ACK, ENQ, ...result]), 0))).toEqual([EOT, 'sent', ACK, 'commit'])
  })

  it('offers a worklist three times to an analyser that does not take it, then lets it be', () => {
    const framer = new AstmFramer()
    framer.send(worklist, 0)
    expect(said(framer.tick(15_000))).toEqual([EOT])
    expect(said(framer.tick(25_000))).toEqual([ENQ])
    expect(said(framer.feed(Uint8Array.of(NAK), 25_000))).toEqual([])
    expect(said(framer.tick(35_000))).toEqual([ENQ])
    expect(said(framer.tick(50_000))).toEqual([EOT, 'unsent'])
    expect(framer.deadline).toBeUndefined()
  })

  it('forgets the worklist when the cable is pulled: the analyser will ask again', () => {
    const framer = new AstmFramer()
    framer.send(worklist, 0)
    framer.reset()
    expect(framer.deadline).toBeUndefined()
    expect(said(framer.feed(Uint8Array.of(ENQ), 0))).toEqual([ACK])
  })
})
