import { type ComponentType, lazy, type LazyExoticComponent } from 'react'

/** A module of screens that comes when it is needed. */
export interface FetchedLater<Module> {
  /** Fetches it before it is needed; a fault shows when it is. */
  fetch(): void
  /** A component of it. */
  // A component takes what it takes: only its own type knows.
  // oxlint-disable-next-line typescript/no-explicit-any
  part<Component extends ComponentType<any>>(pick: (module: Module) => Component): LazyExoticComponent<Component>
}

/**
 * Components of a module that is fetched when one is first shown. What was fetched before that is shown at once: React would
 * hold what it shows in the meantime for 300 ms, however soon the component is there.
 */
export const fetchedLater = <Module>(get: () => Promise<Module>): FetchedLater<Module> => {
  let module: Module | undefined
  const fetched = async (): Promise<Module> => (module ??= await get())
  return {
    fetch() {
      fetched().catch(() => undefined)
    },
    part: (pick) =>
      lazy(() => {
        if (module === undefined) return fetched().then((found) => ({ default: pick(found) }))
        const found = { default: pick(module) }
        // React asks what it was given right away; a promise answers only later.
        // oxlint-disable-next-line unicorn/no-thenable
        return { then: (answer: (value: typeof found) => void) => answer(found) } as unknown as Promise<typeof found>
      }),
  }
}
