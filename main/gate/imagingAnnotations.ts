import { done, refuse, type Answer, type imagingAnnotationRequests } from '../../shared/contract'
import type { Annotations } from '../imaging'
import type { Handlers } from './handler'

type Refusal = 'not-found' | 'study-incomplete' | 'bad-shape'

const answerOf = <Value extends object>(answer: Value | Refusal): Answer<Value> => (typeof answer === 'string' ? refuse(answer) : done(answer))

/** Measurements and marks on pictures. */
export const imagingAnnotationHandlers = ({ annotations }: { readonly annotations: Annotations }): Handlers<typeof imagingAnnotationRequests> => ({
  readPixelMeanings: async (ask) => answerOf(await annotations.meanings(ask)),
  listAnnotations: async (ask) => answerOf(await annotations.list(ask)),
  addAnnotation: async (ask, { session }) => answerOf(await annotations.add(ask, session)),
  changeAnnotation: async (ask, { session }) => answerOf(await annotations.change(ask, session)),
  removeAnnotation: async (ask, { session }) => answerOf(await annotations.remove(ask, session)),
  annotationHistory: async (ask) => answerOf(await annotations.history(ask)),
})
