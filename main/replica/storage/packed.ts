import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { readText, type Row } from './encryptedFile'

/*
 * Replication keeps a second copy of each document that it has brought or sent. Nobody looks at it but replication itself, so
 * there room counts for more than time: such documents are deflated, with words of FHIR that each of them would have to
 * say anew. A packed document is a blob that begins with the number of its form; one that is not packed is JSON text.
 */
const form = 1
const words = Buffer.from(
  '"encounter":{"reference":"Encounter/"issued":"birthDate":"gender":"female""male""address":[{"line":["telecom":[{"system":"phone","value":"+identifier":[{"system":"urn:outpost:' +
    '"name":[{"use":"official","family":"given":["requester":{"reference":"Practitioner/"intent":"order","authoredOn":"dosageInstruction":[{"text":"medicationCodeableConcept":{' +
    '"interpretation":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation","code":"referenceRange":[{"low":{"value":"high":{"value":' +
    '"category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs""laboratory""completed""active""final"' +
    '"component":[{"code":{"text":"note":[{"text":"performer":[{"reference":"Practitioner/"display":"valueString":"valueQuantity":{"value":,"unit":"mmol/L","system":' +
    '"http://unitsofmeasure.org","code":"effectiveDateTime":"2026-T08:00:00+02:00","code":{"coding":[{"system":"http://loinc.org","code":"text":"},"subject":{"reference":"Patient/01' +
    '"resource":{"resourceType":"Observation","status":"final","type":"Observation","practice":"prior":[],"search":{"subject":"date":"code":"status":"author":"station":"A","at":"' +
    '"isCheckpoint":"0","itemId":"01"docData":{"id":"01"_deleted":false,"_attachments":{},"_meta":{"lwt":17"_rev":"1-',
)
const options = { level: 6, windowBits: 13, memLevel: 6, dictionary: words }

/** Shorter texts gain nothing. */
const worth = 200

/** The document's JSON as it is stored where room counts. */
export const packed = (json: string): string | Buffer => {
  if (json.length < worth) return json
  const deflated = deflateRawSync(json, options)
  return deflated.length < json.length ? Buffer.concat([Buffer.of(form), deflated]) : json
}

/** The JSON of a stored document, packed or not. Its seal is over what is stored: to be checked first. */
export const unpackedText = (doc: Row[number] | undefined): string => {
  if (doc instanceof Uint8Array && doc[0] === form) return inflateRawSync(doc.subarray(1), { dictionary: words }).toString('utf8')
  return readText(doc)
}
