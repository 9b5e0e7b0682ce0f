import type { Task } from 'fhir/r4'
import type { SearchParameters } from '../envelope'
import { codeOf, identifierOf, idOfReference, instantInUtc, startOf } from '../searchParts'

/** R4 search parameters of Task: patient as subject (`for`), encounter, code, date (authored, else the period's start), status, identifier. */
export const taskSearch = (task: Task): SearchParameters => ({
  subject: idOfReference(task.for),
  encounter: idOfReference(task.encounter),
  code: codeOf(task.code),
  date: instantInUtc(task.authoredOn) ?? startOf(task.executionPeriod),
  status: task.status,
  identifier: identifierOf(task.identifier),
})
