/** What pixels measure and what their numbers are (PS3.3 §10.7, §C.8.5.5, §C.11.1). */
export * from './read'
export * from './regions'
export * from './spacing'
export * from './values'
export * from './measure'
export * from './statistics'
