import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { whyForbidden } from './import-table.mjs'

const project = resolve(import.meta.dirname ?? dirname(new URL(import.meta.url).pathname), '../..')

describe('the import table', () => {
  const forbidden: [from: string, to: string, because: string][] = [
    ['shared/standards/astm/frame.ts', 'shared/records/envelope', 'a standard knows nothing of records'],
    ['shared/records/envelope.ts', 'shared/contract', 'records know nothing of the contract'],
    ['shared/contract/patients.ts', 'shared/standards/ucum', 'the contract speaks of records only'],
    ['shared/records/patient/age.ts', 'main/replica', 'shared code runs anywhere'],
    ['preload/index.ts', 'shared/records/envelope', 'the preload script exposes the contract only'],
    ['preload/index.ts', 'main/app', 'the preload script is sandboxed'],
    ['main/app/index.ts', 'main/host', 'the main process starts hosts, it does not hold them'],
    ['main/app/index.ts', 'main/gate', 'the main process parses nothing'],
    ['main/app/index.ts', 'shared/records/envelope', 'the main process holds no records'],
    ['main/replica/index.ts', 'main/sync', 'the replica knows none of its users'],
    ['main/replica/index.ts', 'main/access', 'the replica knows none of its users'],
    ['main/replica/index.ts', 'main/imaging', 'the replica knows none of its users'],
    ['main/sealed/index.ts', 'main/replica', 'sealed files are the floor'],
    ['main/sync/pullChanges.ts', 'main/access', 'one area does not know its neighbour'],
    ['main/imaging/index.ts', 'main/sync', 'one area does not know its neighbour'],
    ['main/access/index.ts', 'main/gate', 'areas do not know the gate'],
    ['main/charting/index.ts', 'main/access', 'rights are asked at the gate'],
    ['main/sync/pushChanges.ts', 'main/replica/storage/statements', 'only through the index'],
    ['main/access/signIn.ts', 'main/replica/types', 'only through the index'],
    ['main/gate/patients.ts', 'main/charting/patients', 'only through the index'],
    ['main/host/demo.ts', 'hub', 'the hub is a process of its own'],
    ['main/gate/patients.ts', 'main/host', 'nothing imports an entry'],
    ['main/host/practice.ts', 'main/app', 'nothing imports an entry'],
    ['main/host/practice.ts', 'main/device-host', 'nothing imports an entry'],
    ['main/device-host/index.ts', 'main/replica', 'a crashed driver takes no records with it'],
    ['main/device-host/index.ts', 'main/devices/inbox', 'the inbox would bring the replica along'],
    ['main/devices/framers/astm.ts', 'main/devices/transports/serial', 'a framer is handed its bytes'],
    ['main/devices/profiles/contec/index.ts', 'main/devices/transports/serial', 'a profile is handed its transport'],
    ['main/devices/profiles/contec/index.ts', 'main/replica', 'a profile never touches the database'],
    ['main/devices/index.ts', 'main/replica', 'drivers have no records'],
    ['hub/index.ts', 'main/replica', 'the hub knows no clinical area'],
    ['cli/index.ts', 'main/app', 'the command line has no window'],
    ['cli/patients.ts', 'main/replica/records/finder', 'only through the index'],
    ['renderer/client/index.ts', 'shared/records/envelope', 'the client speaks the contract'],
    ['renderer/client/index.ts', 'renderer/features/chart', 'the client knows no screen'],
    ['renderer/app/routes.tsx', 'renderer/features/chart/Banner', 'the shell joins features through their index'],
    ['renderer/features/chart/Chart.tsx', 'renderer/features/orders/OrderTable', 'features do not reach into each other'],
    ['renderer/features/chart/Chart.tsx', 'main/replica', 'a window never reaches the hosts'],
    ['renderer/features/chart/Chart.tsx', 'preload', 'only the client touches the bridge'],
    ['renderer/components/Field.tsx', 'shared/records/envelope', 'components know no clinical word'],
    ['renderer/components/Field.tsx', 'renderer/client', 'components ask nothing'],
    ['main/host/practice.ts', 'shared/testing/builders', 'product code never imports test builders'],
    ['main/sync/pullChanges.ts', 'main/sync/clinic.test-parts', 'product code imports nothing made for tests'],
    ['main/gate/imaging.ts', 'main/imaging/testing/practice', 'a testing folder is for tests'],
    ['main/host/practice.ts', 'main/replica/replica.test', 'nobody imports a test'],
    ['build/start.mjs', 'main/app', 'the build comes before the application'],
  ]
  it.each(forbidden)('%s may not import %s: %s', (from, to) => {
    expect(whyForbidden(from, { path: to })).toMatch(/import table/)
  })

  const packagesRefused: [from: string, name: string][] = [
    ['main/host/index.ts', 'electron'],
    ['renderer/app/index.tsx', 'electron'],
    ['main/access/index.ts', 'rxdb'],
    ['main/gate/sync.ts', 'pouchdb-core'],
    ['main/imaging/index.ts', 'libsql'],
    ['main/devices/profiles/contec/index.ts', 'serialport'],
    ['main/host/index.ts', 'react'],
    ['shared/records/envelope.ts', 'node:crypto'],
    ['renderer/features/chart/Chart.tsx', 'node:fs'],
    ['preload/index.ts', 'node:fs'],
    ['main/host/index.ts', 'vitest'],
  ]
  it.each(packagesRefused)('%s may not import the package %s', (from, name) => {
    expect(whyForbidden(from, { package: name })).toMatch(/import table/)
  })

  const allowed: [from: string, to: string][] = [
    ['shared/records/patient/age.ts', 'shared/records/envelope'],
    ['shared/contract/patients.ts', 'shared/records/observation/vitals'],
    ['preload/index.ts', 'shared/contract'],
    ['main/replica/index.ts', 'main/sealed'],
    ['main/sync/pullChanges.ts', 'main/replica/index'],
    ['main/sync/pullChanges.test.ts', 'hub'],
    ['main/sync/sync.test.ts', 'main/sync/clinic.test-parts'],
    ['main/gate/imaging.test.ts', 'main/imaging/testing/practice'],
    ['main/devices/inbox/oximeter.test.ts', 'main/devices/profiles/nonin'],
    ['main/gate/patients.ts', 'main/charting'],
    ['main/device-host/index.ts', 'main/devices'],
    ['main/devices/profiles/contec/index.ts', 'main/devices/framers/fixedPackets'],
    ['main/devices/index.ts', 'main/devices/transports/serial'],
    ['main/devices/inbox/index.ts', 'main/replica'],
    ['main/host/practiceHost.ts', 'main/gate/patients'],
    ['cli/open.ts', 'main/host/practiceHost'],
    ['renderer/app/routes.tsx', 'renderer/features/chart'],
    ['renderer/features/chart/Chart.tsx', 'renderer/components/Field'],
    ['renderer/features/chart/Chart.tsx', 'renderer/features/orders'],
    ['renderer/features/chart/Chart.tsx', 'renderer/features/chart/Banner'],
    ['main/access/signIn.test.ts', 'shared/testing/builders'],
  ]
  it.each(allowed)('%s may import %s', (from, to) => {
    expect(whyForbidden(from, { path: to })).toBeNull()
  })

  it('lets the practice host name what it tells the hub, as types only', () => {
    expect(whyForbidden('main/host/demo.ts', { path: 'hub' }, { typeOnly: true })).toBeNull()
    expect(whyForbidden('main/device-host/index.ts', { path: 'main/replica' }, { typeOnly: true })).not.toBeNull()
  })

  it('lets each package be used where it belongs', () => {
    expect(whyForbidden('main/app/index.ts', { package: 'electron' })).toBeNull()
    expect(whyForbidden('main/replica/storage/open.ts', { package: 'libsql' })).toBeNull()
    expect(whyForbidden('main/devices/transports/serial.ts', { package: 'serialport' })).toBeNull()
    expect(whyForbidden('renderer/app/index.tsx', { package: 'react-dom/client' })).toBeNull()
    expect(whyForbidden('main/replica/replica.test.ts', { package: 'vitest' })).toBeNull()
    expect(whyForbidden('main/replica/index.ts', { package: 'node:path' })).toBeNull()
  })
})

describe('the lint rule that asks the table', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'outpost-lint-'))
    const write = (path: string, text: string) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    const plugin = join(project, 'build/lint/plugin.mjs')
    write('.oxlintrc.json', JSON.stringify({ jsPlugins: [plugin], categories: { correctness: 'off' }, rules: { 'outpost/import-table': 'error' } }))
    write('main/device-host/static.ts', "import { openReplica } from '../replica'\nopenReplica()\n")
    write('main/device-host/typeOnly.ts', "import type { Replica } from '../replica'\nexport type R = Replica\n")
    write('main/device-host/reexport.ts', "export * from '../replica'\n")
    write('main/device-host/named.ts', "export { openReplica } from '../replica'\n")
    write('main/device-host/dynamic.ts', "export const later = () => import('../replica')\n")
    write('main/device-host/required.ts', "export const r = require('../replica')\n")
    write('main/device-host/typeQuery.ts', "export type R = import('../replica').Replica\n")
    write('shared/records/builtin.ts', "import { readFileSync } from 'fs'\nreadFileSync('x')\n")
    write('main/device-host/fine.ts', "import { openDevices } from '../devices'\nopenDevices()\n")
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const lint = (path: string) => {
    const result = spawnSync(process.execPath, [join(project, 'node_modules/oxlint/bin/oxlint'), path], { cwd: folder, encoding: 'utf8' })
    return { status: result.status, text: result.stdout + result.stderr }
  }

  it.each(['static', 'typeOnly', 'reexport', 'named', 'dynamic', 'required', 'typeQuery'])('catches a forbidden import written as %s', name => {
    const found = lint(`main/device-host/${name}.ts`)
    expect(found.text).toMatch(/outpost\(import-table\).*main\/device-host may not import main\/replica/)
    expect(found.status).not.toBe(0)
  })
  it('catches a Node builtin without its prefix in shared code', () => {
    expect(lint('shared/records/builtin.ts').text).toMatch(/must run without Node/)
  })
  it('passes a file that keeps to the table', () => {
    expect(lint('main/device-host/fine.ts').status).toBe(0)
  })
})
