import { describe, expect, it } from 'vitest'
import { charsetOf, decodeMessage, encodeAs } from '.'

describe('a character set of MSH-18', () => {
  it.each([
    ['', 'utf-8?'], ['ASCII', 'utf-8?'], ['UNICODE', 'utf-8?'], ['UNICODE UTF-8', 'utf-8'], ['8859/2', 'iso-8859-2'], ['ISO-8859-15', 'iso-8859-15'], ['iso_8859-1', 'windows-1252'], ['GB 18030-2000', 'gb18030'], ['ISO IR87', 'iso-2022-jp'], ['Klingon', undefined],
  ])('%j is %j', (declared, charset) => expect(charsetOf(declared)).toBe(charset))

  it.each([
    ['8859/2', 'iso-8859-2', 'Łódź'],
    ['8859/5', 'iso-8859-5', 'Анна'],
    ['8859/7', 'iso-8859-7', 'Ελένη'],
    ['8859/9', 'windows-1254', 'Ayşe'],
    ['GB 18030-2000', 'gb18030', '张伟'],
    ['BIG-5', 'big5', '許功蓋'],
    ['KS X 1001', 'euc-kr', '김철수'],
    ['SHIFT_JIS', 'shift_jis', '表示ソ'],
    ['UNICODE UTF-8', 'utf-8', 'Müller 张伟 🩸'],
  ])('%s: a name is written, read and written again', (declared, charset, name) => {
    const text = `MSH|^~\\&|LAB||||20261121||ADT^A01|1|P|2.5||||||${declared}\rPID|1||A12||${name}^x\r`
    const bytes = encodeAs(text, charset)
    expect(decodeMessage(bytes)).toEqual({ text, charset })
    expect(encodeAs(text, charset)).toEqual(bytes)
  })

  it('has a table of all its characters within a moment: a device host answers others meanwhile', () => {
    const start = performance.now()
    encodeAs('x', 'gbk')
    expect(performance.now() - start).toBeLessThan(500)
  })

  it('writes what it does not have as a question mark', () => {
    expect(encodeAs('A张', 'iso-8859-2')).toEqual(Uint8Array.of(0x41, 0x3f))
    expect(encodeAs('a\nb', 'iso-8859-5')).toEqual(Uint8Array.of(0x61, 0x0a, 0x62))
  })
})
