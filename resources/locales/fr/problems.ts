import type { problems as english } from '../en/problems'
import type { Translated } from '../translated'

const typedStays = 'Ce que vous avez saisi est toujours là.'

export const problems: Translated<typeof english> = {
  'session-locked': { happened: 'L’écran est verrouillé.', kept: typedStays, next: 'Connectez-vous et continuez.' },
}
