import { resolve } from 'node:path'
import type { ImportProgress } from '../shared/contract'
import { option, UsageProblem, type Command, type Context, type Outcome } from './command'

const lookEveryMs = 100

/** Imports a folder of DICOM files, as the button on a chart does. */
export const importDicom: Command = {
  usage: 'import-dicom DIR [--patient NUMBER]',
  about: 'import a folder of DICOM files; studies with that patient’s number go onto the chart, others into the tray',
  run: async (call, context) => {
    const [folder, ...more] = call.words
    if (folder === undefined || more.length > 0) throw new UsageProblem('import-dicom needs one folder')
    const number = option(call, 'patient')
    const patient = number === undefined ? undefined : await patientWith(number, context)
    if (number !== undefined && patient === undefined) return refused('no patient has this number', 'not-found')
    const started = await context.ask('importFolder', { folder: resolve(folder), ...(patient !== undefined && { patient }) })
    if (!started.ok) return refused(started.problem.kind, started.problem.kind)
    const ended = await waitFor(started.value.id, context)
    return typeof ended === 'string' ? refused(ended, ended) : outcomeOf(ended)
  },
}

const refused = (line: string, problem: string): Outcome => ({ ok: false, lines: [line], json: { ok: false, problem } })

const patientWith = async (number: string, { ask }: Context): Promise<string | undefined> => {
  const found = await ask('findPatients', { text: number, limit: 100 })
  return found.ok ? found.value.find((patient) => patient.number === number)?.id : undefined
}

const waitFor = async (id: string, { ask, progress }: Context): Promise<ImportProgress | string> => {
  let said = -1
  for (;;) {
    const answer = await ask('readImport', { import: id })
    if (!answer.ok) return answer.problem.kind
    const { state, seen, total } = answer.value
    if (state !== 'running') return answer.value
    if (Math.floor(seen / 100) !== said) {
      said = Math.floor(seen / 100)
      progress(`import-dicom: ${seen} of ${total} files`)
    }
    await new Promise((next) => setTimeout(next, lookEveryMs))
  }
}

const outcomeOf = ({ state, problem, seen, imported, leftOutTotal, leftOut, studies }: ImportProgress): Outcome => ({
  ok: state === 'done',
  lines: [
    ...(state === 'done' ? [] : [problem ?? state]),
    `${seen} files seen, ${imported} imported, ${leftOutTotal} left out`,
    ...studies.map(({ studyInstanceUid, place, series, instances }) => `study ${studyInstanceUid}: ${place}, ${series} series, ${instances} instances`),
    ...leftOut.map(({ file, reason }) => `left out ${file}: ${reason}`),
  ],
  json: {
    state,
    ...(problem && { problem }),
    seen,
    imported,
    leftOutTotal,
    leftOut,
    studies: studies.map(({ id, studyInstanceUid, place, modalities, series, instances }) => ({ id, studyInstanceUid, place, modalities, series, instances })),
  },
})
