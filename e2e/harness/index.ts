export { closeDisplay, displayName } from './display'
export { scratchFolder, type ScratchFolder } from './folders'
export { launch, picture, resize, type LaunchOptions, type Running } from './launch'
export { serialPair, type SerialPair } from './serialPair'
