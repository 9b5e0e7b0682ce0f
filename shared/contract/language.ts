/** The languages of the screens, for a process that holds no records. */
export { languageOf } from '../records/basic/preferences'
