/** A message that real senders write and many parsers misread, with what it says. */
export interface AwkwardMessage {
  readonly name: string
  readonly bytes: Uint8Array
  /** Path to what stands there; `null`: the sender says that there is nothing. */
  readonly says: Readonly<Record<string, string | null | undefined>>
  readonly segments: number
}

const ascii = (text: string) => new TextEncoder().encode(text)
const latin = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0))
const header = 'MSH|^~\\&|LAB|MAIN|OUTPOST||20261121101500||ORU^R01|M1|P|2.3.1'
const body = ['PID|1||A12^^^LAB', 'OBR|1||A26000123|CBC', 'OBX|1|NM|WBC^Leucocytes||6.7|10*9/L|4-10|N|||F']

/** The eight that the platform notes name. */
export const awkwardMessages: readonly AwkwardMessage[] = [
  {
    name: 'segments ended by LF',
    bytes: ascii([header, ...body, ''].join('\n')),
    says: { 'MSH-10': 'M1', 'PID-3.4': 'LAB', 'OBX-5': '6.7', 'OBX-11': 'F' },
    segments: 4,
  },
  {
    name: 'segments ended by CR LF, with blank lines and none after the last',
    bytes: ascii(`${[header, ...body].join('\r\n\r\n')}`),
    says: { 'MSH-12': '2.3.1', 'OBR-3': 'A26000123', 'OBX-5': '6.7', 'OBX-11': 'F' },
    segments: 4,
  },
  {
    name: 'a line feed inside OBX-5 of a message whose segments end in CR',
    bytes: ascii([header, ...body.slice(0, 2), 'OBX|1|TX|REP^Report||Slide reviewed.\nNo blasts seen.\nEND\n||||||F', 'OBX|2|NM|PLT||250', ''].join('\r')),
    says: { 'OBX-5': 'Slide reviewed.\nNo blasts seen.\nEND\n', 'OBX-11': 'F', 'OBX[2]-5': '250' },
    segments: 5,
  },
  {
    name: 'every escape sequence, and some that are none',
    bytes: ascii(
      [header, ...body.slice(0, 2), 'OBX|1|TX|A||1 \\F\\ 2 \\S\\ 3 \\T\\ 4 \\R\\ 5 \\E\\ 6 \\X41C3A9\\ \\H\\bold\\N\\.\\.br\\next\\.sp2\\line\\Zmine\\ \\Q\\ C:\\temp', 'OBX|2|ST|B||\\C2842\\x\\.in+4\\y\\C2D41\\\\XE9\\z', ''].join('\r'),
    ),
    says: { 'OBX-5': '1 | 2 ^ 3 & 4 ~ 5 \\ 6 A\u00e9 bold.\nnext\n\nline\\Zmine\\ \\Q\\ C:\\temp', 'OBX[2]-5.1': 'xyéz' },
    segments: 5,
  },
  {
    name: 'delimiters of its own, and a truncation character (v2.7)',
    bytes: ascii(['MSH#!@%*+#LAB#MAIN#OUTPOST##20261121101500##ORU!R01#M5#P#2.7', 'PID#1##A12!!!LAB@B7!!!MAIN', 'OBX#1#ST#WBC!Leuco%S%cytes*x*y##cut sho+', ''].join('\r')),
    says: { 'MSH-1': '#', 'MSH-2': '!@%*+', 'MSH-9.2': 'R01', 'PID-3[2].1': 'B7', 'OBX-3.2.1': 'Leuco!cytes', 'OBX-3.2.3': 'y', 'OBX-5': 'cut sho+' },
    segments: 3,
  },
  {
    name: 'repetitions, sub-components, null and absent fields',
    bytes: ascii([header, 'PID|1||A12^^^LAB&1.2.3&ISO^PI~B7^^^MAIN||Okonkwo^Ada||""||||""^^Lagos', 'OBX|1|ST|C||a~b^c&d~~e||""', ''].join('\r')),
    says: { 'PID-3.4.2': '1.2.3', 'PID-3[2].1': 'B7', 'PID-3[3].1': undefined, 'PID-7': null, 'PID-8': undefined, 'PID-11.1': null, 'PID-11.3': 'Lagos', 'OBX-5[2].2.2': 'd', 'OBX-5[3]': undefined, 'OBX-5[4]': 'e', 'OBX-7': null },
    segments: 3,
  },
  {
    name: 'character sets: ISO 8859/1 in MSH-18',
    bytes: latin([`${header}||||||8859/1`, 'PID|1||A12||M\u00fcller^J\u00f6rg', ''].join('\r')),
    says: { 'PID-5.1': 'Müller', 'PID-5.2': 'Jörg', 'MSH-18': '8859/1' },
    segments: 2,
  },
  {
    name: 'Z segments, and fields behind the last one that the standard knows',
    bytes: ascii([`${header}||||||||||mine`, 'ZMI|1|left^right', ...body, 'ZPL|<xml a="1"/>||x', ''].join('\r')),
    says: { 'MSH-22': 'mine', 'ZMI-2.2': 'right', 'ZPL-1': '<xml a="1"/>', 'ZPL-3': 'x', 'OBX-5': '6.7' },
    segments: 6,
  },
]

/** The same message in character sets where a byte of a character may look like a delimiter. */
export const wideMessages: readonly AwkwardMessage[] = [
  {
    name: 'character sets: UTF-8, said or not',
    bytes: ascii([`${header}||||||UNICODE`, 'PID|1||A12||Müller^张伟', ''].join('\r')),
    says: { 'PID-5.1': 'Müller', 'PID-5.2': '张伟' },
    segments: 2,
  },
  {
    // 0x8B 0x7C is one character of GB 18030 whose second byte is the field separator, 0x81 0x5C one with a backslash.
    name: 'character sets: GB 18030 with delimiters inside of characters',
    bytes: latin([`${header}||||||GB 18030-2000`, 'PID|1||A12||\x8b\x7c\x81\x5c\xd5\xc5^\xce\xb0', ''].join('\r')),
    says: { 'PID-5.1': '媩乗张', 'PID-5.2': '伟', 'PID-6': undefined },
    segments: 2,
  },
  {
    name: 'character sets: a name in Kanji by escape sequences',
    bytes: ascii([header, 'PID|1||A12||\\M2442\\;3ED\\C2842\\^B', ''].join('\r')),
    says: { 'PID-5.1': '山田', 'PID-5.2': 'B' },
    segments: 2,
  },
  {
    name: 'character sets: bytes that are not what MSH-18 says',
    bytes: latin([`${header}||||||UNICODE UTF-8`, 'PID|1||A12||M\u00fcller', ''].join('\r')),
    says: { 'PID-5.1': 'Müller' },
    segments: 2,
  },
]

/** A result message with this many segments, as an analyser for blood counts writes it. */
export const longResult = (segments = 60): string => {
  const lines = [header, 'PID|1||A12^^^LAB^PI||Okonkwo^Ada^N||19800504|F|||12 Marina Road^^Lagos^^101001', 'OBR|1|A26000123^OUTPOST|A26000123^LAB|00001^Automated Count^99MRC||20261121100000|20261121100500|||Nwosu^Lena']
  for (let number = 1; lines.length < segments; number++) lines.push(`OBX|${number}|NM|${6690 + number}-2^Test \\T\\ ${number}^LN||${(number * 1.37).toFixed(2)}|10*9/L|4.00-10.00|${number % 7 === 0 ? 'H~A' : 'N'}|||F|||20261121101400||lena^Nwosu`)
  return `${lines.join('\r')}\r`
}
