export { openStickDesk, type StickDesk, type StickParts } from './desk'
