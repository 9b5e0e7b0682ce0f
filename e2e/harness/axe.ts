import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { root } from '../../build/ground.mjs'

/** One rule that a screen breaks. */
export interface Violation {
  rule: string
  impact: string
  help: string
  /** Selectors of the first elements that break it. */
  targets: string[]
}

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa']
let source: string | undefined

/**
 * Holds a screen against WCAG 2.2 level A and AA with axe. The page's content policy forbids added scripts, so axe comes in
 * the way the developer tools' console would bring it.
 */
export const axeViolations = async (window: Page): Promise<Violation[]> => {
  source ??= readFileSync(createRequire(join(root, 'package.json')).resolve('axe-core/axe.min.js'), 'utf8')
  const isThere = await window.evaluate(() => 'axe' in globalThis)
  if (!isThere) await window.evaluate(source)
  return window.evaluate(async (wanted) => {
    const { axe } = globalThis as unknown as { axe: { run: (context: Document, options: object) => Promise<{ violations: { id: string; impact?: string; help: string; nodes: { target: unknown[] }[] }[] }> } }
    const { violations } = await axe.run(document, { runOnly: { type: 'tag', values: wanted }, resultTypes: ['violations'] })
    return violations.map((one) => ({
      rule: one.id,
      impact: one.impact ?? 'unknown',
      help: one.help,
      targets: one.nodes.slice(0, 5).map((node) => node.target.map(String).join(' ')),
    }))
  }, tags)
}
