import type { Problem } from './problems'

/**
 * What every request resolves to. Never a thrown error: Electron strips the name, code and fields
 * of an error that crosses a process boundary, so a refusal is a value like any other.
 */
export type Answer<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly problem: Problem }

/** A successful answer. */
export const done = <Value>(value: Value): { readonly ok: true; readonly value: Value } => ({ ok: true, value })

/** A refusal: its kind, the facts that the wording needs, never patient detail. */
export const refuse = (
  kind: Problem['kind'],
  facts: Problem['facts'] = {},
): { readonly ok: false; readonly problem: Problem } => ({ ok: false, problem: { kind, facts } })
