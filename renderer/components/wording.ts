import { isolated, languageNow } from './language'

/** Facts that stand in `{braces}` in a message. */
export type Facts = Readonly<Record<string, string | number>>

/** Puts the facts into a message, each in one piece whatever its direction; a missing fact leaves nothing behind. */
export const fill = (message: string, facts: Facts = {}): string => message.replace(/\{(\w+)\}/g, (_whole, name: string) => isolated(String(facts[name] ?? '')))

const rules = new Map<string, Intl.PluralRules>()

/** The form of a number in the language of this window; `zero`, `one` and `two` are said of these numbers only. */
const formOf = (count: number): string => {
  if (count === 0) return 'zero'
  if (count === 1) return 'one'
  const language = languageNow()
  const rule = rules.get(language) ?? new Intl.PluralRules(language)
  rules.set(language, rule)
  const form = rule.select(count)
  return form === 'one' || form === 'zero' ? 'other' : form
}

/**
 * The messages of one area, by id: `const t = wording(patients)`, `t('register.title')`. They are read when they are shown, in the language of
 * that moment; so they are asked for inside of functions, never kept in a constant of a module. With `{count}` among the facts the
 * form for that number is taken where the catalogue has one: `found.zero`, `found.one`, `found.two`, `found.few`, `found.many`, else `found`.
 */
export const wording =
  <Catalogue extends Readonly<Record<string, string>>>(catalogue: Catalogue) =>
  (id: keyof Catalogue & string, facts?: Facts): string => {
    const count = facts?.['count']
    const counted = typeof count === 'number' ? catalogue[`${id}.${formOf(count)}`] : undefined
    return fill(counted ?? catalogue[id] ?? id, facts)
  }
