import { afterAll, afterEach } from 'vitest'
import { closeDisplay } from './display'
import type { ScratchFolder } from './folders'
import { picture, type Running } from './launch'

/**
 * Puts away what a journey in one window leaves, at its end. Of a test that failed, what the window complained of is printed and a picture is
 * kept, by the name of the journey.
 */
export const journey = (name: string, running: () => Running | undefined, folders: Readonly<Record<string, ScratchFolder>>): void => {
  afterAll(async () => {
    await running()?.close()
    for (const folder of Object.values(folders)) folder.remove()
    await closeDisplay()
  })
  afterEach(async ({ task }) => {
    const app = running()
    if (task.result?.state !== 'fail' || !app) return
    for (const error of app.pageErrors) console.log(error.slice(0, 600))
    await picture(app.window, `failed-${name}-${task.name.slice(0, 30)}`).catch(() => undefined)
  })
}
