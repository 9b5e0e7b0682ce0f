import { demoPassphrase } from '../main/access'
import { option, type Call } from './command'

/** One line from standard input. */
export const lineFromStandardInput = async (): Promise<string> => {
  let text = ''
  process.stdin.setEncoding('utf8')
  for await (const piece of process.stdin) {
    text += String(piece)
    if (text.includes('\n')) break
  }
  return text.split('\n')[0]?.trim() ?? ''
}

/**
 * The recovery code: `--recovery-code -` reads a line from standard input; otherwise OUTPOST_RECOVERY_CODE or
 * OUTPOST_PASSPHRASE. Arguments can be read by every user of the computer, so a code in one is taken, but not asked for.
 * Without any, the published passphrase of a training practice.
 */
export const recoveryCodeOf = async (call: Call): Promise<string> => {
  const given = option(call, 'recovery-code')
  if (given === '-') return lineFromStandardInput()
  return given ?? process.env['OUTPOST_RECOVERY_CODE'] ?? process.env['OUTPOST_PASSPHRASE'] ?? demoPassphrase
}
