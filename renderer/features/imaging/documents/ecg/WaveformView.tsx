import { useId, useMemo, useState } from 'react'
import type { Waveform, WaveformChannel, WaveformGroup } from '../../../../../shared/standards/dicom'
import { Choice, Fact, FactList, Notice, ScrollRegion } from '../../../../components'
import { momentWords, unitWords } from '../report/words'
import { d } from '../words'
import { isElectrical, leadOf, millivoltsOf, rangeOf, tracePath, twelveLeads, type Paper } from './paper'

type Arrangement = 'rows' | 'grid'

/** Seconds. */
const shortestGrid = 8

/** A recording on paper: squares of 1 mm, every fifth line stronger. */
export const WaveformView = ({ waveform }: { readonly waveform: Waveform }) => {
  const [chosen, setChosen] = useState(0)
  const [speed, setSpeed] = useState<Paper['speed']>(25)
  const [gain, setGain] = useState<Paper['gain']>(10)
  const [arrangement, setArrangement] = useState<Arrangement>('grid')
  const group = waveform.groups[chosen] ?? waveform.groups[0]
  const electrical = group !== undefined && isElectrical(group)
  const leads = group && electrical ? twelveLeads(group) : undefined
  // A quarter of less than eight seconds is not enough of a rhythm to be a column.
  const mayBeGrid = leads !== undefined && group !== undefined && group.samples / group.frequency >= shortestGrid
  const words = (value: number): string => String(value)
  return (
    <article className="wave-view" aria-label={d('wave')}>
      <div className="wave-tools">
        {waveform.groups.length > 1 ? (
          <Choice
            label={d('wave.group')}
            value={String(chosen)}
            options={waveform.groups.map((each, index) => ({ value: String(index), label: each.label === '' ? `${d('wave.group')} ${index + 1}` : each.label }))}
            onChoose={(value) => setChosen(Number(value))}
          />
        ) : null}
        <Choice label={d('wave.speed')} value={words(speed)} options={([12.5, 25, 50] as const).map((value) => ({ value: words(value), label: `${value}\u00a0mm/s` }))} onChoose={(value) => setSpeed(Number(value) as Paper['speed'])} />
        {electrical ? <Choice label={d('wave.gain')} value={words(gain)} options={([5, 10, 20] as const).map((value) => ({ value: words(value), label: `${value}\u00a0mm/mV` }))} onChoose={(value) => setGain(Number(value) as Paper['gain'])} /> : null}
        {mayBeGrid ? (
          <Choice label={d('wave.layout')} value={arrangement} options={(['rows', 'grid'] as const).map((value) => ({ value, label: d(`wave.layout.${value}`) }))} onChoose={setArrangement} />
        ) : null}
      </div>
      {group && electrical ? <p className="wave-scale">{d('wave.scale', { speed, gain, ms: rounded(1000 / speed), mV: rounded(1 / gain) })}</p> : null}
      {group && !group.problem ? <Warnings group={group} electrical={electrical} /> : null}
      {group?.problem ? <Notice tone="abnormal" title={d(`wave.problem.${group.problem}`)} /> : null}
      {group && !group.problem ? <Sheet group={group} leads={leads} paper={{ speed, gain }} arrangement={mayBeGrid ? arrangement : 'rows'} electrical={electrical} /> : null}
      {group ? <GroupFacts waveform={waveform} group={group} /> : null}
      {waveform.annotations.length > 0 ? (
        <section>
          <h4>{d('wave.notes')}</h4>
          <ul className="wave-notes">
            {waveform.annotations.map(({ name, text, unit }, index) => (
              <li key={index}>
                {name === '' ? null : <span className="sr-name">{name} </span>}
                <span className="sr-value">
                  {text}
                  {unit === undefined ? '' : `\u00a0${unitWords({ value: unit, scheme: 'UCUM', meaning: unit })}`}
                </span>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </article>
  )
}

const rounded = (value: number): string => String(Number(value.toPrecision(3)))

const Warnings = ({ group, electrical }: { readonly group: WaveformGroup; readonly electrical: boolean }) => {
  const given = group.channels[0]?.samples.length ?? 0
  return (
    <>
      {given === group.samples ? null : <Notice tone="abnormal" title={d('wave.cut', { seconds: rounded(given / group.frequency) })} />}
      {electrical ? null : <Notice tone="info" title={d(group.channels.every(({ unit }) => unit === undefined) ? 'wave.notCalibrated' : 'wave.ownScale')} />}
    </>
  )
}

const originalities = { ORIGINAL: 'wave.original', DERIVED: 'wave.derived', unknown: 'wave.originality.unknown' } as const

const GroupFacts = ({ waveform, group }: { readonly waveform: Waveform; readonly group: WaveformGroup }) => {
  const { low, high, notch } = group.channels[0]?.filters ?? {}
  const isSame = group.channels.every(({ filters }) => filters.low === low && filters.high === high && filters.notch === notch)
  return (
    <>
      <FactList>
        <Fact name={d('wave.recorded')}>{waveform.recorded === undefined ? d('wave.noDate') : momentWords(waveform.recorded)}</Fact>
        <Fact name={group.label === '' ? d('wave.group') : group.label}>{d(originalities[group.originality])}</Fact>
        {group.problem ? null : <Fact name={d('wave.sampling')}>{d('wave.rate', { hertz: rounded(group.frequency), seconds: rounded(group.samples / group.frequency) })}</Fact>}
        {isSame && (low !== undefined || high !== undefined) ? (
          <Fact name={d('wave.filters')}>
            {[
              d('wave.filter', { low: low ?? d('wave.filter.open'), high: high ?? d('wave.filter.open') }),
              ...(notch === undefined || notch === 0 ? [] : [d('wave.notch', { hertz: notch })]),
            ].join(' · ')}
          </Fact>
        ) : null}
      </FactList>
      <p className="faint">{d('wave.screen')}</p>
    </>
  )
}

/** One curve on the sheet. */
interface Strip {
  readonly channel: WaveformChannel
  readonly label: string
  /** mm from the left and from the top. */
  readonly x: number
  readonly y: number
  readonly from: number
  readonly to: number
}

/** mm of paper for each row. */
const rowHeight = 25
const margin = 5

const nameOf = (channel: WaveformChannel, index: number): string => leadOf(channel) ?? (channel.name === '' ? d('wave.channel', { number: index + 1 }) : channel.name)

const asRows = (channels: readonly WaveformChannel[], height: number): Strip[] =>
  channels.map((channel, index) => ({ channel, label: nameOf(channel, index), x: margin, y: margin + height * (index + 0.5), from: 0, to: channel.samples.length }))

/** Four columns of a quarter of the recording each, as printed sheets have them, and lead II in its whole length below. */
const asGrid = (leads: readonly WaveformChannel[], speed: number, frequency: number, height: number): Strip[] => {
  const samples = leads[0]?.samples.length ?? 0
  const quarter = Math.floor(samples / 4)
  const grid = leads.map((channel, index) => {
    const column = Math.floor(index / 3)
    return { channel, label: nameOf(channel, index), x: margin + (column * quarter * speed) / frequency, y: margin + height * ((index % 3) + 0.5), from: column * quarter, to: (column + 1) * quarter }
  })
  const rhythm = leads[1]
  return rhythm ? [...grid, { channel: rhythm, label: nameOf(rhythm, 1), x: margin, y: margin + height * 3.5, from: 0, to: samples }] : grid
}

interface SheetProps {
  readonly group: WaveformGroup
  readonly leads: readonly WaveformChannel[] | undefined
  readonly paper: Paper
  readonly arrangement: Arrangement
  readonly electrical: boolean
}

const Sheet = ({ group, leads, paper, arrangement, electrical }: SheetProps) => {
  const pattern = useId()
  const { speed, gain } = paper
  const { frequency } = group
  const height = electrical ? Math.max(rowHeight, gain * 2.5) : rowHeight
  const channels = leads ?? group.channels
  const strips = useMemo(() => (arrangement === 'grid' && leads ? asGrid(leads, speed, frequency, height) : asRows(channels, height)), [arrangement, leads, channels, speed, frequency, height])
  const seconds = (group.channels[0]?.samples.length ?? 0) / frequency
  const width = Math.ceil(seconds * speed) + 2 * margin
  const rows = arrangement === 'grid' ? 4 : channels.length
  const tall = rows * height + 2 * margin
  return (
    <ScrollRegion className="wave-sheet" aria-label={d('wave')}>
      <svg width={`${width}mm`} height={`${tall}mm`} viewBox={`0 0 ${width} ${tall}`} data-waveform={arrangement}>
        <defs>
          <pattern id={`${pattern}small`} width="1" height="1" patternUnits="userSpaceOnUse">
            <path d="M1 0H0V1" className="wave-small" />
          </pattern>
          <pattern id={`${pattern}large`} width="5" height="5" patternUnits="userSpaceOnUse">
            <rect width="5" height="5" fill={`url(#${pattern}small)`} />
            <path d="M5 0H0V5" className="wave-large" />
          </pattern>
        </defs>
        <rect width={width} height={tall} className="wave-paper" />
        <rect width={width} height={tall} fill={`url(#${pattern}large)`} />
        {strips.map((strip, index) => (
          <Curve key={index} strip={strip} frequency={frequency} speed={speed} gain={gain} seconds={seconds} height={height} />
        ))}
      </svg>
    </ScrollRegion>
  )
}

interface CurveProps {
  readonly strip: Strip
  readonly frequency: number
  readonly speed: number
  readonly gain: number
  readonly seconds: number
  readonly height: number
}

const Curve = ({ strip: { channel, label, x, y, from, to }, frequency, speed, gain, seconds, height }: CurveProps) => {
  const perUnit = millivoltsOf(channel.unit)
  const range = useMemo(() => rangeOf(channel.samples), [channel])
  const [low, high] = range ?? [0, 0]
  // What is not in millivolts has no agreed height: it is drawn to fill its row, and its range stands beside it.
  const own = high > low ? (height * 0.8) / (high - low) : 1
  const path = useMemo(
    () => tracePath({ samples: channel.samples, frequency, from, to, speed, gain: perUnit === undefined ? own : perUnit * gain, zero: perUnit === undefined ? (low + high) / 2 : 0 }),
    [channel, frequency, from, to, speed, gain, perUnit, own, low, high],
  )
  const said = range === undefined ? d('wave.flat') : perUnit === undefined ? d('wave.range', { low: rounded(low), high: rounded(high), unit: channel.unit === undefined ? d('wave.noUnit') : unitWords({ value: channel.unit, scheme: 'UCUM', meaning: '' }) }) : ''
  return (
    <g transform={`translate(${x + channel.skew * speed} ${y})`} role="img" aria-label={d('wave.picture', { name: label, seconds: rounded(seconds) })} data-channel={label}>
      {from > 0 ? <path d="M0 -5V5" className="wave-edge" /> : null}
      <path d={path} className="wave-curve" />
      <text x="1" y={-height / 2 + 4.5} className="wave-label">
        {label} {said}
      </text>
    </g>
  )
}
