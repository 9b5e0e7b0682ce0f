/** The command line: the practice host without a window. Exit status 0 done, 1 refused or failed, 2 usage. */
import { resolve } from 'node:path'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { backup } from './backup'
import { digest } from './digest'
import { create, join as joinHub } from './firstRun'
import { option, readCall, UsageProblem, type Command } from './command'
import { hub } from './hub'
import { importDicom } from './import-dicom'
import { openContext } from './open'
import { patients } from './patients'
import { profiles } from './profiles'
import { fetchOlder, purge } from './purge'
import { repair } from './repair'
import { replay } from './replay'
import { restore } from './restore'
import { rotateKey } from './rotate-key'
import { review } from './review'
import { serve } from './serve'
import { server } from './server'
import { simulate } from './simulate'
import { stick } from './stick'
import { sync } from './sync'
import { verify } from './verify'

const commands: Record<string, Command> = { serve, patients, profiles, replay, 'import-dicom': importDicom, sync, review, stick, digest, backup, 'rotate-key': rotateKey, purge, 'fetch-older': fetchOlder }
/** Commands that need no practice. */
const plain = { create, join: joinHub, simulate, hub, server, verify, restore, repair }

const help = () =>
  [
    'outpost COMMAND [--data DIR] [--json]',
    '',
    ...[...Object.values(commands), ...Object.values(plain)].map(({ usage, about }) => `  ${usage.padEnd(48)} ${about}`),
    '',
    'The practice is opened with OUTPOST_PASSPHRASE (passphrase or recovery code); the person who asks is',
    'OUTPOST_USER with OUTPOST_PASSWORD. A demo practice needs neither. A backup is opened with its recovery code:',
    '--recovery-code - reads it from standard input, otherwise OUTPOST_RECOVERY_CODE.',
  ].join('\n')

const defaultFolder = () => join(process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'Outpost', 'practice')

const run = async (given: readonly string[]): Promise<number> => {
  const call = readCall(given)
  const [name, ...words] = call.words
  if (name === undefined || name === 'help' || call.options['help']) {
    console.log(help())
    return name === undefined && !call.options['help'] ? 2 : 0
  }
  const withoutPractice = plain[name as keyof typeof plain]
  if (Object.hasOwn(plain, name)) return withoutPractice.run({ ...call, words })
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) throw new UsageProblem(`there is no command "${name}"`)

  const opened = await openContext(resolve(option(call, 'data') ?? defaultFolder()), (line) => console.error(line))
  if (!opened.ok) {
    console.error(`outpost ${name}: ${opened.problem.kind}`)
    return 1
  }
  const { context, close } = opened.value
  try {
    const outcome = await command.run({ ...call, words }, context)
    if (call.options['json']) console.log(JSON.stringify(outcome.json, null, 2))
    else if (outcome.ok) console.log(outcome.lines.join('\n'))
    if (!outcome.ok) console.error(`outpost ${name}: ${outcome.lines[0] ?? 'failed'}`)
    return outcome.ok ? 0 : 1
  } finally {
    await close()
  }
}

run(process.argv.slice(2)).then(
  (status) => process.exit(status),
  (error: unknown) => {
    if (error instanceof UsageProblem) {
      console.error(`outpost: ${error.message}\n\n${help()}`)
      process.exit(2)
    }
    console.error(`outpost: ${error instanceof Error ? error.message : String(error)}`)
    process.exit(1)
  },
)
