import { setImmediate } from 'node:timers/promises'
import { type Answer, type CodeSetEntry, type CodeUse, type ConceptCoding, done, type FoundCode, refuse } from '../../shared/contract'
import { type CodeIndex, indexing } from '../../shared/records/code-set/codeIndex'
import type { Concept } from '../../shared/records/code-set/concept'
import {
  type CodeSetFacts, codeSetCodes, codeSetIn, codeSetKey, codeSetPart, codeSetRecord, codingOfTerm, conceptsOfPart, ownTermIn, ownTermKey, ownTermRecord, partName,
} from '../../shared/records/code-set/records'
import type { Replica } from '../replica'
import { clinicWords, isIcd10, shippedCodeSets, shippedFolder, type ShippedCodeSet } from './shipped'
import { extraOf } from './uses'

/** Limits of what is read of the records. */
const most = { sets: 100, terms: 5_000, partsAtOnce: 20 }
/** An index is made in turns of this length; between them others have theirs. */
const turnMs = 10

/** A code set, wherever it comes from. */
interface KnownSet extends CodeSetFacts {
  readonly id: string
  readonly origin: 'shipped' | 'imported'
  readonly read: () => Promise<Concept[]>
  /** Parts of it that are here. */
  readonly partsHere: number
}

interface IndexedSet {
  readonly set: KnownSet
  readonly index: CodeIndex
}

const inTurns = async (concepts: readonly Concept[]): Promise<CodeIndex> => {
  const made = indexing(concepts)
  for (let began = performance.now(); ; ) {
    const step = made.next()
    if (step.done) return step.value
    if (performance.now() - began < turnMs) continue
    await setImmediate()
    began = performance.now()
  }
}

/**
 * The code sets of a practice and its own terms, and the search over them. What ships is read from beside the program, what was
 * imported from the practice's records; the index is made in memory when it is first asked for, and kept.
 */
export const openCodes = (deps: {
  readonly replica: Replica
  /** Where the code sets lie that ship; default: beside the program. */
  readonly folder?: string
  /** Milliseconds since 1970; default `Date.now`. */
  readonly now?: () => number
}) => {
  const { records } = deps.replica
  const now = () => new Date((deps.now ?? Date.now)()).toISOString()
  const folder = deps.folder ?? shippedFolder()
  const shipped: Promise<ShippedCodeSet[]> = folder === undefined ? Promise.resolve([]) : shippedCodeSets(folder)
  shipped.catch(() => undefined)
  /** Indexes by set and how much of it was here; a set is never changed, so an index never grows old. */
  const indexes = new Map<string, Promise<CodeIndex>>()
  let offered: Promise<readonly IndexedSet[]> | undefined
  let terms: Promise<CodeIndex> | undefined

  const changes = deps.replica.records.changes().subscribe(({ type, envelope }) => {
    if (type !== 'Basic') return
    if (envelope.search.code === codeSetCodes.set || envelope.search.code === codeSetCodes.part) offered = undefined
    if (envelope.search.code === codeSetCodes.term) terms = undefined
  })

  const namesOfParts = ({ parts }: CodeSetFacts): string[] => Array.from({ length: parts.count }, (_, place) => partName(parts.of, place))

  const readParts = async (set: CodeSetFacts): Promise<Concept[]> => {
    const names = namesOfParts(set)
    const concepts: Concept[] = []
    for (let from = 0; from < names.length; from += most.partsAtOnce) {
      const found = await records.find('Basic', { where: { code: codeSetCodes.part, identifier: { in: names.slice(from, from + most.partsAtOnce) } }, limit: most.partsAtOnce })
      const place = ({ resource }: (typeof found)[number]) => Number(resource.identifier?.[0]?.value?.split('/').at(-1) ?? 0)
      for (const part of found.sort((one, other) => place(one) - place(other))) concepts.push(...conceptsOfPart(part.resource))
    }
    return concepts
  }

  const countParts = async (set: CodeSetFacts): Promise<number> => {
    const names = namesOfParts(set)
    let count = 0
    for (let from = 0; from < names.length; from += 200) count += await records.count('Basic', { where: { code: codeSetCodes.part, identifier: { in: names.slice(from, from + 200) } } })
    return count
  }

  /** Every set that there is, those of one system together, the newest edition first. */
  const sets = async (): Promise<KnownSet[]> => {
    const said = new Map<string, CodeSetFacts>()
    for (const { resource } of await records.find('Basic', { where: { code: codeSetCodes.set }, limit: most.sets })) {
      const set = codeSetIn(resource)
      if (set) said.set(codeSetKey(set), set)
    }
    const ofOutpost = (await shipped).map((set): KnownSet => {
      const id = codeSetKey(set)
      const isOffered = said.get(id)?.isOffered ?? true
      said.delete(id)
      return { ...set, id, licence: set.publisher, origin: 'shipped', parts: { of: '', count: 0 }, partsHere: 0, isOffered }
    })
    const ofPractice = await Promise.all(
      [...said.values()].filter(({ parts }) => parts.of !== '').map(async (set): Promise<KnownSet> => ({ ...set, id: codeSetKey(set), origin: 'imported', partsHere: await countParts(set), read: () => readParts(set) })),
    )
    return [...ofOutpost, ...ofPractice].sort((one, other) => (one.system === other.system ? (one.version < other.version ? 1 : -1) : one.title < other.title ? -1 : 1))
  }

  /** The concepts of a set, with what people in clinics call them. */
  const read = async (set: KnownSet): Promise<Concept[]> => {
    const concepts = await set.read()
    if (folder === undefined || !isIcd10(set.system)) return concepts
    const words = await clinicWords(folder)
    return concepts.map((concept) => (words.has(concept.code) ? { ...concept, terms: [...(words.get(concept.code) ?? []), ...concept.terms] } : concept))
  }

  const indexOfSet = (set: KnownSet): Promise<CodeIndex> => {
    const key = `${set.id} ${set.parts.of} ${set.partsHere}`
    const known = indexes.get(key)
    if (known) return known
    const made = read(set).then(inTurns)
    indexes.set(key, made)
    made.catch(() => indexes.delete(key))
    return made
  }

  const readOffered = async (): Promise<readonly IndexedSet[]> => {
    const wanted = (await sets()).filter(({ isOffered }) => isOffered)
    const made = await Promise.all(wanted.map(async (set) => ({ set, index: await indexOfSet(set) })))
    // What is no longer offered is not kept in memory.
    const used = new Set(made.map(({ set }) => `${set.id} ${set.parts.of} ${set.partsHere}`))
    for (const key of indexes.keys()) if (!used.has(key)) indexes.delete(key)
    return made
  }

  const readTerms = async (): Promise<CodeIndex> => {
    const found = await records.find('Basic', { where: { code: codeSetCodes.term }, limit: most.terms })
    return inTurns(
      found.flatMap(({ id, resource }) => {
        const term = ownTermIn(resource)
        return term ? [{ code: id, display: term.text, terms: [] }] : []
      }),
    )
  }

  const forget = <Value>(made: Promise<Value>, undo: () => void): Promise<Value> => {
    made.catch(undo)
    return made
  }

  const list = async (): Promise<CodeSetEntry[]> =>
    (await sets()).map(({ id, system, version, title, edition, licence, concepts, origin, isOffered, parts, partsHere }) => ({
      id, system, version, title, edition, licence, concepts, origin, isOffered, isPartial: partsHere < parts.count,
    }))

  /** Says of a set whether it is offered, in its record; one that ships gets a record by this. */
  const say = async (set: CodeSetFacts, isOffered: boolean, practitioner: string): Promise<void> => {
    const record = codeSetRecord({ ...set, isOffered }, now())
    const kept = await records.add('Basic', record, practitioner, `code-set:${codeSetKey(set)}`)
    if (JSON.stringify(kept.resource.extension) !== JSON.stringify(record.extension)) await records.revise('Basic', kept.id, (before) => ({ ...before, extension: record.extension ?? [] }), practitioner)
  }

  return {
    search: async ({ text, use, limit }: { readonly text: string; readonly use: CodeUse; readonly limit: number }): Promise<Answer<FoundCode[]>> => {
      offered ??= forget(readOffered(), () => (offered = undefined))
      terms ??= forget(readTerms(), () => (terms = undefined))
      const [setsNow, own] = await Promise.all([offered, terms])
      const ofSets = setsNow.flatMap(({ set, index }) =>
        index.find({ text, limit, extra: extraOf(set.system, use) }).map(({ concept: { code, display }, term, cost }) => ({
          cost, found: { system: set.system, version: set.version, code, display, set: set.title, ...(term === undefined ? {} : { term }) },
        })),
      )
      // What the practice calls so itself comes first where it fits as well.
      const ofPractice = own.find({ text, limit }).map(({ concept, cost }) => ({ cost: cost - 25, found: codingOfTerm(concept.code, { text: concept.display, use }) }))
      return done([...ofPractice, ...ofSets].sort((one, other) => one.cost - other.cost).slice(0, limit).map(({ found }) => found))
    },

    addTerm: async (term: { readonly text: string; readonly use: CodeUse }, actor: { readonly practitioner: string }): Promise<Answer<ConceptCoding>> => {
      const record = await records.add('Basic', ownTermRecord(term, now()), actor.practitioner, ownTermKey(term))
      return done(codingOfTerm(record.id, ownTermIn(record.resource) ?? term))
    },

    list: async (): Promise<Answer<CodeSetEntry[]>> => done(await list()),

    keep: async ({ key, place, concepts }: { readonly key: string; readonly place: number; readonly concepts: readonly Concept[] }, actor: { readonly practitioner: string }): Promise<Answer<null>> => {
      await records.add('Basic', codeSetPart(key, place, concepts, now()), actor.practitioner, `code-set-part:${partName(key, place)}`)
      return done(null)
    },

    finish: async (
      ask: { readonly key: string; readonly system: string; readonly version: string; readonly title: string; readonly licence: string; readonly parts: number; readonly concepts: number },
      actor: { readonly practitioner: string },
    ): Promise<Answer<CodeSetEntry[]>> => {
      const set: CodeSetFacts = { ...ask, edition: ask.version, parts: { of: ask.key, count: ask.parts }, isOffered: true }
      if ((await countParts(set)) < ask.parts) return refuse('conflict', { field: 'parts' })
      const before = await sets()
      const same = before.find(({ id }) => id === codeSetKey(set))
      // An edition is what it was when records took codes from it: it is never replaced, only another one comes.
      if (same && same.parts.of !== ask.key) return refuse('name-taken', { field: 'version' })
      await say(set, true, actor.practitioner)
      for (const other of before) if (other.system === set.system && other.id !== codeSetKey(set) && other.isOffered) await say(other, false, actor.practitioner)
      return done(await list())
    },

    offer: async ({ set: id, isOffered }: { readonly set: string; readonly isOffered: boolean }, actor: { readonly practitioner: string }): Promise<Answer<CodeSetEntry[]>> => {
      const set = (await sets()).find((one) => one.id === id)
      if (!set) return refuse('not-found')
      if (set.isOffered !== isOffered) await say(set, isOffered, actor.practitioner)
      return done(await list())
    },

    close: (): void => changes.unsubscribe(),
  }
}

export type Codes = ReturnType<typeof openCodes>
