import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { done, refuse } from '../../shared/contract/answer'
import type { Banner, PracticeState, SignInChoice, Who } from '../../shared/contract'
import { installBridge, type Answers } from '../client/bridge.test-parts'
import { press } from '../components/press.test-parts'
import { chartTabs } from '../features/chart'

const practice = { id: '01HZZZZZZZZZZZZZZZZZZZZZZP', name: 'Hillside', training: true }
const open: PracticeState = { state: 'open', practice, station: 'A', keystore: 'os' }
const patient = { id: '01HZZZZZZZZZZZZZZZZZZZZZZ1', family: 'Zebedee', given: 'Ada', gender: 'female', deceased: false, number: 'A-000123', at: 'x' } as const

const person = (name: string, user: string, id: string): SignInChoice => ({ practitioner: id, user, name, role: 'nurse', hasPin: true, trainingPassword: `${user}-training` })
const people = [person('Amina Bello', 'amina', '01HZZZZZZZZZZZZZZZZZZZZZZA'), person('Chidi Eze', 'chidi', '01HZZZZZZZZZZZZZZZZZZZZZZB')]
const actions = ['patient.read', 'patient.register', 'chart.read', 'imaging.read', 'result.read'] as const

/** A practice host as far as these screens see it: people sign in, the window locks, the host dies. */
const start = async (more: Answers = {}) => {
  // Each test is a window of its own, with no answers and no drafts of an earlier one.
  const [{ App }, { ClientProvider }, { startWording }] = await Promise.all([import('./App'), import('../client'), import('./wording')])
  startWording()
  let who: Who | null = null
  const end = installBridge({
    practiceState: () => done(open),
    signInChoices: () => done(people),
    whoAmI: () => done(who),
    signIn: ({ user, password }) => {
      const choice = people.find((one) => one.user === user)
      if (!choice || password !== choice.trainingPassword) return refuse('wrong-credentials')
      who = { ...choice, actions, locked: false }
      return done(who)
    },
    signInByPin: ({ practitioner, pin }) => {
      const choice = people.find((one) => one.practitioner === practitioner)
      if (!choice || pin !== '4711') return refuse('wrong-credentials')
      who = { ...choice, actions, locked: false }
      return done(who)
    },
    lock: () => {
      who = who && { ...who, locked: true }
      return done(null)
    },
    signOut: () => {
      who = null
      return done(null)
    },
    listPatients: () => (who && !who.locked ? done({ patients: [patient], total: 1 }) : refuse('session-locked')),
    findPatients: () => done([]),
    ...more,
  })
  render(
    <ClientProvider>
      <App />
    </ClientProvider>,
    { container: document.getElementById('root') as HTMLElement },
  )
  return {
    ...end,
    hostDies: () => {
      who = null
      end.tell('hostChanged', { host: 'practice', state: 'restarting' })
    },
    hostIsBack: () => end.tell('hostChanged', { host: 'practice', state: 'running' }),
  }
}

const signIn = async (name: RegExp, password: string) => {
  fireEvent.click(await within(document.getElementById('front') as HTMLElement).findByRole('button', { name }))
  fireEvent.change(screen.getByLabelText(/^Password/), { target: { value: password } })
  fireEvent.click(screen.getByRole('button', { name: 'Sign in' }))
}
const atPatients = () => waitFor(() => expect(screen.getByRole('combobox', { name: /Search by name/ })).toBeTruthy(), { timeout: 30_000 })
const register = () => screen.getByLabelText<HTMLInputElement>(/Family name/)
const locked = () => document.body.hasAttribute('data-locked')

beforeEach(() => {
  document.body.innerHTML = '<div id="root"></div><div id="front"></div>'
  window.location.hash = ''
  vi.resetModules()
})
afterEach(cleanup)

describe('sitting down at a workstation', () => {
  it('shows the people of a training practice with their passwords, and the patients after signing in', async () => {
    await start()
    expect(await screen.findByText('amina-training')).toBeTruthy()
    expect(document.documentElement.dataset['training']).toBe('yes')
    await signIn(/Amina Bello/, 'amina-training')
    await atPatients()
    expect(await screen.findByText('ZEBEDEE, Ada')).toBeTruthy()
    expect(locked()).toBe(false)
  })

  it('takes a PIN in the same field', async () => {
    const { asksOf } = await start()
    await signIn(/Chidi Eze/, '4711')
    await atPatients()
    expect(asksOf('signIn')).toHaveLength(0)
  })

  it('says what to do after a wrong password, and shows nothing', async () => {
    await start()
    await signIn(/Amina Bello/, 'wrong')
    expect((await screen.findByRole('alert')).textContent).toContain('User or password is not right.')
    expect(screen.queryByText('ZEBEDEE, Ada')).toBeNull()
  })

  it('hides everything while locked, and gives the same person the half-filled form back', async () => {
    await start()
    await signIn(/Amina Bello/, 'amina-training')
    await atPatients()
    fireEvent.click(screen.getByRole('button', { name: /Register a patient/ }))
    fireEvent.change(register(), { target: { value: 'Half a na' } })
    fireEvent.click(screen.getByRole('button', { name: 'Lock', hidden: true }))
    await waitFor(() => expect(locked()).toBe(true))
    expect(screen.getByText(/Locked\. Amina Bello was at work here/)).toBeTruthy()
    await signIn(/Amina Bello/, 'amina-training')
    await waitFor(() => expect(locked()).toBe(false))
    expect(register().value).toBe('Half a na')
  })

  it('drops the first person’s work when somebody else signs in', async () => {
    await start()
    await signIn(/Amina Bello/, 'amina-training')
    await atPatients()
    fireEvent.click(screen.getByRole('button', { name: /Register a patient/ }))
    fireEvent.change(register(), { target: { value: 'Half a na' } })
    fireEvent.click(screen.getByRole('button', { name: 'Lock', hidden: true }))
    await waitFor(() => expect(locked()).toBe(true))
    await signIn(/Chidi Eze/, 'chidi-training')
    await waitFor(() => expect(locked()).toBe(false))
    await atPatients()
    expect(screen.queryByLabelText(/Family name/)).toBeNull()
    fireEvent.click(screen.getByRole('button', { name: /Register a patient/ }))
    expect(register().value).toBe('')
  })
})

describe('on every clinical screen', () => {
  const severe = { id: '01HZZZZZZZZZZZZZZZZZZZZZZC', substance: 'Penicillin', criticality: 'high', reaction: 'anaphylaxis', by: 'Amina Bello', at: '2026-11-21T10:00:00.000Z' } as const
  const banner: Banner = { patient, allergies: { status: 'recorded', allergies: [severe] }, reviewItems: 0 }

  const routes = ['', ...chartTabs.slice(1).map((tab) => `/${tab}`), '/vitals/enter', '/encounters/encounter', '/results/order', '/imaging/01HZZZZZZZZZZZZZZZZZZZZZZS']
  it.each(routes)('A7: the same banner with the severe allergy in red stands over a patient’s %s', async (tab) => {
    await start({
      readBanner: () => done(banner),
      readChart: () => done({ banner, resource: { resourceType: 'Patient' }, latestVitals: [], encounters: [], orders: [], reports: [], studies: 0 }),
      listVitals: () => done([]),
      listEncounters: () => done([]),
      listOrders: () => done([]),
      listReports: () => done([]),
      listStudies: () => done([]),
    })
    await signIn(/Amina Bello/, 'amina-training')
    await atPatients()
    window.location.hash = `/patients/${patient.id}${tab}`
    const region = await screen.findByRole('region', { name: 'Patient ZEBEDEE, Ada' }, { timeout: 30_000 })
    expect(region.textContent).toContain('A-000123')
    expect(within(region).getByRole('button', { name: /Known allergies.*Severe Penicillin \(anaphylaxis\)/ }).dataset['severe']).toBe('true')
    expect(screen.getAllByRole('region', { name: /^Patient / })).toHaveLength(1)
  })
})

describe('when the practice host dies', () => {
  it('the window stays, says so, asks to sign in again, and keeps the very field that was typed into', async () => {
    const host = await start()
    await signIn(/Amina Bello/, 'amina-training')
    await atPatients()
    fireEvent.click(screen.getByRole('button', { name: /Register a patient/ }))
    const field = register()
    fireEvent.change(field, { target: { value: 'Half a na' } })
    host.hostDies()
    expect(await screen.findByText('The records stopped and are being started again.')).toBeTruthy()
    expect(register()).toBe(field)
    host.hostIsBack()
    expect(await screen.findByText('The records stopped and were started again.')).toBeTruthy()
    await signIn(/Amina Bello/, 'amina-training')
    await waitFor(() => expect(locked()).toBe(false))
    expect(register()).toBe(field)
    expect(field.value).toBe('Half a na')
  })
})

describe('the first run', () => {
  it('keeps the recovery code on the screen until its end was typed, although the practice is open by then', async () => {
    let state: PracticeState = { state: 'none', keystore: 'none' }
    const host = await start({
      practiceState: () => done(state),
      createPractice: ({ name, stationPrefix }) => {
        state = { state: 'open', practice: { ...practice, name }, station: stationPrefix, keystore: 'none' }
        return done({ practice: state.practice, recoveryCode: '7F3K-QW9D-HJ6V' })
      },
    })
    await press('Create a practice')
    const put = (label: string, value: string) => fireEvent.change(screen.getByLabelText(label), { target: { value } })
    put('Name of the practice', 'Kibera Clinic')
    put('Full name', 'Ana Torres')
    put('User name', 'ana')
    put('Password', 'long enough')
    fireEvent.click(screen.getByRole('button', { name: 'Create the practice' }))
    expect(screen.getByLabelText('Passphrase').getAttribute('aria-invalid')).toBe('true')
    expect(host.asksOf('createPractice')).toHaveLength(0)
    put('Passphrase', 'long enough too')
    fireEvent.click(screen.getByRole('button', { name: 'Create the practice' }))
    expect(await screen.findByText('7F3K-QW9D-HJ6V')).toBeTruthy()
    host.tell('practiceChanged', state)
    put('Type the last 4 characters', 'AAAA')
    fireEvent.click(screen.getByRole('button', { name: /on paper/ }))
    expect(screen.getByText('7F3K-QW9D-HJ6V')).toBeTruthy()
    put('Type the last 4 characters', 'hj6v')
    fireEvent.click(screen.getByRole('button', { name: /on paper/ }))
    expect(await screen.findByRole('button', { name: /Amina Bello/ })).toBeTruthy()
    expect(screen.queryByText('7F3K-QW9D-HJ6V')).toBeNull()
  })
})
