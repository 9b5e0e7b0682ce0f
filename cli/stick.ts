import { resolve } from 'node:path'
import type { Answer, StickReport, StickState } from '../shared/contract'
import { option, UsageProblem, type Call, type Command, type Context, type Outcome } from './command'
import { lineFromStandardInput } from './recoveryCode'

const sayEveryMs = 1_000

const refused = (problem: string): Outcome => ({ ok: false, lines: [problem], json: { ok: false, problem } })

const unreadLines = ({ unread = [] }: StickReport): string[] => unread.map(({ name, problem }) => `${name} could not be read: ${problem}`)

const linesOf = (report: StickReport): string[] => {
  const { does, records, files, leftOut = 0, added = 0, changed = 0, clashes = 0, alreadyRead = 0, sticks = [], missing = [] } = report
  const names = sticks.map(({ name }) => name).join(', ')
  if (does === 'write') return [`${records} records and ${files} images written: ${names}`, ...(leftOut > 0 ? [`${leftOut} images do not read back here and were left out`] : [])]
  return [
    `${records} records read${names === '' ? '' : ` from ${names}`}: ${added} new, ${changed} changed, ${clashes} to review; ${files} images new`,
    ...(alreadyRead > 0 ? [`${alreadyRead} sticks had been read before`] : []),
    ...(leftOut > 0 ? [`${leftOut} images are not as they were taken and were left out`] : []),
    ...unreadLines(report),
    ...missing.map(({ station, number }) => `stick ${number} of workstation ${station} was never read here: what was on it is missing`),
  ]
}

/** Waits for what was begun, as the screen does. */
const ended = async (begun: Answer<StickState>, { practice, progress }: Context): Promise<Outcome> => {
  if (!begun.ok) return refused([begun.problem.kind, ...Object.entries(begun.problem.facts).map(([name, value]) => `${name} ${value}`)].join(', '))
  const saying = setInterval(() => {
    void practice.stick.state().then(({ running }) => running && progress(`stick: ${running.records} records, ${running.files} images`))
  }, sayEveryMs)
  const report = await practice.stick.settled()
  clearInterval(saying)
  if (!report) return refused('cancelled')
  if (report.outcome === 'failed') return { ok: false, lines: [report.problem ?? 'internal', ...unreadLines(report)], json: { ok: false, ...report } }
  const ok = (report.unread ?? []).length === 0
  return { ok, lines: linesOf(report), json: { ok, ...report } }
}

const codeOf = async (call: Call): Promise<string | undefined> => {
  const given = option(call, 'code')
  return given === '-' ? lineFromStandardInput() : (given ?? process.env['OUTPOST_STICK_CODE'])
}

/** Carries changes by stick, as the Stick screen does. */
export const stick: Command = {
  usage: 'stick write|read DIR [--all] [--images] [--code -]',
  about: 'write what changed since the last stick, or take in what others wrote; stick code tells the code',
  run: async (call, context) => {
    const [does, folder, ...more] = call.words
    if (does === 'code' && folder === undefined) {
      const told = await context.ask('stickCode')
      return told.ok ? { ok: true, lines: [told.value.code], json: told.value } : refused(told.problem.kind)
    }
    if (folder === undefined || more.length > 0 || (does !== 'write' && does !== 'read')) throw new UsageProblem('stick needs write or read and one folder')
    if (does === 'write') return ended(await context.ask('writeStick', { folder: resolve(folder), all: call.options['all'] === true, images: call.options['images'] === true }), context)
    const code = await codeOf(call)
    return ended(await context.ask('readStick', { folder: resolve(folder), ...(code !== undefined && { code }) }), context)
  },
}
