import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'

/** What a process did to files, in the order in which the system did it. Paths are whole. */
export type Act =
  | { readonly act: 'write'; readonly path: string; readonly at: number | 'end'; readonly data: Buffer }
  | { readonly act: 'truncate'; readonly path: string; readonly size: number }
  | { readonly act: 'create' | 'sync' | 'unlink'; readonly path: string }
  | { readonly act: 'rename'; readonly path: string; readonly to: string }
  /** Text on standard output. */
  | { readonly act: 'say'; readonly text: string }

const plainEscapes: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, v: 11, f: 12, '"': 34, '\\': 92 }

/** A string as strace -x prints it: either all bytes in hex or C's escapes. */
const bytesOf = (quoted: string): Buffer => {
  if (/^(?:\\x[0-9a-f]{2})+$/.test(quoted)) return Buffer.from(quoted.replaceAll('\\x', ''), 'hex')
  const bytes: number[] = []
  for (let place = 0; place < quoted.length; place += 1) {
    if (quoted[place] !== '\\') {
      bytes.push(quoted.charCodeAt(place))
      continue
    }
    const octal = /^[0-7]{1,3}/.exec(quoted.slice(place + 1, place + 4))?.[0]
    if (octal === undefined) {
      bytes.push(plainEscapes[quoted[place + 1] as string] ?? 0)
      place += 1
    } else {
      bytes.push(Number.parseInt(octal, 8))
      place += octal.length
    }
  }
  return Buffer.from(bytes)
}

const quotedIn = (call: string): string => call.slice(call.indexOf('"') + 1, call.lastIndexOf('"'))

/** The arguments behind the quoted one. */
const rest = (call: string): string[] => call.slice(call.lastIndexOf('"') + 1).split(',').map((each) => each.trim())

const pathOfHandle = (call: string): string => /^\w+\(\d+<([^>]*)>/.exec(call)?.[1] ?? ''

const actOf = (call: string): Act | undefined => {
  const name = call.slice(0, call.indexOf('('))
  switch (name) {
    case 'pwrite64': return { act: 'write', path: pathOfHandle(call), at: Number.parseInt(rest(call)[2] ?? '0', 10), data: bytesOf(quotedIn(call)) }
    case 'write': {
      const data = bytesOf(quotedIn(call))
      return call.startsWith('write(1<') ? { act: 'say', text: data.toString('utf8') } : { act: 'write', path: pathOfHandle(call), at: 'end', data }
    }
    case 'ftruncate': return { act: 'truncate', path: pathOfHandle(call), size: Number(/, (\d+)\)/.exec(call)?.[1]) }
    case 'fsync':
    case 'fdatasync': return { act: 'sync', path: pathOfHandle(call) }
    case 'openat': {
      const path = quotedIn(call)
      return call.includes('O_TRUNC') ? { act: 'truncate', path, size: 0 } : call.includes('O_CREAT') ? { act: 'create', path } : undefined
    }
    case 'unlink':
    case 'unlinkat': return { act: 'unlink', path: quotedIn(call) }
    case 'rename':
    case 'renameat':
    case 'renameat2': {
      const [, path = '', to = ''] = /"([^"]*)".*"([^"]*)"/.exec(call) ?? []
      return { act: 'rename', path, to }
    }
    default: throw new Error(`the trace has a call that is not understood: ${call.slice(0, 120)}`)
  }
}

/** The calls that a trace must show; others of this kind must not happen on the folder. */
export const tracedCalls = ['openat', 'pwrite64', 'write', 'writev', 'pwritev', 'ftruncate', 'fsync', 'fdatasync', 'unlink', 'unlinkat', 'rename', 'renameat', 'renameat2', 'fallocate', 'sync_file_range']

/** Reads what strace wrote; only what concerns files in the folder, and standard output. */
export const readTrace = async (path: string, folder: string): Promise<Act[]> => {
  const acts: Act[] = []
  const begun = new Map<string, string>()
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    const [, thread = '', said = ''] = /^(\d+)\s+(.*)$/s.exec(line) ?? []
    let call = said
    if (call.endsWith(' <unfinished ...>')) {
      begun.set(thread, call.slice(0, -' <unfinished ...>'.length))
      continue
    }
    const resumed = /^<\.\.\. \w+ resumed>/.exec(call)
    if (resumed !== null) {
      call = (begun.get(thread) ?? '') + call.slice(resumed[0].length)
      begun.delete(thread)
    }
    if (!(call.includes(folder) || call.startsWith('write(1<')) || / = -1 E[A-Z]+ \([^)]*\)$/.test(call) || !/ = \d+(?:<[^>]*>)?$/.test(call)) continue
    const act = actOf(call)
    if (act !== undefined && (act.act === 'say' || act.path === folder || act.path.startsWith(`${folder}/`))) acts.push(act)
  }
  return acts
}
