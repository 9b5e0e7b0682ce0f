import hl7parser from 'hl7parser'
import { Message } from 'node-hl7-client'
import { say } from '../../../build/ground.mjs'
import { parseMessage } from '../../../shared/standards/hl7'
import { awkwardMessages, longResult } from '../../../shared/standards/hl7/testing/awkward'

/** Rounds; in each the parsers take turns, so that a busy machine slows all of them. */
const rounds = 15
const roundMs = 120

/** Five fields, all over the message. */
const wanted = ['M1', 'Okonkwo', 'A26000123', (20 * 1.37).toFixed(2), '10*9/L']

const text = longResult(60)
/** hl7parser takes a CR at the end for one more segment, and throws. */
const withoutLastEnd = text.slice(0, -1)
const bytes = new TextEncoder().encode(text)

const readOurs = (input: string | Uint8Array): string[] => {
  const message = parseMessage(input)
  return [message.text('MSH-10'), message.text('PID-5.1'), message.text('OBR-2.1'), message.text('OBX[20]-5'), message.text('OBX[57]-6')]
}
const parsers: Readonly<Record<string, () => string[]>> = {
  ours: () => readOurs(text),
  ours_bytes: () => readOurs(bytes),
  hl7parser: () => {
    const message = hl7parser.create(withoutLastEnd)
    return [message.get('MSH.10'), message.get('PID.5.1'), message.get('OBR.2.1'), message.get(3 + 19).get('OBX.5'), message.get(3 + 56).get('OBX.6')].map(String)
  },
  node_hl7_client: () => {
    const message = new Message({ text })
    return [message.get('MSH.10'), message.get('PID.5.1'), message.get('OBR.2.1'), message.get(3 + 19).get('OBX.5'), message.get(3 + 56).get('OBX.6')].map(String)
  },
}

/** Messages per second of one turn. */
const speedOf = (parse: () => string[]): number => {
  const end = performance.now() + roundMs
  const start = performance.now()
  let count = 0
  while (performance.now() < end) {
    for (let times = 0; times < 20; times++) parse()
    count += 20
  }
  return (count / (performance.now() - start)) * 1_000
}

const median = (values: readonly number[]) => values.toSorted((one, other) => one - other)[values.length >> 1]!

/** Whether a parser reads all eight awkward messages right: speed counts only with that. */
export const isRightOnAwkwardMessages = (): boolean =>
  awkwardMessages.every(({ bytes: message, says }) => {
    const parsed = parseMessage(message)
    return Object.entries(says).every(([path, expected]) => parsed.value(path) === expected)
  })

/** Messages of 60 segments, each parsed and five fields read. */
export const measureHl7 = async () => {
  if (!isRightOnAwkwardMessages()) throw new Error('an awkward message is read wrong: no speed makes up for that')
  for (const [name, parse] of Object.entries(parsers)) {
    const read = parse()
    if (JSON.stringify(read) !== JSON.stringify(wanted)) throw new Error(`${name} reads ${JSON.stringify(read)} in place of ${JSON.stringify(wanted)}`)
    speedOf(parse)
  }
  const speeds: Record<string, number[]> = {}
  for (let round = 0; round < rounds; round++) {
    for (const [name, parse] of Object.entries(parsers)) (speeds[name] ??= []).push(speedOf(parse))
    await new Promise((later) => setImmediate(later))
  }
  // Ratios round by round: what slows one turn slows its neighbours.
  const ratio = (other: string) => Math.round(median(speeds['ours']!.map((speed, round) => speed / speeds[other]![round]!)) * 100) / 100
  for (const [name, measured] of Object.entries(speeds)) say(`bench devices: ${name} ${Math.round(median(measured))} messages/s`)
  return {
    figures: {
      hl7_messages_per_s: Math.round(median(speeds['ours']!)),
      hl7_messages_per_s_from_bytes: Math.round(median(speeds['ours_bytes']!)),
      hl7parser_messages_per_s: Math.round(median(speeds['hl7parser']!)),
      node_hl7_client_messages_per_s: Math.round(median(speeds['node_hl7_client']!)),
      hl7_awkward_right: 8,
    },
    ratios: { hl7_vs_hl7parser: ratio('hl7parser'), hl7_vs_node_hl7_client: ratio('node_hl7_client') },
  }
}
