import { describe, expect, it } from 'vitest'
import { parseMessages } from '.'

const message = (...records: string[]) => parseMessages(['H|\\^&|||Maker^Model', ...records, 'L|1|N', ''].join('\r'))[0]!

describe('Q records (LIS02-A2, clause 11, and what makers make of it)', () => {
  it('that carry a value and a time are results of controls: code, lot, level, value, unit', () => {
    const { controls, queries } = message('Q|1|GLUCOSE^QC-CHEM-2025A^LOW|58.2|mg/dL|20250115061000|N', 'Q|2|HIV^QC-NEG^NEGATIVE|NEGATIVE||20250115070100|N')
    expect(queries).toEqual([])
    expect(controls).toEqual([
      { code: 'GLUCOSE', lot: 'QC-CHEM-2025A', level: 'LOW', text: '58.2', value: 58.2, unit: 'mg/dL', flag: 'N', measured: { year: 2025, month: 1, day: 15, hour: 6, minute: 10, second: 0 } },
      { code: 'HIV', lot: 'QC-NEG', level: 'NEGATIVE', text: 'NEGATIVE', unit: '', flag: 'N', measured: { year: 2025, month: 1, day: 15, hour: 7, minute: 1, second: 0 } },
    ])
  })

  it('that ask for orders stay queries, whatever components their number has', () => {
    for (const query of ['Q|1|^A26000123||ALL||||||||O', 'Q|1|2^1^             A26000123^B||^^^ALL|0|20260101000000||||||N', 'Q|1|^^A1^^||ALL|||||||O', 'Q|1|A1^R^1|A9|ALL|S|20260101|20260102|||||O']) {
      const { controls, queries } = message(query)
      expect([controls.length, queries.length]).toEqual([0, 1])
    }
  })
})
