/** From the bytes of an analyser that nobody knows, and what a person marks on them, to a profile of the practice. */
export { keepProfile, type KeptProfile } from './keep'
export { readDraft } from './reading'
export { studyRecording } from './study'
