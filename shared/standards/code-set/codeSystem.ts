import { type CodeRow, type CodeSetAbout, rowOf } from './row'

/*
 * A CodeSystem of FHIR R4: `concept` with `code`, `display`, `designation` and further concepts below it. Nothing of what the file
 * holds is taken for granted.
 */

type Members = Readonly<Record<string, unknown>>
const membersOf = (value: unknown): Members => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {})
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** More lie in no list; a file that says otherwise is read so far. */
const mostConcepts = 1_000_000

/** Reads a CodeSystem; rows are concepts in their order, parents before children. */
export function* readCodeSystem(text: string): Generator<CodeRow, CodeSetAbout> {
  let system: Members
  try {
    system = membersOf(JSON.parse(text))
  } catch {
    yield { row: 1, fault: 'broken' }
    return {}
  }
  if (system['resourceType'] !== 'CodeSystem') {
    yield { row: 1, fault: 'broken' }
    return {}
  }
  // A stack of its own: a file may nest deeper than calls can.
  const waiting: unknown[] = [...listOf(system['concept'])].reverse()
  for (let row = 1; waiting.length > 0 && row <= mostConcepts; row += 1) {
    const concept = membersOf(waiting.pop())
    const below = listOf(concept['concept'])
    for (let place = below.length - 1; place >= 0; place -= 1) waiting.push(below[place])
    const terms = listOf(concept['designation']).map((each) => textOf(membersOf(each)['value']))
    yield rowOf(row, { code: textOf(concept['code']), display: textOf(concept['display']) || (terms.find((term) => term !== '') ?? ''), terms })
  }
  const about = { system: textOf(system['url']), version: textOf(system['version']), title: textOf(system['title']) || textOf(system['name']), licence: textOf(system['copyright']) || textOf(system['publisher']) }
  return Object.fromEntries(Object.entries(about).filter(([, value]) => value !== ''))
}
