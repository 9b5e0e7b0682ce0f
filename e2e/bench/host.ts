import { openPracticeHost } from '../../main/host/practiceHost'
import type { Answer } from '../../shared/contract'
import { administrator, passphrase } from '../steps'

/** The value of an answer. @throws what was refused */
export const must = <Value>(answer: Answer<Value>): Value => {
  if (!answer.ok) throw new Error(answer.problem.kind)
  return answer.value
}

/** A practice host in this process, as the command line has it, and how it is asked. */
export const openHost = async (folder: string) => {
  const host = openPracticeHost({ folder, keystore: null, need: () => undefined, noNeed: () => undefined, log: (line) => process.stderr.write(`${line}\n`) })
  await host.start()
  const connection = host.connect('bench', () => undefined)
  let calls = 0
  const ask = async <Value>(request: string, what: unknown, practice: string | null): Promise<Value> =>
    must((await connection.handle({ call: ++calls, request, practice, ask: what, byPerson: true }))?.answer as Answer<Value>)
  return { host, ask }
}

/** What makes the practice that is measured. */
export const benchPractice = {
  name: 'Bench Clinic', address: '', phone: '', email: '', stationPrefix: 'A', passphrase,
  administrator: { name: administrator.name, user: administrator.user, password: administrator.password },
}
