/** Prefixes of metric units (UCUM, table 1), as far as a laboratory uses them. */
const prefixes: Readonly<Record<string, number>> = { G: 1e9, M: 1e6, k: 1e3, h: 1e2, da: 1e1, d: 1e-1, c: 1e-2, m: 1e-3, u: 1e-6, n: 1e-9, p: 1e-12, f: 1e-15, a: 1e-18 }

interface Atom {
  readonly factor: number
  readonly dimensions: Readonly<Record<string, number>>
  readonly isMetric: boolean
  /** Of what it is a ratio, where it has no dimension: see {@link ReducedUnit.ratio}. */
  readonly kind: string
}

const metric = (factor: number, dimensions: Atom['dimensions'], kind: string): Atom => ({ factor, dimensions, isMetric: true, kind })
const fixed = (factor: number, dimensions: Atom['dimensions'], kind: string): Atom => ({ factor, dimensions, isMetric: false, kind })

/**
 * Units that results come in (UCUM, tables 3 to 6; case-sensitive spelling), reduced to metre, gram, second and mole. The mole is a
 * dimension of its own here although UCUM counts it as a number: 48 mmol/mol are not 4.8 %. Arbitrary units (`[IU]`) are dimensions
 * that nothing else has: UCUM never converts them. Temperatures are not here: they are not ratios.
 */
const atoms: Readonly<Record<string, Atom>> = {
  m: metric(1, { m: 1 }, 'length'),
  g: metric(1, { g: 1 }, 'mass'),
  s: metric(1, { s: 1 }, 'time'),
  mol: metric(1, { mol: 1 }, 'mol'),
  L: metric(1e-3, { m: 3 }, 'volume'),
  l: metric(1e-3, { m: 3 }, 'volume'),
  kat: metric(1, { mol: 1, s: -1 }, 'enzyme'),
  U: metric(1e-6 / 60, { mol: 1, s: -1 }, 'enzyme'),
  eq: metric(1, { eq: 1 }, 'eq'),
  osm: metric(1, { osm: 1 }, 'osm'),
  Pa: metric(1e3, { g: 1, m: -1, s: -2 }, 'pressure'),
  bar: metric(1e8, { g: 1, m: -1, s: -2 }, 'pressure'),
  'm[Hg]': metric(133.322e6, { g: 1, m: -1, s: -2 }, 'pressure'),
  '[IU]': metric(1, { IU: 1 }, 'IU'),
  '[iU]': metric(1, { IU: 1 }, 'IU'),
  "[arb'U]": fixed(1, { arbitrary: 1 }, 'arbitrary'),
  '[pH]': fixed(1, { pH: 1 }, 'pH'),
  min: fixed(60, { s: 1 }, 'time'),
  h: fixed(3600, { s: 1 }, 'time'),
  d: fixed(86_400, { s: 1 }, 'time'),
  '%': fixed(1e-2, {}, ''),
  '[ppth]': fixed(1e-3, {}, ''),
  '[ppm]': fixed(1e-6, {}, ''),
  '10*': fixed(10, {}, ''),
  '10^': fixed(10, {}, ''),
}

/** A unit in base units: a value in it times `factor` is the value in them. */
export interface ReducedUnit {
  readonly factor: number
  /** Exponents that are not zero. */
  readonly dimensions: Readonly<Record<string, number>>
  /** What divides itself away: `volume` of `L/L`, `mol` of `mmol/mol`; empty for `%` and plain numbers. Two such ratios are not the same thing. */
  readonly ratio: string
  /** Annotations, such as `{copies}`: what is counted. UCUM lets them count for nothing; `{copies}/mL` and `{cells}/mL` are two things all the same. */
  readonly counted: string
}

/** Longer ones are no units. */
const longestUnit = 60

const simple = /^(?:10[*^]|[^\d+\-./(){}[\]\s]*(?:\[[^\]]*\])?)/

const atomOf = (text: string): { readonly atom: Atom; readonly factor: number } | undefined => {
  const atom = Object.hasOwn(atoms, text) ? atoms[text] : undefined
  if (atom) return { atom, factor: atom.factor }
  for (const length of [1, 2]) {
    const [prefix, rest] = [text.slice(0, length), text.slice(length)]
    const prefixed = Object.hasOwn(atoms, rest) ? atoms[rest] : undefined
    if (prefixed?.isMetric && Object.hasOwn(prefixes, prefix)) return { atom: prefixed, factor: prefixes[prefix]! * prefixed.factor }
  }
  return undefined
}

/** One part of a unit with its exponent, as the grammar of UCUM (§ 2.2) has it; undefined where it is none that is known. */
const componentsOf = (text: string): { readonly atom?: Atom; readonly factor: number; readonly exponent: number; readonly counted: string }[] | undefined => {
  const found = []
  let rest = text
  let sign = 1
  if (rest.startsWith('/')) {
    sign = -1
    rest = rest.slice(1)
  }
  for (;;) {
    const name = simple.exec(rest)?.[0] ?? ''
    rest = rest.slice(name.length)
    const exponent = /^[+-]?\d{1,2}/.exec(rest)?.[0] ?? ''
    rest = rest.slice(exponent.length)
    const counted = /^\{[^{}]*\}/.exec(rest)?.[0] ?? ''
    rest = rest.slice(counted.length)
    if (name === '' && exponent === '' && counted === '') return undefined
    if (name === '') {
      // A number by itself is a factor, an annotation by itself is one.
      if (/^[+-]/.test(exponent) || exponent === '0') return undefined
      found.push({ factor: exponent === '' ? 1 : Number(exponent), exponent: sign, counted })
    } else {
      const known = atomOf(name)
      if (!known || (/^10[*^]$/.test(name) && exponent === '')) return undefined
      found.push({ ...known, exponent: sign * (exponent === '' ? 1 : Number(exponent)), counted: sign < 0 && counted !== '' ? `/${counted}` : counted })
    }
    if (rest === '') return found
    if (rest[0] !== '.' && rest[0] !== '/') return undefined
    sign = rest[0] === '/' ? -1 : 1
    rest = rest.slice(1)
  }
}

/**
 * Reads a UCUM unit, as far as results of a laboratory use UCUM: atoms with prefix and exponent, `.`, `/`, `10*3`, annotations. Undefined: it is
 * none that is known, which includes temperatures and parentheses.
 */
export const readUnit = (text: string): ReducedUnit | undefined => {
  if (text === '' || text.length > longestUnit) return undefined
  const components = componentsOf(text)
  if (!components) return undefined
  const dimensions: Record<string, number> = {}
  const kinds: Record<string, { above: boolean; below: boolean }> = {}
  let factor = 1
  for (const { atom, factor: one, exponent } of components) {
    factor *= one ** exponent
    for (const [name, power] of Object.entries(atom?.dimensions ?? {})) dimensions[name] = (dimensions[name] ?? 0) + power * exponent
    if (!atom || atom.kind === '' || exponent === 0) continue
    const kind = (kinds[atom.kind] ??= { above: false, below: false })
    kind[exponent > 0 ? 'above' : 'below'] = true
  }
  if (!Number.isFinite(factor) || factor <= 0) return undefined
  return {
    factor,
    dimensions: Object.fromEntries(Object.entries(dimensions).filter(([, power]) => power !== 0)),
    ratio: Object.keys(kinds).filter((name) => kinds[name]!.above && kinds[name]!.below).sort().join(' '),
    counted: components.map(({ counted }) => counted).filter((each) => each !== '').join(' '),
  }
}
