import { expect, it } from 'vitest'
import { actions, type Role, roles } from '../../shared/contract'
import { actionsOf, may } from './rights'

it('gives each role exactly these actions', () => {
  const header = `${''.padEnd(20)}${roles.map((role) => role.slice(0, 10).padEnd(11)).join('')}`.trimEnd()
  const rows = actions.map((action) => `${action.padEnd(20)}${roles.map((role) => (may(role, action) ? 'yes' : '-').padEnd(11)).join('')}`.trimEnd())
  expect([header, ...rows].join('\n')).toMatchInlineSnapshot(`
    "                    receptioni nurse      doctor     lab-techni device-tec administra
    patient.read        yes        yes        yes        yes        -          yes
    patient.register    yes        yes        yes        -          -          yes
    chart.read          -          yes        yes        yes        -          yes
    allergy.write       -          yes        yes        -          -          -
    encounter.write     -          yes        yes        -          -          -
    codes.manage        -          -          -          -          -          yes
    vitals.write        -          yes        yes        -          -          -
    spo2-scale.choose   -          -          yes        -          -          -
    observations.plan   -          yes        yes        -          -          -
    response.manage     -          -          yes        -          -          yes
    order.write         -          yes        yes        -          -          -
    specimen.collect    -          yes        yes        yes        -          -
    specimen.receive    -          -          yes        yes        -          -
    result.read         -          yes        yes        yes        -          yes
    device.read         -          yes        yes        yes        yes        yes
    device.pair         -          -          -          yes        yes        yes
    trace.read          -          -          -          yes        yes        yes
    reading.confirm     -          yes        yes        -          -          -
    tray.read           -          yes        yes        yes        -          yes
    tray.file           -          -          yes        yes        -          yes
    result.enter        -          yes        yes        yes        -          -
    result.verify       -          -          yes        yes        -          -
    result.sign-off     -          yes        yes        -          -          -
    lab.configure       -          -          -          yes        -          yes
    critical.read       -          yes        yes        yes        -          yes
    critical.answer     -          yes        yes        yes        -          -
    imaging.read        -          yes        yes        -          -          yes
    imaging.import      -          yes        yes        -          -          yes
    imaging.configure   -          -          -          -          yes        yes
    imaging.annotate    -          yes        yes        -          -          -
    imaging.exchange    -          yes        yes        -          -          yes
    imaging.export      -          -          yes        -          -          yes
    report.sign         -          -          yes        -          -          -
    sync.read           yes        yes        yes        yes        yes        yes
    sync.configure      -          -          -          -          -          yes
    review.resolve      -          -          yes        -          -          yes
    stick.use           -          -          yes        -          -          yes
    staff.read          yes        yes        yes        yes        yes        yes
    staff.manage        -          -          -          -          -          yes
    audit.read          -          -          -          -          -          yes
    security.manage     -          -          -          -          -          yes
    storage.manage      -          -          -          -          -          yes
    backup.read         yes        yes        yes        yes        yes        yes
    backup.manage       -          -          -          -          -          yes"
  `)
})

it('gives every action to somebody', () => {
  expect(actions.filter((action) => !roles.some((role) => may(role, action)))).toEqual([])
})

it('gives a role that nobody knows nothing', () => {
  for (const role of ['root', '__proto__', 'constructor', '']) {
    expect(actions.some((action) => may(role as Role, action))).toBe(false)
    expect(actionsOf(role as Role)).toEqual([])
  }
})
