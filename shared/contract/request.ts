import type { z } from 'zod'
import type { Action } from './actions'

/** Who may ask at all, before the role × action table is asked. */
export type Caller =
  /** Any of our own windows, also with nobody signed in (first run, sign-in). */
  | 'anyone'
  /** A signed-in, unlocked user whatever the role. */
  | 'signed-in'
  /** A signed-in, unlocked user whose role has the action. */
  | Action

/** What the audit trail keeps of a request. */
export type Audit = 'none' | 'read' | 'write'

/** One request of the contract: the shape of what is asked, the type of what is answered, who may ask. */
export interface RequestDefinition<Ask extends z.ZodType = z.ZodType, Value = unknown> {
  readonly ask: Ask
  readonly caller: Caller
  readonly audit: Audit
  /** Carries the answer's type; there is nothing in it at run time. */
  readonly answer?: Value
}

/** Defines a request: `request(shape, 'patient.read').answers<PatientSummary[]>()`. */
export const request = <Ask extends z.ZodType>(ask: Ask, caller: Caller, audit: Audit = 'none') => ({
  answers: <Value>(): RequestDefinition<Ask, Value> => ({ ask, caller, audit }),
})
