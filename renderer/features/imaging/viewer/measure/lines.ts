import type { AnnotationEntry, AnnotationKind, AnnotationValues, Calibration, Measured, MeasureBasis, Quantity } from '../../../../../shared/contract'
import { m } from './words'

/** Digits behind the point: tenths of a millimetre, of a pixel, of a degree; thousandths of a second. */
const digits: Readonly<Record<Quantity['unit'], number>> = { mm: 1, 'mm²': 1, px: 1, 'px²': 0, '°': 1, s: 3, 'cm/s': 1, Hz: 0 }
/** Units whose numbers are only as good as the calibration is. */
const calibrated: readonly Quantity['unit'][] = ['mm', 'mm²']

/** A number with its unit and on what it rests: `12.3 mm (detector)`. Under a millimetre, or a square one, hundredths are told. */
export const quantityWords = ({ name, value, unit }: Quantity, basis: MeasureBasis): string => {
  const number = numberWords(value, unit)
  return m(`quantity.${name}`, { value: unit === '°' ? `${number}°` : `${number} ${unit}${restWords(unit, basis)}` })
}

const numberWords = (value: number, unit: Quantity['unit']): string => value.toFixed(calibrated.includes(unit) && Math.abs(value) < 1 ? 2 : digits[unit])

/** ` (detector)`; nothing where there is nothing to warn of. */
const restWords = (unit: Quantity['unit'], basis: MeasureBasis): string => {
  const rests = calibrated.includes(unit) ? m(`basis.${basis}`) : ''
  return rests === '' ? '' : ` (${rests})`
}

/** The two diameters of an area: `20.0 × 10.0 mm (detector)`. */
const diameterWords = (diameters: readonly Quantity[], basis: MeasureBasis): readonly string[] => {
  const [{ unit } = { unit: 'px' as const }] = diameters
  return diameters.length === 2 ? [`${diameters.map(({ value }) => numberWords(value, unit)).join(' × ')} ${unit}${restWords(unit, basis)}`] : []
}

const withUnit = (said: string, unit: string): string => `${said}${unit === '' ? '' : ` ${unit}`}`

/** Hounsfield units in tenths; of any other scale, which may lie wholly below one (diffusion, uptake), small numbers with three digits. */
const numberIn = (unit: string, value: number): string => String(unit !== 'HU' && Math.abs(value) < 10 ? Number(value.toPrecision(3)) : Math.round(value * 10) / 10)

/** What lies under a shape. */
export const valueWords = (kind: AnnotationKind, values: AnnotationValues): readonly string[] => {
  const { unit, mean, deviation, least, greatest } = values
  const said = (value: number): string => numberIn(unit, value)
  const note = unit === '' ? ` ${m('values.noUnit')}` : ''
  if (kind === 'probe') return [`${m('values.one', { value: withUnit(said(mean), unit) })}${note}`]
  return [
    `${m('values.mean', { value: withUnit(said(mean), unit) })}${deviation === undefined ? '' : ` · ${m('values.deviation', { value: said(deviation) })}`}${note}`,
    ...(least === undefined || greatest === undefined ? [] : [m('values.range', { least: said(least), greatest: withUnit(said(greatest), unit) })]),
  ]
}

/** Everything that stands beside a shape, line by line. */
export const linesOf = (kind: AnnotationKind, measured: Measured, values: AnnotationValues | undefined, label: string): readonly string[] => {
  const diameters = measured.quantities.filter(({ name }) => name === 'width' || name === 'height')
  const others = measured.quantities.filter((quantity) => !diameters.includes(quantity))
  return [
    ...(label === '' ? [] : [label]),
    ...(measured.refused === undefined ? [] : [m(`refused.${measured.refused}`)]),
    ...others.map((quantity) => quantityWords(quantity, measured.basis)),
    ...diameterWords(diameters, measured.basis),
    ...(values ? valueWords(kind, values) : []),
  ]
}

/** The name of a kind. */
export const kindWords = (kind: AnnotationKind): string => (kind === 'key-image' ? m('key-image') : m(`hand.${kind}`))

/** One line for lists, buttons and titles: `Length 12.3 mm (detector)`. */
export const nameOf = ({ kind, drawing, label }: Pick<AnnotationEntry, 'kind' | 'drawing' | 'label'>): string => {
  const [first] = linesOf(kind, drawing.measured, drawing.values, '')
  return [kindWords(kind), ...(first === undefined ? [] : [first]), ...(label === '' ? [] : [`“${label}”`])].join(' ')
}

/** What one pixel measures, in a sentence. */
export const calibrationWords = (calibration: Calibration): string =>
  calibration.kind === 'pixels' ? m(`calibration.pixels.${calibration.why}`) : m(`calibration.${calibration.kind}`)
