import { describe, expect, it } from 'vitest'
import { addUp, readReport, sumLine } from './stages.mjs'

const report = (over: object) => ({ numPassedTests: 3, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [], ...over })

describe('counting what a test run found', () => {
  it('takes the numbers of a clean run', () => {
    expect(readReport(report({ numPendingTests: 1, numTodoTests: 1 }), 0)).toMatchObject({ passed: 3, failed: 0, skipped: 2 })
  })
  it('counts a test file that could not be loaded as a failure', () => {
    const broken = report({ testResults: [{ name: 'a.test.ts', status: 'failed', message: 'no such module', assertionResults: [] }] })
    expect(readReport(broken, 1)).toMatchObject({ failed: 1, notes: ['a.test.ts could not be run: no such module'] })
  })
  it('does not count a file twice whose tests failed', () => {
    const failed = report({ numFailedTests: 1, testResults: [{ name: 'a.test.ts', status: 'failed', assertionResults: [{ status: 'failed', fullName: 'x' }] }] })
    expect(readReport(failed, 1).failed).toBe(1)
  })
  it('names a test that passed at the second try only', () => {
    const shaky = report({ testResults: [{ name: 'a.test.ts', status: 'passed', assertionResults: [{ status: 'passed', fullName: 'x', failureMessages: ['late'] }, { status: 'passed', fullName: 'y', failureMessages: [] }] }] })
    expect(readReport(shaky, 0)).toMatchObject({ passed: 3, failed: 0, notes: ['passed at the second try only: a.test.ts: x'] })
  })
  it('never calls a run passed whose runner ended with an error', () => {
    expect(readReport(report({}), 1).failed).toBe(1)
  })
  it('adds stages up into the last line', () => {
    const sum = addUp([{ passed: 2, failed: 0, skipped: 0, notes: [] }, { passed: 3, failed: 1, skipped: 4, notes: [] }])
    expect(sumLine(sum)).toBe('5 passed, 1 failed, 4 skipped')
    expect(sumLine(addUp([]))).toBe('0 passed, 0 failed')
  })
})
