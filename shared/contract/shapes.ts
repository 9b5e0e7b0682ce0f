import * as z from 'zod'

/** Identifier of a record: a ULID, made offline. */
export const recordId = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{26}$/)
/** A calendar date, never an instant: YYYY, YYYY-MM or YYYY-MM-DD (FHIR `date`). */
export const calendarDate = z.string().regex(/^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/)
/** An instant in ISO 8601 with zone. */
export const instant = z.iso.datetime({ offset: true })
/** One line of text a person typed. */
export const line = z.string().trim().min(1).max(200)
/** As {@link line}, may be empty. */
export const optionalLine = z.string().trim().max(200)
/** Free text of a note. */
export const prose = z.string().max(100_000)
/** A page of a list. */
export const page = { skip: z.int().min(0).max(1_000_000).default(0), limit: z.int().min(1).max(500).default(50) }
/** Made by the screen once per act; a repeated request with the same key is the same act (A16). */
export const idempotencyKey = z.string().min(8).max(64)
