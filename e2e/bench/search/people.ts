import type { Patient } from 'fhir/r4'
import { drawsFrom } from '../../../shared/standards/mulberry32'

/** The same seed gives the same practice and the same questions. */
export const seed = 20261121

/** A seeded source of chance: a whole number from 0 to below the bound (Mulberry32, public domain). */
export type Chance = (below: number) => number

const families = [
  'Mokoena', 'Dlamini', 'Nkosi', 'Khumalo', 'Mohamed', 'Hassan', 'Ibrahim', 'van der Merwe', 'Otieno', 'Okonkwo', 'Sharma', 'Patel', 'Silva', 'dos Santos', 'Smith',
  'Nguyễn', 'Müller', 'الحسن', 'عبد الرحمن', 'शर्मा', 'वर्मा', '王', '李', '陈', 'O’Brien', 'Wanjiru', 'Balogun', 'Mthembu', 'Abdullahi', 'Gonçalves',
]
const givens = [
  'Thandiwe', 'Sipho', 'Fatima', 'Mohamed', 'Ali', 'Maria', 'José', 'Grace', 'John', 'Amina', 'Aisha', 'Lerato', 'Peter', 'محمد', 'فاطمة', 'सुनीता', 'राजेश', '小明', '伟', 'Priya',
  'Thị Hoa', 'João', 'Mary Jane', 'Ngozi', 'Siobhán', 'Yusuf', 'Halima', 'Zanele', 'Juma', 'Anjali',
]
const syllables = ['mo', 'ko', 'na', 'the', 'di', 'ra', 'lu', 'si', 'ban', 'ze', 'ka', 'por', 'ti', 'wa', 'ngu', 'bel', 'fa', 'jo', 'hu', 'min', 'sha', 'ye', 'gi', 'o', 'len', 'ar', 'ma', 'kwe', 'tsha', 'bu']

const invented = (chance: Chance): string => {
  const word = Array.from({ length: 2 + chance(3) }, () => syllables[chance(syllables.length)]).join('')
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`
}

/** Names as they are spread in life: a few that thousands share, thousands that a few have. */
const poolOf = (chance: Chance, real: readonly string[], size: number) => {
  const pool = [...real, ...Array.from({ length: size }, () => invented(chance))]
  return (): string => pool[Math.floor(pool.length * (chance(1_000_000) / 1_000_000) ** 3)] as string
}

const two = (value: number): string => String(value).padStart(2, '0')

/** Made-up patients, in batches. */
export const peopleOf = function* (count: number, batch: number): Generator<Patient[]> {
  const chance = drawsFrom(seed)
  const family = poolOf(chance, families, 12_000)
  const given = poolOf(chance, givens, 5_000)
  for (let made = 0; made < count; made += batch) {
    yield Array.from({ length: Math.min(batch, count - made) }, (_, place): Patient => {
      const born = `${1935 + chance(90)}-${two(1 + chance(12))}-${two(1 + chance(28))}`
      const isDouble = chance(100) < 6
      return {
        resourceType: 'Patient',
        active: chance(100) < 98,
        identifier: [
          { use: 'usual', system: 'urn:outpost:patient-number', value: `A-${String(made + place + 1).padStart(6, '0')}` },
          ...(chance(100) < 30 ? [{ system: 'urn:outpost:identity-document', value: `${String.fromCharCode(65 + chance(26))}${10_000_000 + chance(89_999_999)}` }] : []),
        ],
        name: [{ use: 'official', family: isDouble ? `${family()}-${family()}` : family(), given: [given()] }],
        gender: chance(2) === 0 ? 'female' : 'male',
        birthDate: chance(100) < 5 ? born.slice(0, 4) : born,
        ...(chance(100) < 80 ? { telecom: [{ system: 'phone', value: chance(4) === 0 ? `+27 ${60 + chance(25)} ${100 + chance(900)} ${1000 + chance(9000)}` : `0${600_000_000 + chance(250_000_000)}` }] } : {}),
      }
    })
  }
}

const letters = 'abcdefghijklmnopqrstuvwxyz'

/** One letter more, less, other, or two swapped. */
const mistyped = (word: string, chance: Chance): string => {
  const characters = [...word]
  const place = chance(characters.length)
  const letter = letters.charAt(chance(letters.length))
  const kind = chance(4)
  if (kind === 0) characters.splice(place, 0, letter)
  else if (kind === 1) characters.splice(place, 1)
  else if (kind === 2) characters.splice(place, 1, letter)
  else characters.splice(Math.max(0, place - 1), 2, ...characters.slice(Math.max(0, place - 1), Math.max(0, place - 1) + 2).reverse())
  return characters.join('')
}

/** What somebody types, by kind. */
export interface Questions {
  readonly prefix: readonly string[]
  readonly typo: readonly string[]
  readonly other: readonly string[]
}

/** Questions about patients: three letters of a name; a name, or how it begins, with one typing error; and all the rest that people type. */
export const questionsOf = (patients: readonly Patient[], each: number): Questions => {
  const chance = drawsFrom(seed + 1)
  const pick = (): Patient => patients[chance(patients.length)] as Patient
  const nameOf = ({ name }: Patient): string => (chance(2) === 0 ? name?.[0]?.family : name?.[0]?.given?.[0]) ?? ''
  const long = (): string => {
    for (;;) {
      const name = nameOf(pick())
      if ([...name].length >= 5) return name
    }
  }
  const others: (() => string)[] = [
    () => nameOf(pick()).slice(0, 1),
    () => nameOf(pick()).slice(0, 2),
    () => nameOf(pick()),
    () => {
      const { name } = pick()
      return `${name?.[0]?.given?.[0]} ${name?.[0]?.family}`
    },
    () => {
      const { name } = pick()
      return `${name?.[0]?.family?.slice(0, 3)} ${name?.[0]?.given?.[0]?.slice(0, 2)}`
    },
    () => pick().telecom?.[0]?.value ?? '0821234567',
    () => pick().identifier?.at(-1)?.value ?? '',
    () => pick().birthDate ?? '1980',
    () => `${pick().name?.[0]?.family?.slice(0, 4)} ${pick().birthDate?.slice(0, 4)}`,
  ]
  return {
    prefix: Array.from({ length: each }, () => long().slice(0, 3)),
    typo: Array.from({ length: each }, () => {
      const name = long()
      // At times the name is still being typed.
      return mistyped(chance(2) === 0 ? name : name.slice(0, Math.max(5, name.length - 2)), chance)
    }),
    other: Array.from({ length: each }, (_, place) => (others[place % others.length] as () => string)()),
  }
}

const swapped = (date: string): string => date.replace(/^(\d{4})-(\d\d)-(\d\d)$/, (whole, year: string, month: string, day: string) => (Number(day) <= 12 ? `${year}-${day}-${month}` : whole))

/** Registrations of people who are here already, as a busy desk types them: names with a typing error, birth dates with a slip, a telephone. */
export const registrationsOf = (patients: readonly Patient[], count: number) => {
  const chance = drawsFrom(seed + 2)
  return Array.from({ length: count }, (_, place) => {
    const { name, birthDate, telecom } = patients[chance(patients.length)] as Patient
    const [family = '', given = ''] = [name?.[0]?.family, name?.[0]?.given?.[0]]
    return {
      family: place % 2 === 0 ? family : mistyped(family, chance),
      given: place % 3 === 0 ? mistyped(given, chance) : given,
      ...(birthDate === undefined || place % 5 === 0 ? {} : { birthDate: place % 4 === 0 ? swapped(birthDate) : birthDate }),
      ...(place % 3 === 0 && telecom?.[0]?.value ? { phone: telecom[0].value } : {}),
    }
  })
}
