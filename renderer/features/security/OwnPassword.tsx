import { security as words } from '../../../resources/locales/en/security'
import { SecretField, wording } from '../../components'
import { secretWords } from '../sign-in'

const t = wording(words)

interface Props {
  readonly value: string
  readonly onText: (text: string) => void
  /** The form was sent once: what is missing is said. */
  readonly tried: boolean
}

/** The password of the person at work, asked for again. */
export const OwnPassword = ({ value, onText, tried }: Props) => (
  <SecretField
    id="security-password"
    label={t('password')}
    hint={t('password.hint')}
    words={secretWords()}
    value={value}
    onText={onText}
    error={tried && !value ? t('fault.password') : undefined}
    data-autofocus
  />
)
