import { expect, it } from 'vitest'
import { afterwards, login, openStation, person, type Station, startHub, until } from '../../sync/clinic.test-parts'
import { lyingIn, openMonitors } from '.'

const nurse = (name: string) => ({ practitioner: '01HV000000000000000000NRSE', name })

const bedsOn = async ({ replica }: Station) => {
  let told = 0
  const monitors = await openMonitors({ replica, devices: () => [], announce: () => void (told += 1) })
  afterwards(() => monitors.close())
  return { monitors, told: () => told }
}

it('A8: two patients are put into one bed on two workstations apart: both say so once they have met, and one word on either settles it for both', async () => {
  const hub = await startHub()
  const [ward, office] = (await Promise.all(['A', 'B'].map((prefix) => openStation(prefix)))) as [Station, Station]
  const [atWard, atOffice] = [await bedsOn(ward), await bedsOn(office)]
  const both = [atWard, atOffice]
  const [ada, ben] = (await Promise.all(['Okonkwo', 'Diallo'].map((family) => ward.replica.records.add('Patient', person(family, `A-${family}`), 'system')))).map(({ id }) => id) as [string, string]
  const added = await atWard.monitors.addBed('key of a bed', 'Bed 4', nurse('Nadia'))
  const bed = added.ok ? added.value.id : ''
  for (const { sync } of [ward, office]) await sync.configure(login(hub.url))
  await until('the office knows all', async () => (await atOffice.monitors.ward()).beds.length === 1 && (await office.replica.records.get('Patient', ben)) !== undefined)
  await hub.stop()

  expect(await atWard.monitors.seat(bed, ada, nurse('Nadia'))).toMatchObject({ ok: true })
  await new Promise((later) => setTimeout(later, 5))
  expect(await atOffice.monitors.seat(bed, ben, nurse('Sam'))).toMatchObject({ ok: true })
  const toldBefore = both.map(({ told }) => told())
  await hub.start()
  const bedOn = async ({ monitors }: (typeof both)[number]) => (await monitors.ward()).beds[0]
  for (const each of both) await until('both are named', async () => (await bedOn(each))?.beside !== undefined)
  for (const [place, each] of both.entries()) {
    expect(await bedOn(each)).toMatchObject({ patient: { id: ben }, by: 'Sam', beside: [{ patient: { id: ada }, by: 'Nadia' }] })
    expect(lyingIn((await each.monitors.ward()).beds).map(({ name, patient }) => [name, patient.id])).toEqual([['Bed 4', ben], ['Bed 4', ada]])
    await until('windows are told', async () => each.told() > toldBefore[place]!)
    expect(await each.monitors.removeBed(bed, nurse('Sam'))).toMatchObject({ ok: false, problem: { kind: 'bed-in-use' } })
  }

  // The one whom nobody found lying there has a bed of their own: the other stays, and nothing is left to say.
  const other = await atWard.monitors.addBed('key of another', 'Bed 7', nurse('Nadia'))
  await atWard.monitors.seat(other.ok ? other.value.id : '', ada, nurse('Nadia'))
  for (const { monitors } of both) {
    await until('it is settled', async () => (await monitors.ward()).beds.every(({ beside }) => beside === undefined))
    await until('each lies in one bed', async () => {
      const found = lyingIn((await monitors.ward()).beds)
      return found.map(({ name, patient }) => `${name} ${patient.id}`).join() === `Bed 4 ${ben},Bed 7 ${ada}`
    })
  }
})
