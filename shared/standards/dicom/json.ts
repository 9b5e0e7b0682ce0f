/** Reads DICOM JSON (PS3.18 annex F) as servers answer it: whatever is not as the standard has it reads as absent. */

/** One data set: elements by the eight hexadecimal digits of their tag, in capitals. */
export type JsonDataSet = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The data sets of an answer; what is none is left away. */
export const jsonDataSets = (answer: unknown): readonly JsonDataSet[] => (Array.isArray(answer) ? answer.filter(isObject) : [])

/** The values of an element (F.2.3); empty when it is absent or has none. */
const jsonValues = (dataSet: JsonDataSet, tag: string): readonly unknown[] => {
  const element = Object.hasOwn(dataSet, tag.toUpperCase()) ? dataSet[tag.toUpperCase()] : undefined
  return isObject(element) && Array.isArray(element['Value']) ? element['Value'] : []
}

/** The first value as text; a person's name in its alphabetic form (F.2.2). '' when there is none. */
export const jsonText = (dataSet: JsonDataSet, tag: string): string => {
  const [value] = jsonValues(dataSet, tag)
  if (typeof value === 'string') return value.trim()
  if (typeof value === 'number') return String(value)
  return isObject(value) && typeof value['Alphabetic'] === 'string' ? value['Alphabetic'].trim() : ''
}

/** Every value as text. */
export const jsonTexts = (dataSet: JsonDataSet, tag: string): readonly string[] =>
  jsonValues(dataSet, tag).flatMap((value) => (typeof value === 'string' && value.trim() !== '' ? [value.trim()] : []))

/** The first value as a number; IS and DS may come as text (F.2.3.1). */
export const jsonNumber = (dataSet: JsonDataSet, tag: string): number | undefined => {
  const [value] = jsonValues(dataSet, tag)
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

/** The items of a sequence. */
export const jsonItems = (dataSet: JsonDataSet, tag: string): readonly JsonDataSet[] => jsonValues(dataSet, tag).filter(isObject)
