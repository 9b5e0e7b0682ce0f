import { done, refuse, type Answer, type ReadWristband, type WristbandPrint } from '../../../shared/contract'
import { patientFacts } from '../../../shared/records/patient/patient'
import { bandCode, readBand } from '../../../shared/records/wristband/code'
import type { ChartingParts } from '../parts'
import { summaryOf } from '../patients'

/** Wristbands: what is printed in their codes, and whose a scanned one is. */
export const openWristbands = ({ replica: { records, practice } }: Pick<ChartingParts, 'replica'>) => ({
  /** Nobody is guessed: a code that is not whole opens nobody's chart. */
  read: async (code: string): Promise<ReadWristband> => {
    const read = readBand(code)
    if (read.kind === 'misread') return { kind: 'misread' }
    if (read.kind !== 'band') return { kind: 'unknown' }
    if (!read.isOfPractice(practice)) return { kind: 'other-practice' }
    const patient = await records.get('Patient', read.patient)
    if (!patient) return { kind: 'unknown' }
    return { kind: read.isStillPrinted(patientFacts(patient.resource)) ? 'opened' : 'printed-before', patient: summaryOf(patient) }
  },

  print: async (id: string): Promise<Answer<WristbandPrint>> => {
    const patient = await records.get('Patient', id)
    return patient ? done({ patient: summaryOf(patient), code: bandCode(practice, id, patientFacts(patient.resource)) }) : refuse('not-found')
  },
})

/** See {@link openWristbands}. */
export type Wristbands = ReturnType<typeof openWristbands>
