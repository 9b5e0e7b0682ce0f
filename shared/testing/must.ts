import type { Answer } from '../contract'

/** The value of an answer that a test needs to go on; a refusal fails it by its kind. */
export const must = <Value>(answer: Answer<Value>): Value => {
  if (!answer.ok) throw new Error(answer.problem.kind)
  return answer.value
}
