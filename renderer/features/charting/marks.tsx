import { charting } from '../../../resources/locales/en/charting'
import type { Origin, VitalEntry } from '../../../shared/contract'
import { vitals, type VitalCode, type VitalDefinition } from '../../../shared/records/observation/vitals'
import { formatDate, Mark, wording } from '../../components'

const t = wording(charting)

/** The definition of a sign. */
export const definitionOf = (code: VitalCode): VitalDefinition => vitals[code]

/** A sign for a flag: the direction, doubled when critical. Never colour alone. */
export const flagSign = (flag: NonNullable<VitalEntry['flag']>): string =>
  ({ low: '▼', high: '▲', 'critical-low': '▼▼', 'critical-high': '▲▲', abnormal: '◆' })[flag]

/** The tone of a flag. */
export const flagTone = (flag: NonNullable<VitalEntry['flag']>): 'critical' | 'abnormal' => (flag.startsWith('critical') ? 'critical' : 'abnormal')

/** A flag as sign and word; `short` leaves the direction of a critical one to the sign. */
export const FlagMark = ({ flag, short }: { readonly flag: VitalEntry['flag']; readonly short?: boolean }) =>
  flag ? (
    <Mark tone={flagTone(flag)} sign={flagSign(flag)}>
      {short && flagTone(flag) === 'critical' ? (
        <>
          <span aria-hidden="true">{t('flag.critical')}</span>
          <span className="visually-hidden">{t(`flag.${flag}`)}</span>
        </>
      ) : (
        t(`flag.${flag}`)
      )}
    </Mark>
  ) : null

const originSigns = { typed: '○', device: '◆', unverified: '◇', imported: '□' } as const

/** That the value came after the calibration of its device was due; nothing otherwise. */
const overdueWords = (origin: Origin): string[] => (origin.kind === 'device' && origin.calibrationWasDue !== undefined ? [t('origin.overdue', { date: formatDate(origin.calibrationWasDue) })] : [])

/** Where a value came from, as a shape: typed, device (open while nobody has looked at it), imported. The word is there for the screen reader. */
export const OriginMark = ({ origin, isUnverified = false }: { readonly origin: Origin; readonly isUnverified?: boolean | undefined }) => {
  const kind = isUnverified ? 'unverified' : origin.kind
  const overdue = overdueWords(origin)
  const words = [t(`origin.${kind}`), ...overdue].join(', ')
  return (
    <span className="origin" title={words}>
      <span aria-hidden="true">
        {originSigns[kind]}
        {overdue.length > 0 ? '!' : ''}
      </span>
      <span className="visually-hidden">{words}</span>
    </span>
  )
}

/** Where a value came from, in words: typed by whom, or which device and who confirmed. */
export const originWords = (origin: Origin, by: string): string => {
  switch (origin.kind) {
    case 'typed':
      return t('origin.typed.by', { by })
    case 'device':
      return [
        by === '' ? t('origin.unverified.by', { device: origin.device, profile: origin.profile }) : t('origin.device.by', { device: origin.device, profile: origin.profile, by }),
        ...overdueWords(origin),
      ].join(', ')
    case 'imported':
      return t('origin.imported.by', { source: origin.source })
  }
}
