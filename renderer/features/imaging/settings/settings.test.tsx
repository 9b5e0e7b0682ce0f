import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { DicomWebServerEntry, Who } from '../../../../shared/contract'
import { done, refuse } from '../../../../shared/contract/answer'
import { installBridge, type Answers, type OtherEnd } from '../../../client/bridge.test-parts'
import { press } from '../../../components/press.test-parts'

const hospital: DicomWebServerEntry = {
  id: '01ARZ3NDEKTSV4RRFFQ69G5FAV', name: 'Town hospital', url: 'https://pacs.example.org/dicom-web', auth: 'basic', user: 'clinic', canBeQueried: true, canReceive: false,
}
const template = 'https://pacs.example.org/viewer?StudyInstanceUIDs={studyUid}'

let bridge: OtherEnd
const administrator: Who = { practitioner: '01ARZ3NDEKTSV4RRFFQ69G5FAD', locked: false, name: 'Ada Admin', user: 'ada', role: 'administrator', actions: ['imaging.read', 'imaging.configure'] }
const show = async (answers: Answers) => {
  bridge = installBridge({ whoAmI: () => done(administrator), listDicomWebServers: () => done([hospital]), readViewerLink: () => done({ template: '' }), ...answers })
  const { ClientProvider } = await import('../../../client')
  const { ImagingSettings } = await import('./ImagingSettings')
  render(
    <ClientProvider>
      <ImagingSettings />
    </ClientProvider>,
  )
}
beforeEach(() => {
  // Each test with a client that has heard nothing yet.
  vi.resetModules()
})
afterEach(cleanup)
const type = (field: HTMLElement, value: string) => fireEvent.change(field, { target: { value } })

describe('D13: the DICOMweb servers', () => {
  test('a new one is typed in, and what is missing is said at the field', async () => {
    await show({ saveDicomWebServer: () => done(hospital) })
    await press('Add a server…')
    const dialog = await screen.findByRole('dialog', { name: 'Add a DICOMweb server' })
    fireEvent.click(within(dialog).getByRole('radio', { name: 'User and password' }))
    await press(/^Save/, dialog)
    expect(bridge.asksOf('saveDicomWebServer')).toHaveLength(0)
    expect(within(dialog).getAllByRole('alert').map((each) => each.textContent)).toEqual(['Needed', 'An address begins with https:// or http://', 'Needed', 'Needed'])
    type(within(dialog).getByLabelText('Name'), 'Town hospital')
    type(within(dialog).getByLabelText('Address'), ' https://pacs.example.org/dicom-web ')
    type(within(dialog).getByLabelText('User'), 'clinic')
    type(within(dialog).getByLabelText('Password'), 'hush')
    await press(/^Save/, dialog)
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    expect(bridge.asksOf('saveDicomWebServer')).toEqual([
      { name: 'Town hospital', url: 'https://pacs.example.org/dicom-web', auth: 'basic', user: 'clinic', secret: 'hush', canBeQueried: true, canReceive: false },
    ])
  })

  test('a known password stays while only the name changes, and is asked for again for another address', async () => {
    await show({ saveDicomWebServer: () => done(hospital) })
    await press('Change Town hospital')
    const dialog = await screen.findByRole('dialog', { name: 'Change Town hospital' })
    type(within(dialog).getByLabelText('Address'), 'https://elsewhere.example.org/')
    await press(/^Save/, dialog)
    expect(within(dialog).getByRole('alert').textContent).toBe('Needed')
    type(within(dialog).getByLabelText('Address'), hospital.url)
    type(within(dialog).getByLabelText('Name'), 'Hospital')
    await press(/^Save/, dialog)
    await waitFor(() => expect(bridge.asksOf('saveDicomWebServer')).toHaveLength(1))
    expect(bridge.asksOf('saveDicomWebServer')[0]).toMatchObject({ id: hospital.id, name: 'Hospital' })
    expect(bridge.asksOf('saveDicomWebServer')[0]).not.toHaveProperty('secret')
  })

  test('one is tested and says in words what is wrong; removing asks once more', async () => {
    let answer: 'done' | 'wrong' = 'wrong'
    await show({ testDicomWebServer: () => (answer === 'done' ? done(hospital) : refuse('certificate-unknown')), removeDicomWebServer: () => done([]) })
    await press('Test Town hospital')
    expect(await screen.findByText(/certificate/i)).toBeDefined()
    answer = 'done'
    await press('Test Town hospital')
    expect(await screen.findByText('Town hospital answers as a DICOMweb server.')).toBeDefined()
    await press('Remove Town hospital')
    const dialog = await screen.findByRole('dialog', { name: 'Remove Town hospital?' })
    expect(bridge.asksOf('removeDicomWebServer')).toHaveLength(0)
    await press(/^Remove/, dialog)
    await waitFor(() => expect(bridge.asksOf('removeDicomWebServer')).toEqual([{ id: hospital.id }]))
  })
})

describe('D15: the outside viewer', () => {
  test('its address is set, and one that leads to no study is not taken', async () => {
    await show({ setViewerLink: ({ template: set }) => done({ template: set }) })
    await press('Set up')
    const dialog = await screen.findByRole('dialog', { name: 'Outside viewer' })
    expect(within(dialog).getByText(/With \{studyUid\} where/)).toBeDefined()
    type(within(dialog).getByLabelText('Address'), 'https://pacs.example.org/')
    await press(/^Save/, dialog)
    expect(within(dialog).getByRole('alert').textContent).toContain('{studyUid}')
    type(within(dialog).getByLabelText('Address'), template)
    await press(/^Save/, dialog)
    await waitFor(() => expect(bridge.asksOf('setViewerLink')).toEqual([{ template }]))
  })

  test('it says where it leads, and is taken away again', async () => {
    await show({ readViewerLink: () => done({ template, host: 'pacs.example.org' }), setViewerLink: () => done({ template: '' }) })
    expect(await screen.findByText('pacs.example.org')).toBeDefined()
    await press('Take it away')
    await waitFor(() => expect(bridge.asksOf('setViewerLink')).toEqual([{ template: '' }]))
  })

  test('the button stands only where there is one, and asks for the study, never for an address', async () => {
    const ask = async (host?: string) => {
      bridge = installBridge({ readViewerLink: () => done(host === undefined ? { template: '' } : { template, host }), openViewerLink: () => done({ template, ...(host !== undefined && { host }) }) })
      const { ClientProvider } = await import('../../../client')
      const { ViewOutside } = await import('../viewerLink/ViewOutside')
      render(
        <ClientProvider>
          <ViewOutside patient="p" of={{ study: 's' }} name="CT head" />
        </ClientProvider>,
      )
    }
    await ask('pacs.example.org')
    await press('View CT head at pacs.example.org, in the browser')
    await waitFor(() => expect(bridge.asksOf('openViewerLink')).toEqual([{ patient: 'p', study: 's' }]))
    cleanup()
    vi.resetModules()
    await ask()
    await waitFor(() => expect(bridge.asksOf('readViewerLink')).toHaveLength(1))
    expect(screen.queryByRole('button')).toBeNull()
  })
})
