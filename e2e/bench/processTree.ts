import { readdirSync, readFileSync } from 'node:fs'

const statusOf = (pid: number) => {
  try {
    // The name in the second field may hold spaces and brackets; the parent comes after the last bracket.
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').pop()?.split(' ')
  } catch {
    return undefined
  }
}

/** The process and everything it started, directly or not. */
export const processTree = (pid: number): number[] => {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const parent = Number(statusOf(Number(name))?.[1])
    children.set(parent, [...(children.get(parent) ?? []), Number(name)])
  }
  const tree = (root: number): number[] => [root, ...(children.get(root) ?? []).flatMap(tree)]
  return tree(pid)
}

/**
 * Memory of a process and all its children in MB: proportional set size, which counts a page shared by several
 * processes once in all. Where the kernel does not tell it, resident set size, which counts it in each.
 */
export const treeMemoryMb = (pid: number): number => {
  const kilobytes = processTree(pid).map((one) => {
    for (const [file, field] of [['smaps_rollup', 'Pss'], ['status', 'VmRSS']]) {
      try {
        const found = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${one}/${file}`, 'utf8'))
        if (found) return Number(found[1])
      } catch {
        // The process has just ended, or the kernel keeps this file to itself: the next one may tell.
      }
    }
    return 0
  })
  return Math.round(kilobytes.reduce((sum, each) => sum + each, 0) / 1024)
}
