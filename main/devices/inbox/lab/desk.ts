import { done, refuse, type Answer, type CheckedAsk, type LabPolicy, type LabSettingsState, type TestMapping, type TestRule, type UnmappedCode, type VerifiedReport } from '../../../../shared/contract'
import type { Envelope } from '../../../../shared/records/envelope'
import { wrongClockMs } from '../../../../shared/records/observation/analyserClock'
import { conversionOf, readUnit, substanceById, substanceOf } from '../../../../shared/standards/ucum'
import type { Replica } from '../../../replica'
import { profileOf, type PairedDevice } from '../..'
import type { Decider, Inbox } from '../inbox'
import type { Lab } from '.'
import { verifiedReports } from './correct'
import { testKey } from './judge'
import { openLabReview, type LabReview } from './review'
import { fileTyped, type TypedReport } from './typed'

/** What people of the laboratory ask and decide. */
export interface LabDesk extends LabReview {
  verified(ask: CheckedAsk<'listVerified'>): Promise<VerifiedReport[]>
  /** Puts results that a person typed on the chart, by the rules that hold for an analyser's. */
  fileTyped(report: TypedReport, by: Decider): Promise<Answer<Envelope<'DiagnosticReport'>>>
  unmapped(): Promise<UnmappedCode[]>
  settings(): Promise<LabSettingsState>
  saveMapping(ask: CheckedAsk<'saveTestMapping'>, by: Decider): Promise<Answer<{ readonly mapping: TestMapping; readonly filed: number }>>
  removeMapping(ask: CheckedAsk<'removeTestMapping'>, by: Decider): Promise<Answer<null>>
  saveRule(rule: TestRule, by: Decider): Promise<Answer<TestRule>>
  setPolicy(policy: LabPolicy, by: Decider): Promise<Answer<LabPolicy>>
}

/** What the desk needs. */
export interface LabDeskDeps {
  readonly replica: Replica
  readonly lab: Lab
  readonly inbox: Inbox
  readonly now: () => number
  readonly paired: () => readonly PairedDevice[]
}

const testsOf = (profile: string) => {
  const found = profileOf(profile)
  return found?.category === 'analyser' ? found.tests : {}
}
const testOf = (profile: string, code: string) => {
  const tests = testsOf(profile)
  return Object.hasOwn(tests, code) ? tests[code] : undefined
}

/** Opens the desk of the laboratory. */
export const openLabDesk = ({ replica, lab, inbox, now, paired }: LabDeskDeps): LabDesk => {
  const review = openLabReview({ replica, judge: lab.judge, now })

  /** Whether values in each of the units can be given in the unit of the chart. */
  const faultIn = ({ unit, units, substance, loinc }: Pick<TestMapping, 'unit' | 'units' | 'substance' | 'loinc'>): Answer<null> => {
    if (unit !== '1' && !readUnit(unit) && Object.values(units).some((each) => each !== unit)) return refuse('unit-unknown', { unit })
    for (const from of Object.values(units)) {
      const conversion = conversionOf(from, unit, (substanceById(substance) ?? substanceOf(loinc))?.gramsPerMole)
      if (!conversion.ok) return refuse(conversion.fault === 'molar-mass' ? 'molar-mass-unknown' : conversion.fault === 'unknown-unit' ? 'unit-unknown' : 'unit-other-quantity', { unit: from })
    }
    return done(null)
  }

  return {
    ...review,
    verified: (ask) => verifiedReports(replica, ask),
    fileTyped: async (report, by) => fileTyped(replica, await lab.judge(), report, by, new Date(now()).toISOString()),
    unmapped: async () => {
      const found = new Map<string, { -readonly [Field in keyof UnmappedCode]: UnmappedCode[Field] }>()
      for (const { item, sample } of await inbox.unmapped()) {
        for (const { line, trouble } of sample.results) {
          if (trouble !== 'unknown-test' && trouble !== 'other-unit') continue
          const unit = line.value === undefined ? '' : (line.unit ?? '')
          const key = JSON.stringify([item.profile, line.code, unit])
          const known = found.get(key)
          if (known) known.results++
          else {
            const expected = testOf(item.profile, line.code) ?? (trouble === 'other-unit' ? (await lab.settings.mappingsOf(item.profile)).get(line.code) : undefined)
            found.set(key, {
              profile: item.profile, code: line.code, deviceName: item.deviceName, missing: trouble === 'unknown-test' ? 'test' : 'unit', unit, results: 1, example: line,
              ...(expected ? { expected: { name: expected.name, unit: expected.unit, ...(expected.loinc === undefined ? {} : { loinc: expected.loinc }) } } : {}),
            })
          }
        }
      }
      return [...found.values()].sort((one, other) => one.code.localeCompare(other.code))
    },
    settings: async () => {
      const [mappings, rules, policy, hasTechnician] = await Promise.all([lab.settings.mappings(), lab.settings.rules(), lab.settings.policy(), lab.settings.hasTechnician()])
      const tests = new Map<string, LabSettingsState['tests'][number]>()
      const add = (name: string, unit: string, loinc: string | undefined) => {
        const test = testKey(loinc, name)
        if (!tests.has(test)) tests.set(test, { test, name, unit })
      }
      const clocks: LabSettingsState['clocks'][number][] = []
      for (const device of paired()) {
        for (const { name, unit, loinc } of Object.values(testsOf(device.profile))) add(name, unit, loinc)
        const offsetMs = await lab.clocks.offsetOf(device.id)
        if (offsetMs !== undefined && Math.abs(offsetMs) >= wrongClockMs) clocks.push({ device: device.id, deviceName: device.name, aheadMinutes: Math.round(offsetMs / 60_000) })
      }
      for (const mapping of mappings) if (mapping.kind === 'test') add(mapping.name, mapping.unit, mapping.loinc)
      return { mappings, rules, policy, hasTechnician, clocks, tests: [...tests.values()].sort((one, other) => one.name.localeCompare(other.name)) }
    },
    saveMapping: async ({ profile, code, kind, name, loinc, unit, units, substance }, by) => {
      if (profileOf(profile)?.category !== 'analyser') return refuse('profile-unknown', { profile })
      const test = testOf(profile, code)
      const known = (await lab.settings.mappingsOf(profile)).get(code)
      /** The same test as before, to which another unit is added. */
      const before = known?.name === (test?.name ?? name) && known.unit === (test?.unit ?? unit) ? known : undefined
      const measured = substanceById(substance) ? substance : before?.substance
      const mapping: TestMapping = {
        profile, code, kind,
        // What the profile says of its test stands: only its unit can be missing.
        name: test?.name ?? name,
        unit: test?.unit ?? unit,
        units: { ...before?.units, ...units },
        ...((test ? test.loinc : loinc) === undefined ? {} : { loinc: test ? test.loinc! : loinc! }),
        ...(measured === undefined ? {} : { substance: measured }),
      }
      const checked = kind === 'left-out' ? done(null) : faultIn(mapping)
      if (!checked.ok) return checked
      const waiting = await inbox.waiting()
      await lab.settings.saveMapping(mapping, by.practitioner)
      await inbox.retryUnmapped()
      return done({ mapping, filed: Math.max(0, waiting - (await inbox.waiting())) })
    },
    removeMapping: async ({ profile, code }, by) => {
      if (!(await lab.settings.mappingsOf(profile)).has(code)) return refuse('not-found')
      await lab.settings.removeMapping(profile, code, by.practitioner)
      return done(null)
    },
    saveRule: async (rule, by) => {
      await lab.settings.saveRule(rule, by.practitioner)
      return done(rule)
    },
    setPolicy: async (policy, by) => {
      await lab.settings.savePolicy(policy, by.practitioner)
      return done(policy)
    },
  }
}
