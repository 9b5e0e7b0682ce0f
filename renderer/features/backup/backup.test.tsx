import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { common } from '../../../resources/locales/en/common'
import { problems } from '../../../resources/locales/en/problems'
import type { BackupState, RestoreReport } from '../../../shared/contract'
import { installBridge, type Answers, type OtherEnd } from '../../client/bridge.test-parts'
import { barWords } from './words'

const good: BackupState = {
  folder: '/media/usb', reachable: true, sameDisk: false, standing: 'good',
  last: { at: new Date(2020, 0, 2, 2, 15).toISOString(), documents: 12, files: 1, damagedFiles: 0 },
  rehearsal: { at: new Date(2020, 0, 2, 2, 30).toISOString(), good: true, documents: 400, compared: 398, files: 3 },
}
const practice = { id: '01ARZ3NDEKTSV4RRFFQ69G5FAV', name: 'Hill Clinic', training: false }
const report: RestoreReport = { practice, stationBefore: 'A', station: 'QXR', at: new Date(2020, 0, 2, 2, 15).toISOString(), documents: 400, files: 3 }
const ok = <Value,>(value: Value) => ({ ok: true as const, value })

let bridge: OtherEnd
let actions: string[]
const folder: { chosen: string | null } = { chosen: '/media/usb' }

beforeEach(() => {
  vi.resetModules()
  actions = ['backup.read', 'backup.manage']
})
afterEach(cleanup)

const show = async (state: BackupState, what: 'BackupBar' | 'BackupScreen' | 'RestorePractice', answers: Answers = {}, props: object = {}, training = false) => {
  bridge = installBridge({
    backupState: () => ok(state),
    whoAmI: () => ok({ practitioner: 'p', user: 'u', name: 'Ada', role: 'administrator', actions, locked: false } as never),
    practiceState: () => ok({ state: 'open', practice: { ...practice, training }, station: 'A', keystore: 'os' }),
    ...answers,
  })
  Object.assign((window as unknown as { outpost: { shell: object } }).outpost.shell, { chooseFolder: async () => folder.chosen })
  const { ClientProvider } = await import('../../client')
  const { teachProblemWording } = await import('../../components')
  teachProblemWording({ problems, otherwise: problems.internal, again: common.again, technical: common.technical })
  const parts = await import('.')
  const Part = parts[what] as React.ComponentType<object>
  return render(
    <ClientProvider>
      <Part {...props} />
    </ClientProvider>,
  )
}

describe('The bar', () => {
  test('shows the date of the last good backup and leads to the screen', async () => {
    await show(good, 'BackupBar')
    const bar = await screen.findByRole('link')
    expect(bar.textContent).toContain('Backup 02-Jan-2020 02:15')
    expect(bar.dataset['attention']).toBeUndefined()
  })

  test('warns when there is none, when it is old and when it is not good; a training practice is not nagged', () => {
    const none: BackupState = { reachable: false, sameDisk: false, standing: 'none' }
    expect(barWords(none, false)).toEqual({ words: 'No backup', attention: true })
    expect(barWords(none, true)).toEqual({ words: 'No backup', attention: false })
    expect(barWords({ ...good, standing: 'old' }, false)).toEqual({ words: 'Last backup 02-Jan-2020 02:15', attention: true })
    expect(barWords({ ...good, standing: 'bad' }, false)).toEqual({ words: 'Backup is not good', attention: true })
    expect(barWords({ ...good, running: { work: 'backup', done: 1, of: 0 } }, false).words).toBe('Backing up…')
  })

  test('follows what the practice tells; who may not manage backups gets no link', async () => {
    actions = ['backup.read']
    await show(good, 'BackupBar')
    await screen.findByText(/Backup 02-Jan-2020/)
    expect(screen.queryByRole('link')).toBeNull()
    bridge.tell('backupChanged', { ...good, standing: 'old' })
    await screen.findByText(/Last backup/)
  })
})

describe('The screen', () => {
  test('says what is missing and lets an administrator choose a folder', async () => {
    await show({ reachable: false, sameDisk: false, standing: 'none' }, 'BackupScreen', { chooseBackupFolder: () => ok(good) })
    await screen.findByText('No backup is set up')
    fireEvent.click(screen.getByRole('button', { name: 'Choose a folder' }))
    await waitFor(() => expect(bridge.asksOf('chooseBackupFolder')).toEqual([{ folder: '/media/usb' }]))
  })

  test('says that the disk is not plugged in, and what the rehearsal found', async () => {
    await show({ ...good, reachable: false, failed: { at: good.last?.at ?? '', problem: 'backup-disk-full' } }, 'BackupScreen')
    await screen.findByText('The backup disk is not plugged in')
    expect(screen.getByText('The disk for backups is full.')).toBeDefined()
    expect(screen.getByText(/good, 398 documents compared/)).toBeDefined()
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Back up now' }).disabled).toBe(true)
  })

  test('shows how far it is and stops when asked', async () => {
    await show({ ...good, running: { work: 'backup', done: 1200, of: 0 } }, 'BackupScreen', { cancelBackup: () => ok(good) })
    await screen.findByText('1200 documents written')
    fireEvent.click(screen.getByRole('button', { name: 'Stop' }))
    await waitFor(() => expect(bridge.asksOf('cancelBackup')).toHaveLength(1))
  })
})

describe('Restoring on an empty computer', () => {
  const held: boolean[] = []
  const props = { state: { state: 'none', keystore: 'none' }, keystore: 'none', onHold: (hold: boolean) => held.push(hold), onBack: () => undefined }
  const findBackups = () => ok([{ practice, station: 'A', newest: new Date(2020, 0, 1).toISOString() }])

  test('asks for disk, code and passphrase, and ends with what came back and the new letters', async () => {
    await show(good, 'RestorePractice', { findBackups, restoreBackup: () => ok(report) }, props)
    fireEvent.click(screen.getByRole('button', { name: 'Restore' }))
    expect(await screen.findByText('Choose the backup first.')).toBeDefined()
    fireEvent.click(screen.getByRole('button', { name: 'Choose the disk or folder' }))
    await screen.findByText(/Hill Clinic, workstation A/)
    fireEvent.change(screen.getByLabelText('Recovery code'), { target: { value: ' 7k2mx-11111 ' } })
    fireEvent.change(screen.getByLabelText('New passphrase'), { target: { value: 'four words for this' } })
    fireEvent.click(screen.getByRole('button', { name: 'Restore' }))
    await waitFor(() => expect(bridge.asksOf('restoreBackup')).toEqual([{ folder: '/media/usb', practice: practice.id, station: 'A', code: '7k2mx-11111', passphrase: 'four words for this' }]))
    expect((await screen.findAllByText('Hill Clinic is back')).length).toBeGreaterThan(0)
    expect(screen.getByText('This workstation is QXR now')).toBeDefined()
    expect(held).toEqual([true])
    fireEvent.click(screen.getByRole('button', { name: 'Go on to sign in' }))
    expect(held).toEqual([true, false])
  })

  test('offers the earlier backup that is good when the newest is damaged', async () => {
    const earlier = new Date(2020, 0, 1, 2, 15).toISOString()
    await show(good, 'RestorePractice', { findBackups, restoreBackup: ({ until }) => (until === undefined ? { ok: false, problem: { kind: 'backup-damaged', facts: { segment: 3, earlier } } } : ok(report)) }, { ...props, keystore: 'os' })
    fireEvent.click(screen.getByRole('button', { name: 'Choose the disk or folder' }))
    await screen.findByText(/Hill Clinic, workstation A/)
    fireEvent.change(screen.getByLabelText('Recovery code'), { target: { value: 'code' } })
    fireEvent.click(screen.getByRole('button', { name: 'Restore' }))
    await screen.findByText('The backup of 01-Jan-2020 02:15 is good')
    fireEvent.click(screen.getByRole('button', { name: 'Restore this one' }))
    expect((await screen.findAllByText('Hill Clinic is back')).length).toBeGreaterThan(0)
    expect(bridge.asksOf('restoreBackup').at(-1)).toMatchObject({ until: earlier })
  })

  test('names the group of the code in which the slip is', async () => {
    await show(good, 'RestorePractice', { findBackups, restoreBackup: () => ({ ok: false, problem: { kind: 'wrong-passphrase', facts: { group: 3 } } }) }, { ...props, keystore: 'os' })
    fireEvent.click(screen.getByRole('button', { name: 'Choose the disk or folder' }))
    await screen.findByText(/Hill Clinic, workstation A/)
    fireEvent.change(screen.getByLabelText('Recovery code'), { target: { value: 'wrong' } })
    fireEvent.click(screen.getByRole('button', { name: 'Restore' }))
    expect(await screen.findByText('Look at group 3 of the code again.')).toBeDefined()
  })
})
