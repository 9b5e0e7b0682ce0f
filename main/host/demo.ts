import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import type { HubStart, HubStarted } from '../../hub'
import { demoUsers, fillDemo } from '../demo'
import { writePhantom } from '../imaging'
import { deriveKey } from '../sealed'
import type { OpenPractice } from './practice'

const markKind = 'demo'
const hubKind = 'demo-hub'
const hubUser = 'workstation'

/** Whether the demo was made to the end: a half-made one is made anew. */
export const isFurnished = async ({ replica }: OpenPractice): Promise<boolean> => (await replica.local.get(markKind, 'furnished')) !== undefined

/**
 * Makes the demo whole: people and histories, a phantom on the chart of the first patient, a virtual
 * analyser and oximeter. Each step says how far it is, of a hundred.
 */
export const furnishDemo = async (practice: OpenPractice, progress: (done: number, of: number) => void): Promise<void> => {
  const { access, replica } = practice
  const { charting, devices, imaging, monitors } = await practice.parts()
  await fillDemo({ replica, access, onProgress: (done, of) => progress(Math.round((85 * done) / of), 100) })
  const administrator = (await access.signInChoices()).find(({ user }) => user === demoUsers.administrator.user)
  const by = { practitioner: administrator?.practitioner ?? 'system', name: demoUsers.administrator.name }

  const [patient] = (await charting.listPatients({ skip: 0, limit: 1 })).patients
  if (patient) {
    const folder = await mkdtemp(join(tmpdir(), 'outpost-phantom-'))
    try {
      await writePhantom(folder, { patient: { number: patient.number, family: patient.family, given: patient.given, birthDate: patient.birthDate ?? '', gender: patient.gender } })
      progress(92, 100)
      await imaging.ended(imaging.startImport({ from: [folder], patient: patient.id, author: by.practitioner }).id)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
  progress(98, 100)
  await devices.attachSimulator('sysmex-xn', by)
  const oximeter = await devices.attachSimulator('contec-cms50', by)

  // Two beds; the oximeter stands at the first and asks whom it serves, as after every move.
  const beds = [await monitors.addBed('demo bed 1', 'Bed 1', by), await monitors.addBed('demo bed 2', 'Bed 2', by)]
  const [, , lying] = (await charting.listPatients({ skip: 0, limit: 3 })).patients
  const [first] = beds
  if (lying && first?.ok) {
    await monitors.seat(first.value.id, lying.id, by)
    if (oximeter.ok) await monitors.place(oximeter.value.id, first.value.id)
  }
  await replica.local.put(markKind, 'furnished', true)
}

/**
 * Runs the embedded hub beside the practice and joins the practice to it, now and after each restart of either.
 * @param started called each time it has started
 */
export const runDemoHub = async (practice: OpenPractice, folder: string, started: () => void = () => undefined): Promise<void> => {
  const { local } = practice.replica
  const password = (await local.get<string>(hubKind, 'password'))?.value ?? randomBytes(18).toString('base64url')
  const port = (await local.get<number>(hubKind, 'port'))?.value
  await local.put(hubKind, 'password', password)
  practice.onLink('hub', (link) => {
    link.onMessage((message) => {
      const said = message as HubStarted
      if (said.kind !== 'started') return
      started()
      void local.put(hubKind, 'port', Number(new URL(said.url).port))
      void practice.parts().then(({ sync }) => sync.configure({ url: said.url, user: hubUser, password }))
    })
    link.send({
      kind: 'start',
      folder: join(folder, 'hub'),
      key: deriveKey(practice.key, 'outpost/hub'),
      ...(practice.opened.earlier && { earlierKey: deriveKey(practice.opened.earlier, 'outpost/hub') }),
      port: port ?? 0,
      training: true,
      users: [{ name: hubUser, password }],
      practices: [practice.name],
    } satisfies HubStart)
  })
  practice.need('hub')
}
