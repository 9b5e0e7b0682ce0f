export { Front } from './Front'
export { SignInScreen } from './SignInScreen'
export { UnlockScreen } from './UnlockScreen'
