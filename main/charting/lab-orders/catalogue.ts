import { type Answer, type Catalogue, type CatalogueTest, done, type PanelAsk, refuse, type SetAsk, type TestAsk } from '../../../shared/contract'
import { withOwn } from '../../../shared/records/lab-catalogue/catalogue'
import { panelOf, panelRecord, setOf, setRecord, testOf, testRecord } from '../../../shared/records/lab-catalogue/definitions'
import { shippedCatalogue } from '../../../shared/records/lab-catalogue/shipped'
import { specimenKinds } from '../../../shared/records/lab-catalogue/catalogue'
import type { ResourceOf } from '../../../shared/records/envelope'
import type { Actor, ChartingParts } from '../parts'

const most = 5_000
type Defined = 'ObservationDefinition' | 'ActivityDefinition' | 'PlanDefinition'

/** The laboratory's catalogue: what ships, and the practice's own words in its place. */
export const openCatalogue = (parts: ChartingParts) => {
  const { records } = parts.replica
  /** Until a word of it changes, here or by sync. */
  let standing: Promise<Catalogue> | undefined
  const changes = records.changes().subscribe(({ type }) => {
    if (type === 'ObservationDefinition' || type === 'ActivityDefinition' || type === 'PlanDefinition') standing = undefined
  })

  const readAnew = async (): Promise<Catalogue> => {
    const [tests, panels, sets] = await Promise.all([
      records.find('ObservationDefinition', { limit: most }), records.find('ActivityDefinition', { limit: most }), records.find('PlanDefinition', { limit: most }),
    ])
    return withOwn({ specimens: specimenKinds, ...shippedCatalogue }, {
      tests: tests.flatMap(({ resource }) => testOf(resource) ?? []),
      panels: panels.flatMap(({ resource }) => panelOf(resource) ?? []),
      sets: sets.flatMap(({ resource }) => setOf(resource) ?? []),
    })
  }

  const read = (): Promise<Catalogue> => {
    const reading = standing ?? readAnew()
    standing = reading
    // A question that failed is asked again.
    reading.catch(() => {
      if (standing === reading) standing = undefined
    })
    return reading
  }

  /** One record for each code, on whichever workstation it is written. */
  const write = async <Type extends Defined>(type: Type, code: string, resource: ResourceOf[Type], actor: Actor): Promise<Answer<Catalogue>> => {
    const record = await records.add(type, resource, actor.practitioner, `lab-catalogue:${code}`)
    const { id: _id, ...before } = record.resource
    if (JSON.stringify(before) !== JSON.stringify(resource)) await records.revise(type, record.id, () => ({ ...resource, id: record.id }), actor.practitioner)
    standing = undefined
    return done(await read())
  }

  return {
    read,

    /** A test changed as a whole; ranges that it had stay unless new ones are given. */
    saveTest: async (ask: TestAsk & Pick<CatalogueTest, 'intervals'>, actor: Actor): Promise<Answer<Catalogue>> => {
      const { tests, panels } = await read()
      if (panels.some(({ code }) => code === ask.code)) return refuse('name-taken')
      const before = tests.find(({ code }) => code === ask.code)
      const { intervals = before?.intervals, ...told } = ask
      return write('ObservationDefinition', ask.code, testRecord({ ...told, ...(before?.isCalculated && { isCalculated: true }), ...(intervals && { intervals }) }), actor)
    },

    savePanel: async (ask: PanelAsk, actor: Actor): Promise<Answer<Catalogue>> => {
      const { tests } = await read()
      const known = new Set(tests.map(({ code }) => code))
      if (known.has(ask.code)) return refuse('name-taken')
      if (!ask.tests.every((code) => known.has(code))) return refuse('not-found')
      return write('ActivityDefinition', ask.code, panelRecord(ask), actor)
    },

    saveSet: async (ask: SetAsk, actor: Actor): Promise<Answer<Catalogue>> => {
      const { tests, panels } = await read()
      const known = new Set([...tests, ...panels].map(({ code }) => code))
      if (!ask.orders.every((code) => known.has(code))) return refuse('not-found')
      return write('PlanDefinition', ask.code, setRecord(ask), actor)
    },

    close: () => changes.unsubscribe(),
  }
}

/** See {@link openCatalogue}. */
export type LabCatalogue = ReturnType<typeof openCatalogue>
