import { writeSync } from 'node:fs'
import { openReplica, ReplicaProblem } from '../index'

/*
 * A workstation of its own process, for tests that kill it: `workstation <folder> <first number>` writes patients until
 * it dies, and says each thing on standard output only after it was acknowledged.
 */
const [, , folder = '', first = '0'] = process.argv

const say = (line: string): void => void writeSync(1, `${line}\n`)

const work = async (): Promise<void> => {
  const replica = await openReplica({ folder, key: new Uint8Array(32).fill(3), practice: 'clinic', station: 'A' })
  say('open')
  for (let place = Number(first); ; place += 1) {
    const number = await replica.local.nextNumber('patient')
    say(`number ${number}`)
    const added = await replica.records.addAll(
      [1, 2, 3].map((each) => ({ type: 'Patient' as const, resource: { resourceType: 'Patient' as const, name: [{ family: `Mokoena${place}`, given: [`Child${each}`] }] } })),
      'system',
    )
    say(`patients ${added.map(({ id }) => id).join(' ')}`)
    const revised = await replica.records.revise('Patient', added[0]?.id ?? '', (patient) => ({ ...patient, birthDate: '2020-01-01' }), 'system')
    say(`revised ${revised.id} ${revised.at}`)
  }
}

work().catch((reason: unknown) => {
  say(reason instanceof ReplicaProblem ? `problem ${reason.kind}` : `error ${String(reason)}`)
  process.exit(1)
})
