import { markRoles } from '../../../shared/contract'
import { encodeText } from '../../../shared/standards/astm'
import { readDraft, studyRecording } from '../workbench'

const pieces = ['ID: ', 'A26000123', 'GLU', ' 5.5 ', 'mmol/L', '\r\n', '\x02', '\x03', '\x05', ';', ',', '"', '(a+)+$', '\\', '[', '(?<', '   ', '\x00', '\x0c', 'H|\\^&', 'R|1|^^^GLU|5.5|mmol/L\r', 'MSH|^~\\&|', '9'.repeat(50), ' '.repeat(300), 'é', '🩸', '2026-11-21 09:15']
/** A draft that takes longer holds the host up. */
const slowestMs = 3_000

/** A hostile recording with marks that lie anywhere on it: no error, no hang, and only finite numbers of samples. */
export const checkDrafts = (random: () => number): void => {
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!
  const recording = encodeText(Array.from({ length: 1 + Math.floor(random() * 80) }, () => pick(pieces)).join(''))
  const { draft, pages } = studyRecording(recording)
  const marks = Array.from({ length: Math.floor(random() * 8) }, () => {
    const from = Math.floor(random() * 40)
    return { page: Math.floor(random() * (pages.length + 1)), line: Math.floor(random() * 12), from, to: from + 1 + Math.floor(random() * 20), as: pick(markRoles), ...(random() < 0.3 ? { code: pick(['X', '(', '__proto__', 'GLU']), decimals: Math.floor(random() * 4) } : {}) }
  })
  const tests = random() < 0.5 ? [{ code: pick(['GLU', '__proto__', 'constructor']), name: 'Glucose', unit: 'mmol/L', sentUnit: pick(['mmol/L', '__proto__']) }] : []
  for (const layout of ['lines', 'table', 'columns'] as const) {
    const begun = performance.now()
    const shaped = { ...draft, layout, marks, tests, timeFormat: pick(['yyyy-MM-dd', 'HH:mm', '((', '']), separator: pick([';', '"', '\\', ' ']), printsNoUnits: random() < 0.5 }
    studyRecording(recording, shaped)
    const { samples } = readDraft(recording, shaped)
    if (samples.some(({ results }) => results.some(({ code, text }) => typeof code !== 'string' || typeof text !== 'string'))) throw new Error('a result that is none')
    const took = performance.now() - begun
    if (took > slowestMs) throw new Error(`a draft took ${Math.round(took)} ms`)
  }
}
