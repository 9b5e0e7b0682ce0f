const functions = new Set(['ArrowFunctionExpression', 'FunctionExpression', 'FunctionDeclaration'])

/** What calls its argument before it returns. */
const atOnce = new Set(['map', 'flatMap', 'filter', 'reduce', 'sort', 'toSorted'])

/** Whether a node is evaluated when its module is loaded: inside no function but such as are called at once (`[…].map(…)`). */
function isAtLoad(node) {
  for (let at = node; at.parent; at = at.parent) {
    const isCalledAtOnce = at.parent.type === 'CallExpression' && at.parent.arguments.includes(at) && atOnce.has(at.parent.callee.property?.name)
    if (functions.has(at.type) && !isCalledAtOnce) return false
  }
  return true
}

const message = 'Words are read when they are shown, in the language of that moment: make this a function. A constant keeps the language in which its module was loaded.'

/** The language changes while the window is open (renderer/components/language.ts): no module keeps words. */
export const wordsWhenShown = {
  meta: { type: 'problem', docs: { description: 'Keeps words out of the constants of modules' } },
  create(context) {
    if (/\.test(-parts)?\./.test(context.filename)) return {}
    const speaking = new Set()
    const catalogues = new Set()
    return {
      ImportDeclaration: node => {
        for (const { local } of node.specifiers) {
          if (/resources\/locales\/en\//.test(node.source.value)) catalogues.add(local.name)
          else if (/\/[a-z]*words$/i.test(node.source.value)) speaking.add(local.name)
        }
      },
      VariableDeclarator: node => {
        if (node.init?.type === 'CallExpression' && node.init.callee.name === 'wording' && node.id.type === 'Identifier') speaking.add(node.id.name)
      },
      CallExpression: node => {
        if (speaking.has(node.callee.name) && isAtLoad(node)) context.report({ node, message })
      },
      MemberExpression: node => {
        if (catalogues.has(node.object.name) && isAtLoad(node)) context.report({ node, message })
      },
    }
  },
}
