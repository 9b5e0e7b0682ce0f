import type { ComponentProps } from 'react'
import { start } from '../../../resources/locales/en/start'
import { SecretField, wording } from '../../components'
import { strengthOf } from './strength'

const t = wording(start)

/** The words of every field for something secret. */
export const secretWords = () => ({ show: t('secret.show'), hide: t('secret.hide'), capsLock: t('signin.caps') })

/** A passphrase that is chosen: it says at once what a person with the disk would think of it. */
export const PassphraseField = ({ value, hint, ...rest }: Omit<ComponentProps<typeof SecretField>, 'words' | 'value'> & { readonly value: string }) => {
  const strength = value === '' ? undefined : strengthOf(value)
  return (
    <SecretField
      {...rest}
      words={secretWords()}
      value={value}
      hint={
        <>
          {hint}
          {strength ? (
            <span className="strength" role="status" data-strength={strength}>
              <span aria-hidden="true">{strength === 'good' ? '✓' : '!'}</span> {t(`strength.${strength}`)}
            </span>
          ) : null}
        </>
      }
    />
  )
}
