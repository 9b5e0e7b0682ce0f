import { describe, expect, it } from 'vitest'
import { languageNames } from './language'

type Area = Readonly<Record<string, Readonly<Record<string, unknown>>>>

const areas = import.meta.glob<Area>('../../../resources/locales/*/*.ts')
const english = Object.keys(areas).filter((path) => path.includes('/en/'))
const others = Object.keys(languageNames).filter((language) => language !== 'en')
const form = /\.(zero|one|two|few|many)$/

const factsOf = (message: unknown): readonly string[] =>
  typeof message === 'string'
    ? [...new Set(message.match(/\{\w+\}/g) ?? [])].sort()
    : typeof message === 'object' && message !== null
      ? [...new Set(Object.values(message).flatMap(factsOf))].sort()
      : []

const load = async (path: string): Promise<Area> => (await areas[path]?.()) ?? {}

describe.each(others)('the words in %s', (language) => {
  it.each(english)('A45: of %s say every message that there is in English, with its facts', async (path) => {
    const translation = path.replace('/en/', `/${language}/`)
    // An area without a file is not translated yet, and shown in English; one with a file is translated whole.
    if (!(translation in areas)) return
    const [before, after] = await Promise.all([load(path), load(translation)])
    for (const [name, catalogue] of Object.entries(before)) {
      const words = after[name] ?? {}
      // What is empty in English needs no words, and a form that a language does not have is told by the plain message.
      const missing = Object.entries(catalogue).flatMap(([id, message]) => (message === '' || id in words || (form.test(id) && id.replace(form, '') in words) ? [] : [id]))
      expect(missing, `${translation}: ${name}`).toEqual([])
      for (const [id, message] of Object.entries(words)) {
        const source = catalogue[id] ?? catalogue[id.replace(form, '')]
        expect(source, `${translation}: ${id} is no message`).toBeDefined()
        const [said, told] = [factsOf(message), factsOf(source)]
        const isForm = form.test(id)
        expect(isForm ? said.filter((fact) => !told.includes(fact)) : said, `${translation}: ${id}`).toEqual(isForm ? [] : told)
      }
    }
  })
})

/** What a button is called where several of a kind stand on a screen, and what stands on it: `collect.label` and `collect`, `putAway` and `putAway.short`. */
const named = (ids: readonly string[]): (readonly [name: string, shown: string])[] =>
  ids.flatMap((id) => [...['label', 'named', 'of'].map((kind) => [`${id}.${kind}`, id] as const), [id, `${id}.short`] as const]).filter((pair) => pair.every((id) => ids.includes(id)))
const bare = (message: string) => message.toLowerCase().replace(/[.…]/g, '').trim()

it.each([...others, 'en'])('the name of a button holds what stands on it, for whoever speaks to it, in %s', async (language) => {
  const wrong = await Promise.all(
    english.map(async (path) => {
      const [before, after] = await Promise.all([load(path), load(path.replace('/en/', `/${language}/`))])
      return Object.entries(before).flatMap(([name, catalogue]) =>
        named(Object.keys(catalogue)).flatMap(([id, shown]) => {
          const [source, text] = [id, shown].map((each) => catalogue[each])
          const [called, reads] = [id, shown].map((each) => after[name]?.[each])
          const counts = [source, text, called, reads].every((message) => typeof message === 'string') && bare(String(source)).includes(bare(String(text)))
          return counts && !bare(String(called)).includes(bare(String(reads))) ? [`${path}: ${id}`] : []
        }),
      )
    }),
  )
  expect(wrong.flat()).toEqual([])
})

it('areas that are shown in English are named here, so that nobody forgets them', () => {
  const untranslated = others.flatMap((language) => english.filter((path) => !(path.replace('/en/', `/${language}/`) in areas)).map((path) => `${language}: ${path.split('/').at(-1)}`))
  if (untranslated.length > 0) console.error(`not translated yet: ${untranslated.join(', ')}`)
  expect(english.length).toBeGreaterThan(40)
})
