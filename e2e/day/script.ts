import { cultures } from '../../main/demo'
import { drawsFrom } from '../../shared/standards/mulberry32'

/** What happens to one patient on the day. */
export interface Visit {
  readonly person: { readonly family: string; readonly given: string; readonly sex: 'Female' | 'Male'; readonly born: string }
  /** What the nurse types, by the beginning of the field's label. */
  readonly signs: Readonly<Record<string, string>>
  /** Whether the oximeter at the bedside gives a reading besides. */
  readonly isRead: boolean
  readonly reason: string
  readonly note: { readonly s: string; readonly o: string; readonly a: string; readonly p: string }
  /** Said to the doctor; nothing: not asked. */
  readonly allergy?: string
  /** Whether a blood count is ordered. */
  readonly isTested: boolean
}

const reasons = ['fever for three days', 'cough and chest pain', 'headache since Monday', 'wound on the left foot', 'vomiting since last night', 'pain when passing water', 'blood pressure control', 'dizziness']
const substances = ['Penicillin', 'Sulfamethoxazole', 'Ibuprofen', 'Peanut']

/** Makes the day of a clinic: the same from the same seed. */
export const dayOf = (patients: number, seed: number): readonly Visit[] => {
  const below = drawsFrom(seed)
  const from = (low: number, high: number) => String(low + below(high - low + 1))
  const latin = cultures.filter(({ families }) => families.every((name) => /^[A-Za-z -]+$/.test(name)))
  return Array.from({ length: patients }, (_each, index) => {
    const culture = latin[below(latin.length)] ?? latin[0]!
    const sex = below(2) === 0 ? 'Female' : 'Male'
    const given = sex === 'Female' ? culture.female : culture.male
    const reason = reasons[below(reasons.length)]!
    const systolic = 104 + below(48)
    return {
      // No two people of the day share a family name: what is searched for is found alone.
      person: { family: `${culture.families[below(culture.families.length)]}-${letters(index)}`, given: given[below(given.length)]!, sex, born: `${1 + below(28)}-Mar-${1940 + below(62)}` },
      signs: {
        'Respiratory rate': from(12, 19), 'SpO₂': from(95, 99), 'Systolic BP': String(systolic), 'Diastolic BP': String(systolic - 40), Pulse: from(58, 96), Temperature: `${36 + below(2)}.${below(9)}`,
      },
      isRead: index % 5 === 1,
      reason,
      note: { s: `Says: ${reason}.`, o: 'Alert, chest clear, abdomen soft.', a: 'Most likely viral; no danger signs.', p: 'Fluids, rest, back in two days or at once when worse.' },
      ...(index % 4 === 2 ? { allergy: substances[below(substances.length)]! } : {}),
      isTested: index % 2 === 0,
    }
  })
}

/** A number as letters: A, B, … Z, BA, BB. */
const letters = (index: number): string => (index < 26 ? '' : letters(Math.floor(index / 26))) + String.fromCharCode(65 + (index % 26)) + (index < 26 ? 'x' : '')
