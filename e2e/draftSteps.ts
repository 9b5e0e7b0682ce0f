import type { Page } from 'playwright-core'
import type { Running } from './harness'
import { openChart, settled, signIn, tab } from './steps'

/** Who writes the notes that are cut off. */
export const doctor = { name: 'Petrova', password: 'doctor-training' }

/** The field of a new note. */
export const noteField = (window: Page) => window.locator('.note-new textarea').first()

/** Signs the doctor in and begins a visit; the cursor stands in an empty note. */
export const beginNote = async (window: Page, patient: string): Promise<void> => {
  await signIn(window, doctor)
  await openChart(window, patient)
  await tab(window, 'Encounters')
  await settled(window, 'encounters')
  await window.getByRole('button', { name: 'Start encounter' }).first().click()
  await window.keyboard.type('Fever')
  await window.keyboard.press('Control+Enter')
  // The dialog has the focus until it is saved, and gives it back to its button then.
  await window.waitForFunction(() => document.querySelector('dialog[open]') === null && document.activeElement?.tagName === 'BUTTON')
  await noteField(window).focus()
}

/** Signs the doctor in again and goes on where the text was left; answers what stands in the note. */
export const findNoteAgain = async (window: Page): Promise<string> => {
  await signIn(window, doctor)
  await window.getByRole('button', { name: 'Go on' }).first().click()
  await settled(window, 'encounters')
  await noteField(window).waitFor()
  return noteField(window).inputValue()
}

/** A text, and when each of its letters was typed, milliseconds since 1970. */
export interface TypedText {
  readonly text: string
  readonly at: readonly number[]
}

/** Types letters until it is over, then ends every process of the application at once. */
export const typeAndKill = async (running: Running, letters: () => string, overAt: number): Promise<TypedText & { readonly killedAt: number }> => {
  const host = await running.processId('outpost practice host')
  const at: number[] = []
  let text = ''
  while (Date.now() < overAt) {
    const letter = letters()
    await running.window.keyboard.press(letter === ' ' ? 'Space' : letter)
    text += letter
    at.push(Date.now())
    await new Promise((next) => setTimeout(next, 30))
  }
  const killedAt = Date.now()
  // The host first: it is not to write down what a dying window still sends.
  if (host !== undefined) process.kill(host, 'SIGKILL')
  await running.kill()
  return { text, at, killedAt }
}

/** How old the oldest letter was that is gone, ms; 0: none is. Undefined where what is left is not how the text began. */
export const lostMs = (typed: TypedText & { readonly killedAt: number }, left: string): number | undefined => {
  if (!typed.text.startsWith(left)) return undefined
  const first = typed.at[left.length]
  return first === undefined ? 0 : typed.killedAt - first
}
