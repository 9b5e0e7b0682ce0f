import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isCommand, root, runMain, say } from './ground.mjs'

/**
 * `docs/acceptance.md`: what must be seen for each capability to count as working, and the tests that show it. A test says which row it shows at the
 * beginning of its title (`E7: …`, `E8, E9: …`). After a change of titles: `node build/acceptance.mjs`; a test compares.
 */
export const target = 'docs/acceptance.md'

const folders = ['build', 'cli', 'e2e', 'hub', 'main', 'preload', 'renderer', 'server', 'shared']
const isTest = name => /\.(test|e2e)\.tsx?$/.test(name)
const row = '[A-O]\\d{1,2}'
const title = new RegExp(`\\b(?:it|test|describe)(?:\\.\\w+)?(?:\\((?:[^()\\n]|\\([^()\\n]*\\))*\\))?\\(\\s*(['"\`])((?:${row})(?:, ${row})*): ((?:(?!\\1).)+)\\1`, 'g')

/** Every title of a text that says which rows it shows. */
export function titlesOf(text) {
  return [...text.matchAll(title)].map(([, , rows, shown]) => ({ rows: rows.split(', '), shown }))
}

function filesIn(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile() && isTest(entry.name))
    .map(entry => join(entry.parentPath, entry.name).slice(root.length + 1))
}

const cell = text => text.replaceAll('|', '\\|')

/** The page as it must be now. */
export function pageText() {
  const rows = JSON.parse(readFileSync(join(root, 'docs/acceptance-rows.json'), 'utf8'))
  const known = new Set(rows.map(each => each.row))
  const shown = new Map()
  for (const file of folders.flatMap(filesIn).sort()) {
    for (const each of titlesOf(readFileSync(join(root, file), 'utf8'))) {
      for (const one of each.rows) {
        if (!known.has(one)) throw new Error(`${file} shows ${one}, and there is no such row`)
        shown.set(one, [...(shown.get(one) ?? []), { file, title: each.shown }])
      }
    }
  }
  const withTests = rows.filter(each => shown.has(each.row)).length
  const lines = rows.map(({ row: number, name, seen, priority }) => {
    const tests = (shown.get(number) ?? []).map(each => `${cell(each.title)} (\`${each.file}\`)`)
    return `| ${number} | ${cell(name)} | ${cell(seen)} | ${priority} | ${tests.length === 0 ? 'none' : tests.join('<br>')} |`
  })
  return [
    '# What must be seen',
    '',
    '<!-- Made by `node build/acceptance.mjs` of docs/acceptance-rows.json and the titles of the tests; not to be edited. -->',
    '',
    `${withTests} of ${rows.length} capabilities have a test that names them. A test that is named here runs in \`npm test\`, and it passes, or the change is not let in. "none": no test says so;`,
    'the capability may be there in part, or not at all.',
    '',
    '| row | capability | what must be seen | P | shown by |',
    '|---|---|---|---|---|',
    ...lines,
    '',
  ].join('\n')
}

if (isCommand(import.meta.url)) {
  await runMain(() => {
    writeFileSync(join(root, target), pageText())
    say(`outpost: ${target} written`)
    return 0
  })
}
