import { builtinModules } from 'node:module'
import { dirname, join, relative, sep } from 'node:path'
import { whyForbidden } from './import-table.mjs'
import { wordsWhenShown } from './words-when-shown.mjs'

const builtins = new Set(builtinModules)

function targetOf(specifier, filename, root) {
  if (specifier.startsWith('.')) {
    const path = relative(root, join(dirname(filename), specifier.replace(/\?.*$/, ''))).split(sep).join('/')
    return path.startsWith('..') ? null : { path }
  }
  return { package: builtins.has(specifier.split('/')[0]) && !specifier.startsWith('node:') ? `node:${specifier}` : specifier }
}

const importTable = {
  meta: { type: 'problem', docs: { description: 'Holds every import against the table of areas in docs/architecture.md' } },
  create(context) {
    const root = context.cwd
    const from = relative(root, context.filename).split(sep).join('/')
    const check = (source, typeOnly = false) => {
      if (typeof source?.value !== 'string') return
      const target = targetOf(source.value, context.filename, root)
      const reason = target && whyForbidden(from, target, { typeOnly })
      if (reason) context.report({ node: source, message: reason })
    }
    return {
      ImportDeclaration: node => check(node.source, node.importKind === 'type'),
      ExportNamedDeclaration: node => check(node.source, node.exportKind === 'type'),
      ExportAllDeclaration: node => check(node.source, node.exportKind === 'type'),
      ImportExpression: node => check(node.source),
      TSImportType: node => check(node.source, true),
      TSExternalModuleReference: node => check(node.expression),
      CallExpression: node => {
        if (node.callee.type === 'Identifier' && node.callee.name === 'require') check(node.arguments[0])
      },
    }
  },
}

export default { meta: { name: 'outpost' }, rules: { 'import-table': importTable, 'words-when-shown': wordsWhenShown } }
