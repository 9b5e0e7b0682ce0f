import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isCommand, root, runMain, say } from './ground.mjs'

/** Where the text lies that the centre is given. */
export const target = 'server/validateDocUpdate.ts'

const rules = 'shared/records/serverRules'

/**
 * A `validate_doc_update` as CouchDB takes it: one function, made of shared/records/serverRules, the very lines that the hub runs. After
 * a change of them: `node build/serverRules.mjs`; a test compares.
 *
 * @param {string} entry its body, in shared/records/serverRules.
 */
export async function functionText(entry) {
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [`${rules}/${entry}`],
    bundle: true,
    write: false,
    format: 'esm',
    // What CouchDB 3 has: SpiderMonkey 60 and later, or QuickJS.
    target: 'es2015',
    supported: { 'template-literal': false },
    charset: 'utf8',
    legalComments: 'none',
  })
  const text = outputFiles[0]?.text ?? ''
  if (/`|\$\{/.test(text)) throw new Error(`${entry} has a template literal`)
  const body = text.trimEnd().split('\n').filter(line => !line.startsWith('// ')).map(line => `  ${line}`.trimEnd())
  return [
    'function (newDoc, oldDoc, userCtx, secObj) {',
    '  var outpost = this.outpost || {};',
    "  var isAdmin = userCtx.roles.indexOf('_admin') >= 0;",
    ...body,
    '}',
  ].join('\n')
}

/** The TypeScript file that holds the texts. */
export async function fileText() {
  return [
    '/*',
    ' * What the centre runs at each write. Made of shared/records/serverRules by `node build/serverRules.mjs`; not to be edited.',
    ' */',
    '',
    '/** `validate_doc_update` of the database for records. */',
    `export const validateRecords = String.raw\`${await functionText('couchRecordsEntry.ts')}\``,
    '',
    '/** `validate_doc_update` of the database for files. */',
    `export const validateBlobs = String.raw\`${await functionText('couchBlobsEntry.ts')}\``,
    '',
  ].join('\n')
}

if (isCommand(import.meta.url)) {
  await runMain(async () => {
    writeFileSync(join(root, target), await fileText())
    say(`outpost: ${target} written`)
  })
}
