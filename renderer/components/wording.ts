/** Facts that stand in `{braces}` in a message. */
export type Facts = Readonly<Record<string, string | number>>

/** Puts the facts into a message; a missing fact leaves nothing behind. */
export const fill = (message: string, facts: Facts = {}): string => message.replace(/\{(\w+)\}/g, (_whole, name: string) => String(facts[name] ?? ''))

/** The messages of one area, by id: `const t = wording(patients)`, `t('register.title')`. */
export const wording =
  <Catalogue extends Readonly<Record<string, string>>>(catalogue: Catalogue) =>
  (id: keyof Catalogue & string, facts?: Facts): string =>
    fill(catalogue[id] ?? id, facts)
