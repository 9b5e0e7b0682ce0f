import { availableParallelism } from 'node:os'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

// vitest 5 groups the failures it prints with a function that came with Node 21; on Node 20 it would print none.
const mapWithGroups = Map as typeof Map & { groupBy?: unknown }
mapWithGroups.groupBy ??= function groupBy<K, T>(items: Iterable<T>, keyOf: (item: T, index: number) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  let index = 0
  for (const item of items) {
    const key = keyOf(item, index++)
    groups.set(key, [...(groups.get(key) ?? []), item])
  }
  return groups
}

/** A test that fails once on a machine that does much else may be tried again; `npm test` names each that needed it, and it is to be mended. */
const secondTry = 1

/**
 * Three projects: `unit` runs the hosts, the hub, the command line, the shared rules and the build on plain Node;
 * `renderer` runs the screens in happy-dom; `e2e` drives the real application, one journey after the other.
 */
export default defineConfig({
  test: {
    globals: false,
    // Half of a test of ours is waiting: for a disk, a cable, a server. One file more than there are cores keeps the cores at work.
    maxWorkers: availableParallelism() + 1,
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'node',
          include: ['{main,hub,server,shared,cli,preload,build}/**/*.test.ts'],
          pool: 'forks',
          retry: secondTry,
          // These end what hangs; a machine that does much else is slow, and nothing is wrong for that.
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        plugins: [react()],
        test: {
          name: 'renderer',
          environment: 'happy-dom',
          setupFiles: ['renderer/setup.test-parts.ts'],
          retry: secondTry,
          include: ['renderer/**/*.test.{ts,tsx}'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['e2e/**/*.e2e.ts'],
          pool: 'forks',
          fileParallelism: false,
          sequence: { concurrent: false },
          testTimeout: 240_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
