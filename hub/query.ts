import { badRequest } from './couchProblem'

/** A whole number of the query string within bounds, or the default. */
export const numberIn = (query: URLSearchParams, name: string, fallback: number, most: number): number => {
  const text = query.get(name)
  if (text === null || text === '') return fallback
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 0) throw badRequest(`Invalid value for ${name}: ${text.slice(0, 40)}`)
  return Math.min(value, most)
}

/** `true` or `false` of the query string. */
export const flagIn = (query: URLSearchParams, name: string): boolean => {
  const text = query.get(name)
  if (text === null || text === 'false' || text === '') return false
  if (text === 'true') return true
  throw badRequest(`Invalid boolean: ${text.slice(0, 40)}`)
}

/** A JSON value of the query string. */
export const jsonIn = (query: URLSearchParams, ...names: string[]): unknown => {
  const text = names.map((name) => query.get(name)).find((each) => each !== null)
  if (text === undefined || text === null) return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw badRequest('invalid UTF-8 JSON')
  }
}
