import type { Basic } from 'fhir/r4'
import { labCodes, type LabPolicy, mappingOf, mappingRecord, policyOf, policyRecord, ruleOf, ruleRecord, type TestMapping } from '../../../../shared/records/basic/labTest'
import type { TestRule } from '../../../../shared/records/observation/verdict'
import type { Replica } from '../../../replica'

/** What the practice has said about codes, units and rules of its laboratory. It syncs with the records. */
export interface LabSettings {
  mappings(): Promise<readonly TestMapping[]>
  /** Those of one profile, by the code that its analysers send. */
  mappingsOf(profile: string): Promise<ReadonlyMap<string, TestMapping>>
  rules(): Promise<readonly TestRule[]>
  policy(): Promise<LabPolicy>
  /** Whether the practice has a laboratory technician. */
  hasTechnician(): Promise<boolean>
  saveMapping(mapping: TestMapping, author: string): Promise<void>
  removeMapping(profile: string, code: string, author: string): Promise<void>
  saveRule(rule: TestRule, author: string): Promise<void>
  savePolicy(policy: LabPolicy, author: string): Promise<void>
  close(): void
}

/** More of one kind than this, no laboratory has. */
const most = 5000

/** What holds until somebody says otherwise. */
const firstPolicy: LabPolicy = { accept: 'by-staff' }

/** Opens the settings; they are read once and again after each change, here or by sync. */
export const openLabSettings = ({ records }: Pick<Replica, 'records'>, now: () => number, askForTechnician: () => Promise<boolean>): LabSettings => {
  let known: Promise<{ readonly mappings: readonly TestMapping[]; readonly rules: readonly TestRule[]; readonly policy: LabPolicy }> | undefined
  let technician: Promise<boolean> | undefined
  // People sign in by what lies in Basic records, too.
  const changes = records.changes().subscribe(({ type }) => {
    if (type !== 'Basic' && type !== 'Practitioner') return
    known = undefined
    technician = undefined
  })
  const all = async <Value>(code: string, read: (record: Basic) => Value | undefined): Promise<Value[]> =>
    (await records.find('Basic', { where: { code }, limit: most })).flatMap(({ resource }) => read(resource) ?? [])
  const read = async () => {
    const [mappings, rules, policies] = await Promise.all([all(labCodes.mapping, mappingOf), all(labCodes.rule, ruleOf), all(labCodes.policy, policyOf)])
    const inOrder = <Value extends { readonly name: string }>(values: Value[]) => values.sort((one, other) => one.name.localeCompare(other.name))
    return { mappings: inOrder(mappings), rules: inOrder(rules), policy: policies[0] ?? firstPolicy }
  }
  const settings = () => {
    known ??= read().catch((reason: unknown) => {
      known = undefined
      throw reason
    })
    return known
  }
  /** One record for each thing that is said of, whoever says it first, on whichever workstation. */
  const save = async (key: string, resource: Basic, author: string): Promise<void> => {
    const { id } = await records.add('Basic', resource, author, key)
    await records.revise('Basic', id, () => resource, author)
    known = undefined
  }
  const created = () => new Date(now()).toISOString()
  return {
    mappings: async () => (await settings()).mappings,
    mappingsOf: async (profile) => new Map((await settings()).mappings.filter((each) => each.profile === profile).map((each) => [each.code, each])),
    rules: async () => (await settings()).rules,
    policy: async () => (await settings()).policy,
    hasTechnician: () => {
      technician ??= askForTechnician().catch((reason: unknown) => {
        technician = undefined
        throw reason
      })
      return technician
    },
    saveMapping: (mapping, author) => save(`lab-mapping/${mapping.profile}/${mapping.code}`, mappingRecord(mapping, created()), author),
    removeMapping: (profile, code, author) => save(`lab-mapping/${profile}/${code}`, mappingRecord({ profile, code, kind: 'removed' }, created()), author),
    saveRule: (rule, author) => save(`lab-rule/${rule.test}`, ruleRecord(rule, created()), author),
    savePolicy: (policy, author) => save('lab-policy', policyRecord(policy, created()), author),
    close: () => changes.unsubscribe(),
  }
}
