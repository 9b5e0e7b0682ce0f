import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { randomFrom } from '../../shared/standards/astm/testing/session'
import { profileOf, type AnalyserProfile } from './profiles'
import expectations from './testing/fixtures.json'
import { replayed } from './testing/replayed'

const corpus = join(__dirname, '../../../shared/fixtures/devices')
const seed = 20261124
const profile = (name: string) => profileOf(name.startsWith('astm/') ? 'astm-generic' : 'hl7-generic') as AnalyserProfile
const names = Object.keys(expectations) as (keyof typeof expectations)[]

describe.skipIf(!existsSync(corpus))('recorded messages of real analysers (../shared/fixtures/devices; skipped where the folder is absent)', () => {
  it.each(names)('%s gives the results, or the named problems, that were recorded', (name) => {
    const file = new Uint8Array(readFileSync(join(corpus, name)))
    const whole = replayed(file, profile(name), () => file.length * 2 + 1_000)
    expect(JSON.parse(JSON.stringify(whole))).toEqual(expectations[name])
  })

  it.each(names)(`%s gives the same byte by byte and in random pieces (seed ${seed})`, (name) => {
    const file = new Uint8Array(readFileSync(join(corpus, name)))
    const random = randomFrom(seed)
    expect(JSON.parse(JSON.stringify(replayed(file, profile(name), () => 1)))).toEqual(expectations[name])
    expect(JSON.parse(JSON.stringify(replayed(file, profile(name), () => 1 + Math.floor(random() * 60))))).toEqual(expectations[name])
  })
})
