import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, describe, expect, it } from 'vitest'
import { done, type ExportPlan, type ExportProgress } from '../../../../shared/contract'
import { ClientProvider } from '../../../client'
import { installBridge, type Answers } from '../../../client/bridge.test-parts'
import { KeysProvider } from '../../../components'
import { press } from '../../../components/press.test-parts'
import { ExportStudy } from './ExportStudy'
import { pagesOf } from './PicturesPanel'

const plan: ExportPlan = { instances: 3, bytes: 1_500_000, missing: 0, burnedIn: 0, mayBeBurnedIn: 1, documents: 1 }
const running: ExportProgress = { id: 'one', state: 'running', done: 0, of: 3, notExported: {} }
let charts = 0
const open = async (answers: Answers, folder: string | null = '/media/stick') => {
  charts += 1
  const end = installBridge({
    whoAmI: () => done({ practitioner: '01JD0000000000000000000D0C', user: 'd', name: 'Dr Test', role: 'doctor', actions: ['imaging.export'], locked: false }),
    planExport: () => done(plan),
    ...answers,
  })
  Object.assign(window.outpost.shell, { chooseFolder: async () => folder })
  const id = (letters: string) => `01JD0000000000000000${letters}${String(charts).padStart(6 - letters.length, '0')}`
  render(<ClientProvider><KeysProvider><ExportStudy patient={id('PA')} study={id('ST')} name="CT head" /></KeysProvider></ClientProvider>)
  await press('Export CT head…')
  await screen.findByText('3 files, 1.5 MB')
  return end
}
afterEach(cleanup)

describe('the export of a study', () => {
  it('D17: without the patient waits until somebody has looked for text in the pixels', async () => {
    const end = await open({ exportStudies: () => done(running), readExport: () => done({ ...running, state: 'done', done: 3, path: '/media/stick/images-1', notExported: { document: 1 } }) })
    fireEvent.click(screen.getByLabelText('Without the patient'))
    expect(screen.getByText(/1 reports or documents are left out/)).toBeDefined()
    await press('Choose where…')
    expect(await screen.findByText('Look at the pictures first.')).toBeDefined()
    expect(end.asksOf('exportStudies')).toEqual([])
    fireEvent.click(screen.getByLabelText('I looked at these pictures: nobody is named in them'))
    await press('Choose where…')
    expect(await screen.findByText('Exported to /media/stick/images-1')).toBeDefined()
    expect(end.asksOf('exportStudies')[0]).toMatchObject({ folder: '/media/stick', form: 'folder', deidentify: { dates: 'remove', pixelsLookedAt: true } })
  })

  it('D17: with the patient says that it holds the name; a folder that nobody chose exports nothing', async () => {
    const end = await open({ exportStudies: () => done({ ...running, state: 'done', done: 3, path: '/x' }) }, null)
    await press('Choose where…')
    expect(end.asksOf('exportStudies')).toEqual([])
    Object.assign(window.outpost.shell, { chooseFolder: async () => '/media/stick' })
    fireEvent.click(screen.getByLabelText('Zip archive'))
    await press('Choose where…')
    expect(await screen.findByText(/with the patient’s name. Keep it as safe/)).toBeDefined()
    expect(end.asksOf('exportStudies')[0]).not.toHaveProperty('deidentify')
  })

  it('says what is left in the folder when there was no room: nothing', async () => {
    await open({ exportStudies: () => done({ ...running, state: 'failed', problem: 'disk-full' }) })
    await press('Choose where…')
    await waitFor(() => expect(screen.getByRole('alert').textContent).toContain('Nothing was left in it'))
  })

  it('D22: a sheet has one or four pictures on a page', () => {
    expect(pagesOf([1, 2, 3, 4, 5], 4)).toEqual([[1, 2, 3, 4], [5]])
    expect(pagesOf([1, 2], 1)).toEqual([[1], [2]])
    expect(pagesOf([], 4)).toEqual([])
  })
})
