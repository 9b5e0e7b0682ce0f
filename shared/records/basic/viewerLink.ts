import type { Basic } from 'fhir/r4'
import { settingsIn, settingsRecord } from './settings'

/** Code of the `Basic` record. */
export const viewerLinkCode = 'imaging-viewer-link'
/** One of a practice: its key makes every workstation write the same record. */
export const viewerLinkKey = 'imaging-viewer-link'
const url = 'urn:outpost:imaging-viewer-link'

/** What stands in a template for what is known of a study. */
const viewerLinkPlaces = ['studyUid', 'accession', 'patientId'] as const

/** Why a template is none. `address`: no http or https address, or its host is not fixed. `study`: nothing in it says which study. */
export type ViewerLinkFault = 'address' | 'study' | 'place'

/** What is known of a study. */
export interface LinkedStudy {
  readonly studyUid: string
  readonly accession?: string
  readonly patientId?: string
}

const place = /\{([^{}]*)\}/g

/** Looks a template over; undefined when it can be used. `place`: it names something else than {@link viewerLinkPlaces}. */
export const viewerLinkFault = (template: string): ViewerLinkFault | undefined => {
  const named = [...template.matchAll(place)].map(([, name]) => name ?? '')
  if (named.some((name) => !(viewerLinkPlaces as readonly string[]).includes(name))) return 'place'
  // The host is what a person agreed to: nothing of a study ever decides where the browser goes.
  const [start = ''] = /^https?:\/\/[^/?#\\]*/i.exec(template) ?? []
  if (start === '' || /[{}@\s]/.test(start) || hostOf(template) === undefined) return 'address'
  return named.includes('studyUid') || named.includes('accession') ? undefined : 'study'
}

/** Host and port to which a template leads; undefined when it is no http or https address. */
export const hostOf = (template: string): string | undefined => /^https?:\/\/([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?(?=[/?#]|$)/i.exec(template)?.[0]?.replace(/^https?:\/\//i, '').toLowerCase()

/**
 * The address of a study in the outside viewer; undefined when the template asks for what is not known of the study. What is put in
 * is escaped, so that it stays inside its place.
 */
export const viewerLinkOf = (template: string, study: LinkedStudy): string | undefined => {
  if (viewerLinkFault(template)) return undefined
  let isWhole = true
  const link = template.replace(place, (_all, name: keyof LinkedStudy) => {
    const value = study[name] ?? ''
    if (value === '') isWhole = false
    return encodeURIComponent(value)
  })
  return isWhole ? link : undefined
}

/** The record of the practice's template; '' for none. */
export const viewerLinkRecord = (template: string, created: string): Basic => settingsRecord(viewerLinkCode, url, { template }, created)

/** The template in a record; undefined when it is none. */
export const viewerLinkIn = (record: Basic): string | undefined => settingsIn(record, viewerLinkCode, url)?.['template']
