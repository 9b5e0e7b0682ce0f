import { decodeText, parseMessages } from '../../../shared/standards/astm'
import { parseFile, readOrders, writeBlock } from '../../../shared/standards/hl7'
import { AstmFramer, Hl7Framer, type AstmEffect } from '../framers'
import { interpretText, readCapture, type AnalyserProfile, type TextProfile } from '../profiles'
import { pagesOf, transfersOf } from '../station/replay'

/** How many bytes the next piece of a transfer has. */
export type Cut = () => number

/** A transfer in the pieces that a cable may deliver it in. */
export const cutUp = (transfer: Uint8Array, cut: Cut): Uint8Array[] => {
  const pieces: Uint8Array[] = []
  for (let at = 0; at < transfer.length; ) {
    const next = Math.min(transfer.length, at + cut())
    pieces.push(transfer.slice(at, next))
    at = next
  }
  return pieces
}

const overAstm = (file: Uint8Array, profile: Extract<AnalyserProfile, { protocol: 'astm' }>, cut: Cut) => {
  const framer = new AstmFramer(profile.framing)
  const messages: Uint8Array[] = []
  let refused = 0
  let interrupted = 0
  for (const transfer of transfersOf(file)) {
    for (const piece of cutUp(transfer, cut)) {
      const todo: AstmEffect[] = framer.feed(piece, 0)
      for (let effect = todo.shift(); effect; effect = todo.shift()) {
        if (effect.do === 'write' && effect.bytes[0] === 0x15) refused++
        if (effect.do === 'interrupted') interrupted++
        if ((effect.do === 'commit' || effect.do === 'keep') && effect.message) messages.push(effect.message)
        if (effect.do === 'commit') todo.push(...framer.committed(true, 0))
      }
    }
  }
  return { messages, refused, interrupted }
}

const overHl7 = (file: Uint8Array, cut: Cut) => {
  const framer = new Hl7Framer()
  const blocks = parseFile(file).messages.map((message) => writeBlock(message.toBytes().filter((byte) => byte !== 0x0b && byte !== 0x1c)))
  const effects = blocks.flatMap((bytes) => cutUp(bytes, cut).flatMap((piece) => framer.feed(piece, 0)))
  return { messages: effects.flatMap((effect) => (effect.do === 'commit' ? [effect.message] : [])), refused: 0, interrupted: effects.filter((effect) => effect.do === 'interrupted').length }
}

const overPages = (file: Uint8Array, profile: TextProfile, cut: Cut) => {
  const effects = pagesOf(file, profile, (framer) => cutUp(file, cut).flatMap((piece) => framer.feed(piece, 0)))
  return { messages: effects.flatMap((effect) => (effect.do === 'commit' || effect.do === 'keep' ? [effect.page] : [])), refused: 0, interrupted: effects.filter((effect) => effect.do === 'interrupted').length }
}

const problemsOf = (text: Uint8Array, profile: AnalyserProfile): string[] =>
  profile.protocol === 'astm'
    ? parseMessages(decodeText(text)).flatMap(({ faults }) => faults)
    : profile.protocol === 'text'
      ? [...interpretText(decodeText(text), profile).problems]
    : parseFile(text).messages.flatMap((message) => [...message.problems, ...readOrders(message).problems].map(({ kind, segment, at, field }) => [kind, segment && `${segment}#${at}`, field].filter((part) => part !== undefined).join(' ')))

/** The messages of a recorded file as they come out of a line, and what the line refused. */
export const overLine = (file: Uint8Array, profile: AnalyserProfile, cut: Cut) =>
  profile.protocol === 'astm' ? overAstm(file, profile, cut) : profile.protocol === 'text' ? overPages(file, profile, cut) : overHl7(file, cut)

/** What becomes of a recorded file over a line, in pieces that `cut` measures: small enough to be kept and read by people. */
export const replayed = (file: Uint8Array, profile: AnalyserProfile, cut: Cut) => {
  const { messages, refused, interrupted } = overLine(file, profile, cut)
  return {
    refused,
    interrupted,
    messages: messages.map((text) => ({
      problems: problemsOf(text, profile),
      samples: readCapture(text, profile).flatMap(({ samples, isReadable }) =>
        samples.map(({ accession, isQualityControl, results, curves }) => ({
          accession: `${accession}${isQualityControl ? ' (control)' : ''}${isReadable ? '' : ' (not trustworthy)'}`,
          results: results.map(({ line, measured }) =>
            [line.code, line.text, line.comparator ?? '', line.value ?? '-', line.unit ?? '', line.range ?? '', line.flag ?? '', line.status, measured ? Object.values(measured).join('.') : ''].join('|'),
          ),
          ...(curves ? { curves: curves.map(({ name, encoding, content }) => `${name}: ${encoding}, ${content.length} characters`) } : {}),
        })),
      ),
    })),
  }
}
