const stops = 'input:not(:disabled):not([type=radio]), input[type=radio]:checked, fieldset input[type=radio]:first-of-type, select:not(:disabled), textarea:not(:disabled), button[data-kind=main]:not(:disabled)'

/** The stops of a form in order; a set of radio buttons is one stop. */
const stopsOf = (form: HTMLElement): HTMLElement[] => {
  const seen = new Set<string>()
  return [...form.querySelectorAll<HTMLElement>(stops)].filter((element) => {
    if (!(element instanceof HTMLInputElement) || element.type !== 'radio') return true
    if (seen.has(element.name)) return false
    seen.add(element.name)
    return true
  })
}

const sameStop = (a: HTMLElement, b: EventTarget | null): boolean =>
  a === b || (a instanceof HTMLInputElement && b instanceof HTMLInputElement && a.type === 'radio' && b.type === 'radio' && a.name === b.name)

/** Moves to the next (`1`) or the one before (`-1`); answers false at the end. */
export const moveOn = (form: HTMLElement, from: EventTarget | null, step: 1 | -1): boolean => {
  const all = stopsOf(form)
  const at = all.findIndex((element) => sameStop(element, from))
  const next = at < 0 ? undefined : all[at + step]
  if (!next) return false
  const checked = next instanceof HTMLInputElement && next.type === 'radio' ? all.length && form.querySelector<HTMLInputElement>(`input[name="${CSS.escape(next.name)}"]:checked`) : null
  const target = checked || next
  target.focus()
  if (target instanceof HTMLInputElement && target.type !== 'radio') target.select()
  return true
}

/** What is needed of a key event, React's or the browser's. */
type EnterEvent = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'defaultPrevented' | 'target' | 'currentTarget' | 'preventDefault'>

/** Enter in a field goes on to the next one, as on paper; on the last it falls through to the form. */
export const enterGoesOn = (event: EnterEvent, form: EventTarget | null = event.currentTarget): void => {
  if (!(form instanceof HTMLElement) || event.key !== 'Enter' || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return
  const target = event.target
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLButtonElement) return
  if (moveOn(form, target, 1)) event.preventDefault()
}
