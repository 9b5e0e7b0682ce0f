import { afterEach, describe, expect, it } from 'vitest'
import { unlockWithSecret } from '../access'
import { firstRelease, firstReleaseFolder } from '../replica/growth/fixtures.test-parts'
import { openPractice, type OpenPractice } from './practice'

let open: OpenPractice | undefined
afterEach(async () => {
  await open?.close()
  open = undefined
})

describe('A data folder of the first release', () => {
  it('opens with its passphrase: people, charts, histories, images and what waits to be sent', async () => {
    const folder = firstReleaseFolder()
    const opened = await unlockWithSecret(folder, firstRelease.passphrase)
    if (!opened.ok) throw new Error(opened.problem.kind)
    expect(opened.value.practice).toEqual(firstRelease.practice)
    const nothing = () => undefined
    open = await openPractice({ ...opened.value, folder, security: {} as never, hub: {} as never, announce: nothing, tell: nothing, need: nothing, noNeed: nothing, failed: (error) => { throw error }, log: nothing })
    const { charting, imaging, sync, digests } = await open.parts()
    expect(await open.access.signInChoices()).toHaveLength(firstRelease.counts.Practitioner)
    expect((await charting.listPatients({ skip: 0, limit: 50 })).total).toBe(firstRelease.counts.Patient)
    const chart = await charting.readChart(firstRelease.patient)
    expect(chart).toMatchObject({ ok: true, value: { banner: { patient: { phone: '07700 900555' } }, studies: 1 } })
    const vitals = await charting.listVitals({ patient: firstRelease.patient, limit: 500 })
    const corrected = vitals.ok ? vitals.value.find(({ corrects }) => corrects?.id === firstRelease.corrected) : undefined
    expect(corrected).toMatchObject({ value: 77, corrects: { value: firstRelease.pulseBefore } })
    expect(await imaging.listStudies(firstRelease.patient)).toMatchObject([{ instances: 2 }])
    expect(sync.state().waitingOut).toBe(firstRelease.waitingOut)
    const total = Object.values(firstRelease.counts).reduce((sum, count) => sum + count, 0)
    expect((await digests.days()).reduce((sum, { count }) => sum + count, 0)).toBe(total)
  })
})
