import { decodeText, parseMessages } from '../../../shared/standards/astm'
import { isTrustworthy, parseFile, readOrders } from '../../../shared/standards/hl7'
import { interpretMessage } from './interpret'
import { interpretHl7 } from './interpretHl7'
import { interpretText } from './interpretText'
import type { Sample } from './sample'
import type { AnalyserProfile } from './schema'

/** One message of a capture in the words of the practice. */
export interface ReadMessage {
  readonly samples: readonly Sample[]
  /** False: something is wrong that leaves open what the message said. */
  readonly isReadable: boolean
}

/** Reads what an analyser sent, by its profile. Never throws. */
export const readCapture = (text: Uint8Array, profile: AnalyserProfile): ReadMessage[] => {
  if (profile.protocol === 'astm') {
    return parseMessages(decodeText(text)).map((message) => ({
      samples: interpretMessage(message, profile),
      isReadable: message.faults.every((fault) => fault === 'unknown-record'),
    }))
  }
  if (profile.protocol === 'text') {
    const { samples, problems } = interpretText(decodeText(text), profile)
    return [{ samples, isReadable: problems.length === 0 }]
  }
  const { messages } = parseFile(text)
  // What holds no message at all is still something that was sent.
  if (messages.length === 0) return [{ samples: [], isReadable: false }]
  return messages.map((message) => ({ samples: interpretHl7(message, profile), isReadable: isTrustworthy([...message.problems, ...readOrders(message).problems]) }))
}
