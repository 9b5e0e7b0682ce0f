import { expect, it } from 'vitest'
import type { VitalCode } from '../../../shared/records/observation/vitals'
import { afterwards, login, openStation, person, type Station, startHub, until } from '../../sync/clinic.test-parts'
import { openCharting, openScoreResponse } from '../index'

const seven: Partial<Record<VitalCode, number | string>> = { 'respiratory-rate': 24, spo2: 94, 'inspired-oxygen': 0, 'bp-systolic': 105, pulse: 115, avpu: 'A', temperature: 38.5 }

const chartingOn = ({ replica }: Station) => {
  const charting = openCharting({ replica, finder: { find: async () => [], candidatesFor: async () => [] } })
  afterwards(() => charting.close())
  return charting
}
const respondingOn = async ({ replica }: Station, { earlyWarning }: ReturnType<typeof chartingOn>, graceMs: number) => {
  const response = await openScoreResponse({ replica, due: earlyWarning.due, graceMs, failed: (reason) => { throw reason } })
  afterwards(() => response.close())
}

it('E22: where the workstation that charted the signs tells of nothing, another one does; both at once is one alarm and one task, and nobody is asked', async () => {
  const hub = await startHub()
  const [bedside, office] = (await Promise.all(['A', 'B'].map((prefix) => openStation(prefix)))) as [Station, Station]
  for (const { sync } of [bedside, office]) await sync.configure(login(hub.url))
  const [atBedside, atOffice] = [chartingOn(bedside), chartingOn(office)]
  await respondingOn(office, atOffice, 0)
  const nurse = (await bedside.replica.records.add('Practitioner', { resourceType: 'Practitioner', name: [{ text: 'Sister Amina' }] }, 'system')).id
  const chart = async (patient: string, key: string) =>
    atBedside.recordVitals({ key, patient, effective: new Date().toISOString(), values: Object.entries(seven).map(([code, value]) => ({ code: code as VitalCode, value })) }, { practitioner: nurse })
  const told = ({ replica }: Station, patient: string) => replica.records.find('Communication', { where: { subject: patient } })

  const alone = (await bedside.replica.records.add('Patient', person('Okonkwo', 'A-1'), 'system')).id
  await chart(alone, 'charted-alone')
  await until('the office tells', async () => (await told(office, alone)).length === 1)
  await until('the bedside hears of it', async () => (await told(bedside, alone)).length === 1)

  await respondingOn(bedside, atBedside, 0)
  const both = (await bedside.replica.records.add('Patient', person('Bello', 'A-2'), 'system')).id
  await until('the office knows her', async () => (await office.replica.records.get('Patient', both)) !== undefined)
  await chart(both, 'charted-by-both')
  for (const station of [bedside, office]) {
    await until('told', async () => (await told(station, both)).length > 0 && (await station.replica.records.count('Task')) > 1)
    await until('all is sent', () => station.sync.state().waitingOut === 0)
  }
  for (const station of [bedside, office]) {
    const [alert, ...more] = await told(station, both)
    expect(more).toEqual([])
    expect(alert?.resource.payload).toContainEqual({ id: 'total', contentString: '7' })
    const tasks = await station.replica.records.find('Task')
    expect(tasks.map(({ search }) => search.code)).toEqual(['continuous-monitoring', 'continuous-monitoring'])
  }
})
