import { join } from 'node:path'
import { _electron, type ElectronApplication } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { resolveElectron } from '../../build/electron.mjs'
import { isRoot, root } from '../../build/ground.mjs'
import { axeViolations, closeDisplay, displayName, scratchFolder } from '.'

const data = scratchFolder('axe')
let app: ElectronApplication

beforeAll(async () => {
  const display = await displayName()
  app = await _electron.launch({
    executablePath: (await resolveElectron()).path,
    args: [...(isRoot ? ['--no-sandbox'] : []), join(root, 'e2e/bench/empty-window'), '--data', data.path],
    env: { ...(process.env as Record<string, string>), ...(display ? { DISPLAY: display } : {}) },
  })
})
afterAll(async () => {
  await app?.close()
  await closeDisplay()
  data.remove()
})

it('finds nothing on a page that everybody can use, and finds what one cannot see or read', async () => {
  const window = await app.firstWindow()
  expect(await axeViolations(window)).toEqual([])
  await window.evaluate(() => {
    document.body.append(Object.assign(document.createElement('img'), { src: 'data:,' }), document.createElement('input'))
    const [paragraph] = document.getElementsByTagName('p')
    paragraph?.style.setProperty('color', 'rgb(220, 220, 220)')
  })
  const rules = (await axeViolations(window)).map((one) => one.rule)
  expect(rules).toEqual(expect.arrayContaining(['image-alt', 'label', 'color-contrast']))
})
