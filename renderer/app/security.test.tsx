import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { done, refuse } from '../../shared/contract/answer'
import type { PracticeName, PracticeState, SecurityState } from '../../shared/contract'
import { installBridge, type Answers } from '../client/bridge.test-parts'

const practice: PracticeName = { id: '01HZZZZZZZZZZZZZZZZZZZZZZP', name: 'Hillside', training: false }
const code = '7K2MX-7K2MX-7K2MX-7K2MX-7K2MX-7K2MX-7K2MX'
const state: SecurityState = { keystore: 'none', hasPassphrase: true, recoveryCodeSince: '2026-11-02T09:00:00Z', keyChanges: 0, putAside: 0 }
const openState: PracticeState = { state: 'open', practice, station: 'A', keystore: 'none' }

const show = async (answers: Answers, what: 'security' | 'app' = 'security') => {
  const [{ SecurityScreen }, { App }, { ClientProvider }, { startWording }] = await Promise.all([import('../features/security'), import('./App'), import('../client'), import('./wording')])
  startWording()
  const end = installBridge({ practiceState: () => done(openState), securityState: () => done(state), signInChoices: () => done([]), whoAmI: () => done(null), ...answers })
  render(<ClientProvider>{what === 'app' ? <App /> : <SecurityScreen />}</ClientProvider>)
  return end
}
const type = (label: RegExp | string, text: string) => fireEvent.change(screen.getByLabelText(label), { target: { value: text } })
const press = (name: RegExp | string) => fireEvent.click(screen.getByRole('button', { name, hidden: true }))

beforeEach(() => {
  vi.resetModules()
  HTMLDialogElement.prototype.showModal = function showModal() {
    this.open = true
  }
})
afterEach(cleanup)

describe('the keys of a workstation', () => {
  it('says in plain words that there is no key store, and since when the recovery code counts', async () => {
    await show({})
    expect(await screen.findByText(/no key store that guards anything/)).toBeTruthy()
    expect(screen.getByText(/Made on 02-Nov-2026/)).toBeTruthy()
  })

  it('changes the passphrase with the person’s password, says how strong it is, shows it when asked, and minds Caps Lock', async () => {
    const end = await show({ changePassphrase: () => done(state) })
    await screen.findByText('Change the passphrase')
    press('Change the passphrase')
    type('New passphrase', 'passwordpassword')
    expect(screen.getByText(/Easily guessed/)).toBeTruthy()
    type('New passphrase', 'green tractor window salt drum')
    expect(screen.getByText(/Good: hard to guess/)).toBeTruthy()
    const field = screen.getByLabelText<HTMLInputElement>('New passphrase')
    expect(field.type).toBe('password')
    fireEvent.click(screen.getAllByRole('button', { name: 'Show', hidden: true })[1] as HTMLElement)
    expect(field.type).toBe('text')
    fireEvent(field, Object.defineProperty(new KeyboardEvent('keyup', { bubbles: true, key: 'a' }), 'getModifierState', { value: () => true }))
    expect(await screen.findByText('Caps Lock is on.')).toBeTruthy()
    fireEvent.submit(field)
    expect(await screen.findByText('Your password is needed.')).toBeTruthy()
    expect(end.asksOf('changePassphrase')).toHaveLength(0)
    type('Your own password', 'four unrelated words')
    fireEvent.submit(field)
    await waitFor(() => expect(end.asksOf('changePassphrase')).toEqual([{ password: 'four unrelated words', passphrase: 'green tractor window salt drum' }]))
    expect(await screen.findByText(/The passphrase was changed/)).toBeTruthy()
  })

  it('shows a new recovery code after the password, and puts it into use only when its end was typed', async () => {
    const end = await show({
      newRecoveryCode: ({ password }) => (password === 'right' ? done({ code }) : refuse('wrong-credentials')),
      confirmRecoveryCode: () => done(state),
    })
    await screen.findByText('Print a new recovery code')
    press('Print a new recovery code')
    type('Your own password', 'wrong')
    press(/Show the new code/)
    expect(await screen.findByText(/User or password is not right/)).toBeTruthy()
    expect(screen.queryByText(code)).toBeNull()
    type('Your own password', 'right')
    press(/Show the new code/)
    expect(await screen.findByText(code)).toBeTruthy()
    type(/last 4 characters/, 'aaaa')
    press(/It is on paper/)
    expect(screen.getByText('These are not the last 4 characters.')).toBeTruthy()
    expect(end.asksOf('confirmRecoveryCode')).toHaveLength(0)
    type(/last 4 characters/, 'k2mx')
    press(/It is on paper/)
    expect(await screen.findByText(/The new recovery code counts from now on/)).toBeTruthy()
  })

  it('looks twice before the key is changed, shows how far the images are, and says when a change was undone', async () => {
    let now: SecurityState = { ...state, putAside: 2, lastChange: { at: '2026-11-20T10:00:00Z', outcome: 'undone', damaged: 0 } }
    const end = await show({ securityState: () => done(now), changeKey: () => done(null) })
    expect(await screen.findByText(/cut off on .* and undone/)).toBeTruthy()
    press('Change the key')
    expect(screen.getByText(/practice is closed while the records are copied/)).toBeTruthy()
    expect(screen.getByText(/put aside \(2\)/)).toBeTruthy()
    type('Your own password', 'right')
    press(/Change it now/)
    await waitFor(() => expect(end.asksOf('changeKey')).toEqual([{ password: 'right' }]))
    now = { ...state, keyChanges: 1, keySince: '2026-11-21T10:00:00Z', following: { done: 3, of: 10 } }
    end.tell('securityChanged', { following: now.following ?? null })
    expect(await screen.findByText(/Images follow: 3 of 10/)).toBeTruthy()
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Change the key', hidden: true }).disabled).toBe(true)
  })
})

describe('before anybody can work', () => {
  it('says why the practice is closed while its key is changed', async () => {
    await show({ practiceState: () => done({ state: 'rekeying', practice, done: 40 }) }, 'app')
    expect(await screen.findByText(/Nobody can work here until it is done/)).toBeTruthy()
    expect(screen.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('40')
  })

  it('opens with the recovery code when the passphrase is forgotten, tells a slip by its group, and sets a new passphrase in the same step', async () => {
    const end = await show(
      {
        practiceState: () => done({ state: 'locked', practice, keystore: 'none' }),
        unlockPractice: ({ secret }) => (secret === code ? done(practice) : refuse('wrong-passphrase', { group: 3 })),
      },
      'app',
    )
    await screen.findByText('The passphrase is forgotten')
    press('The passphrase is forgotten')
    type('Recovery code', 'something else')
    type('New passphrase', 'short')
    press('Open and set the passphrase')
    expect(await screen.findByText('At least 12 characters.')).toBeTruthy()
    type('New passphrase', 'green tractor window salt drum')
    press('Open and set the passphrase')
    expect(await screen.findByText('There is a slip in group 3.')).toBeTruthy()
    type('Recovery code', code)
    press('Open and set the passphrase')
    await waitFor(() => expect(end.asksOf('unlockPractice').at(-1)).toEqual({ secret: code, newPassphrase: 'green tractor window salt drum' }))
  })

  it('says that records which were copied here need the recovery code', async () => {
    await show({ practiceState: () => done({ state: 'locked', practice, keystore: 'os' }) }, 'app')
    expect(await screen.findByText(/they were copied here, or the account changed/)).toBeTruthy()
    expect(screen.queryByText('The passphrase is forgotten')).toBeNull()
  })

  it('says at first run that there is no key store, and asks for a passphrase of 12 characters', async () => {
    await show({ practiceState: () => done({ state: 'none', keystore: 'none' }) }, 'app')
    expect(await screen.findByText('This computer has no key store')).toBeTruthy()
    press('Create a practice')
    type('Passphrase', 'eight ch')
    expect(screen.getByText(/Too short: at least 12/)).toBeTruthy()
  })
})
