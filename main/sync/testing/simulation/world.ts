import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PracticeName } from '../../../../shared/contract'
import type { Chance } from './chance'
import type { Network } from './network'
import type { VirtualTime } from './time'

/** What every machine of a simulated clinic stands in. */
export interface World {
  readonly time: VirtualTime
  readonly network: Network
  readonly chance: Chance
  readonly disks: Disks
  readonly practice: PracticeName
  /** Something that must not be: the simulation has failed. Never with what is in a record. */
  fault(what: string): void
  /** Something happened: for somebody who wants to follow a failing seed. */
  readonly tell: ((what: string) => void) | undefined
}

/** Folders of machines, in memory where the system has room there. */
export interface Disks {
  /** A folder that is not there yet. */
  fresh(machine: string): string
  /** What would be found there if the process ended now. */
  copyOf(folder: string, machine: string): string
  /** Everything is thrown away. */
  clear(): void
}

/** Disks for one simulation. */
export const openDisks = (): Disks => {
  const root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'outpost-simulation-'))
  let made = 0
  const fresh = (machine: string): string => join(root, `${machine}-${(made += 1)}`)
  return {
    fresh,
    copyOf: (folder, machine) => {
      const copy = fresh(machine)
      cpSync(folder, copy, { recursive: true })
      return copy
    },
    clear: () => rmSync(root, { recursive: true, force: true }),
  }
}

/** Waits in virtual time. */
export const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))
