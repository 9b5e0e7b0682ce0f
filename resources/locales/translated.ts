/** Forms of a sentence that count something; English has the plain one and `one`. */
type Form = 'zero' | 'one' | 'two' | 'few' | 'many'

/**
 * A catalogue in another language: the same ids, which the English one decides. An id that is missing is shown in English. Beside an id that
 * tells `{count}` may stand the forms that this language has, e.g. `found.few`; see `wording` for how one is chosen.
 */
export type Translated<English> = { readonly [Id in keyof English]?: English[Id] extends string ? string : English[Id] } & {
  readonly [Id in `${keyof English & string}.${Form}`]?: string
}
