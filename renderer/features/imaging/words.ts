import { imaging } from '../../../resources/locales/en/imaging'
import type { StudyEntry } from '../../../shared/contract'
import { foldName } from '../../../shared/records/patient/name'
import { formatDate, wording } from '../../components'

/** The wording of imaging. */
export const t = wording(imaging)

/** ISO local date or date and time: `15-Jan-2026 09:30`. Never shifted: the files name no zone. */
export const whenOf = (started: string | undefined): string => {
  if (started === undefined) return t('studies.noDate')
  const [date = '', time] = started.split('T')
  return time === undefined ? formatDate(date) : `${formatDate(date)} ${time.slice(0, 5)}`
}

/** What was examined. */
export const nameOfStudy = ({ description, modalities }: Pick<StudyEntry, 'description' | 'modalities'>): string =>
  description !== '' ? description : modalities.length > 0 ? modalities.join(', ') : t('studies.noName')

/** The patient as the files write it, for a person to compare: name, number, birth date. */
export const inFileWords = ({ dicomPatient: { id, name, birthDate } }: Pick<StudyEntry, 'dicomPatient'>): string => {
  const born = /^(\d{4})(\d{2})(\d{2})$/.exec(birthDate)
  return [
    name === '' ? t('tray.noName') : name,
    id === '' ? t('tray.noId') : id,
    ...(born ? [t('tray.born', { date: formatDate(`${born[1]}-${born[2]}-${born[3]}`) })] : []),
  ].join(' · ')
}

/**
 * Whether what the files say of the patient is to stand on the picture: a person put the study here, or the files
 * name somebody else. Names are compared only to show them.
 */
export const filesNameAnother = ({ dicomPatient, linkedBy }: StudyEntry, family: string): boolean =>
  linkedBy !== undefined || (dicomPatient.name !== '' && foldName(dicomPatient.name.split(',')[0] ?? '') !== foldName(family))
