import { common } from '../../resources/locales/en/common'
import { problems } from '../../resources/locales/en/problems'
import { teachProblemWording } from '../components'

/** Teaches the components the language of this window. */
export const startWording = (): void => teachProblemWording({ problems, otherwise: problems.internal, again: common.again, technical: common.technical })
