import { openCouch, validateRecords, type Couch } from '../../server'
import { BuildProblem, say } from '../../build/ground.mjs'

/*
 * `npm run bench -- centre-rules --json`: what the rules of a practice's database cost a CouchDB (`COUCHDB_URL`). The same documents are written in
 * batches of two hundred into three databases in turn: without rules, with an empty function, with ours. The first against the second is what CouchDB takes
 * for asking at all (a line to another process and back, for each document); the second against the third is what is ours.
 */
const practice = '01CENTRERULES0000000000000'
const batch = 200
const rounds = 15

const idOf = (n: number) => `01CENTRERULESREC${n.toString(36).toUpperCase().padStart(10, '0')}`
/** About a kilobyte, as a report's values are. */
const document = (n: number) => ({
  _id: idOf(n), id: idOf(n), type: 'Observation', practice, author: '01CENTRERULESNURSE00000000', station: 'A', at: `2026-11-21T10:00:00.000Z-${(n % 65_536).toString(16).padStart(4, '0')}-A`, prior: [],
  resource: {
    resourceType: 'Observation', id: idOf(n), status: 'final', category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] }],
    code: { coding: [{ system: 'http://loinc.org', code: '718-7', display: 'Hemoglobin [Mass/volume] in Blood' }], text: 'Haemoglobin' }, subject: { reference: 'Patient/01CENTRERULESPAT1ENT000000' }, encounter: { reference: 'Encounter/01CENTRERULESENC0UNTER0000' },
    effectiveDateTime: '2026-11-21T09:58:00.000Z', valueQuantity: { value: 9.1 + (n % 50) / 10, unit: 'g/dL', system: 'http://unitsofmeasure.org', code: 'g/dL' }, referenceRange: [{ low: { value: 11.5, unit: 'g/dL' }, high: { value: 16.5, unit: 'g/dL' } }],
    note: [{ text: 'Sample slightly haemolysed; repeated once with the same result. '.repeat(3) }],
  },
})

const kinds = {
  none: undefined,
  empty: 'function (newDoc, oldDoc, userCtx, secObj) {}',
  ours: validateRecords,
} as const
type Kind = keyof typeof kinds

const nameOf = (kind: Kind, engine: string) => `outpost-bench-rules-${kind}-${engine}`
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

const prepare = async (couch: Couch, kind: Kind, engine: string) => {
  const name = nameOf(kind, engine)
  await couch.ask('DELETE', `/${name}`)
  await couch.must('PUT', `/${name}?q=1`)
  if (kinds[kind] === undefined) return
  await couch.must('PUT', `/${name}/_design/outpost`, { language: engine === 'quickjs' ? 'javascript_quickjs' : 'javascript', outpost: { practice, stations: ['A', 'B', 'C', 'D', 'E'] }, validate_doc_update: kinds[kind] })
}

const write = async (couch: Couch, name: string, docs: readonly object[]): Promise<{ readonly ms: number; readonly revs: readonly string[] }> => {
  const from = performance.now()
  const rows = (await couch.must('POST', `/${name}/_bulk_docs`, { docs })) as unknown as readonly { readonly rev?: string; readonly reason?: string }[]
  const ms = performance.now() - from
  const refused = rows.find(({ rev }) => rev === undefined)
  if (refused) throw new Error(`refused: ${refused.reason}`)
  return { ms, revs: rows.map(({ rev = '' }) => rev) }
}

export default async function measure() {
  const given = process.env['COUCHDB_URL']
  if (!given) throw new BuildProblem('centre-rules needs COUCHDB_URL, with an administrator in it.')
  const { origin, username, password } = new URL(given)
  const couch = openCouch({ url: origin, user: decodeURIComponent(username), password: decodeURIComponent(password) })
  const figures: Record<string, number> = {}
  for (const engine of ['default', 'quickjs']) {
    const times: Record<Kind, { first: number[]; again: number[] }> = { none: { first: [], again: [] }, empty: { first: [], again: [] }, ours: { first: [], again: [] } }
    try {
      for (const kind of Object.keys(kinds) as Kind[]) await prepare(couch, kind, engine)
      for (let round = -2; round < rounds; round++) {
        for (const kind of Object.keys(kinds) as Kind[]) {
          const docs = Array.from({ length: batch }, (_, n) => document((round + 2) * batch + n))
          const first = await write(couch, nameOf(kind, engine), docs)
          // The same once more, as after a merge: now there is a version before to compare with.
          const again = await write(couch, nameOf(kind, engine), docs.map((doc, at) => ({ ...doc, _rev: first.revs[at] })))
          if (round < 0) continue
          times[kind].first.push(first.ms / batch)
          times[kind].again.push(again.ms / batch)
        }
      }
    } finally {
      for (const kind of Object.keys(kinds) as Kind[]) await couch.ask('DELETE', `/${nameOf(kind, engine)}`)
    }
    for (const kind of Object.keys(kinds) as Kind[]) {
      figures[`${engine}_${kind}_new_ms_per_document`] = median(times[kind].first)
      figures[`${engine}_${kind}_changed_ms_per_document`] = median(times[kind].again)
    }
    say(`${engine} measured`)
  }
  const of = (kind: Kind, what: string) => figures[`default_${kind}_${what}_ms_per_document`] ?? 0
  return {
    figures,
    ratios: {
      rules_vs_none_new: of('ours', 'new') / of('none', 'new'),
      rules_vs_empty_new: of('ours', 'new') / of('empty', 'new'),
      rules_vs_empty_changed: of('ours', 'changed') / of('empty', 'changed'),
    },
  }
}
