import { ackOf, admissionOf, fields, observationValue, parseFile, queryOf, readOrders, requestedTests, type Hl7Message, type Hl7Problem } from '..'

const written = ({ kind, segment, at, field }: Hl7Problem) => [kind, segment === undefined ? '' : `${segment}#${at}`, field === undefined ? '' : `-${field}`].join(' ').trim()

/** Everything that the readers make of a message, small enough to be kept as an expectation and read by people. */
const summaryOf = (message: Hl7Message) => {
  const { orders, problems } = readOrders(message)
  const { code, event } = message.type
  return {
    type: `${code}^${event}`,
    id: message.controlId,
    version: message.version,
    charset: message.charset,
    segments: message.segments.map(({ name }) => name).join(' '),
    problems: [...message.problems, ...problems].map(written),
    ...(code === 'ADT' ? { admission: admissionOf(message) } : {}),
    ...(queryOf(message) ? { query: queryOf(message) } : {}),
    ...(ackOf(message) ? { ack: ackOf(message) } : {}),
    ...(/^(ORM|OML)$/.test(code) ? { tests: requestedTests(message).map((test) => Object.values(test).join('|')) } : {}),
    results: orders.flatMap(({ results }) =>
      results.map(({ observation, notes }) => {
        const { text, value, comparator, encapsulated } = observationValue(observation)
        const { code: test, unit, range, flags, status } = fields.observation
        const words = [observation.text(test), text, comparator ?? '', value ?? '-', observation.text(unit), observation.text(range), observation.text(flags), observation.text(status)]
        return [...words, ...(encapsulated ? [encapsulated.type, encapsulated.encoding, encapsulated.data.length] : []), ...notes.map((note) => note.text({ field: 3 }))].join('|')
      }),
    ),
  }
}

/** What is read out of a file of messages. */
export const summaryOfFile = (bytes: Uint8Array) => {
  const { messages, envelope, problems } = parseFile(bytes)
  return { messages: messages.map(summaryOf), envelope: envelope.map(({ name }) => name).join(' '), problems: problems.map(written) }
}
