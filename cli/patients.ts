import type { PatientSummary } from '../shared/contract'
import { option, type Command } from './command'

const pageSize = 500

/** Lists the patients, or those that a search finds. */
export const patients: Command = {
  usage: 'patients [--find TEXT]',
  about: 'list the patients of the practice, or those that a search finds',
  run: async (call, { ask }) => {
    const text = option(call, 'find')
    const found: PatientSummary[] = []
    if (text !== undefined) {
      const answer = await ask('findPatients', { text, limit: 100 })
      if (!answer.ok) return { ok: false, lines: [answer.problem.kind], json: answer }
      found.push(...answer.value)
    } else {
      for (;;) {
        const answer = await ask('listPatients', { skip: found.length, limit: pageSize })
        if (!answer.ok) return { ok: false, lines: [answer.problem.kind], json: answer }
        found.push(...answer.value.patients)
        if (answer.value.patients.length < pageSize) break
      }
    }
    const lines = found.map((patient) => [patient.number, `${patient.family.toUpperCase()}, ${patient.given}`, patient.gender, patient.birthDate ?? ''].join('  '))
    return { ok: true, lines: [...lines, `${found.length} patients`], json: { patients: found, total: found.length } }
  },
}
