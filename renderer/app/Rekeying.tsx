import { security } from '../../resources/locales/en/security'
import type { PracticeName } from '../../shared/contract'
import { Progress, useScreen, wording } from '../components'
import { Front } from '../features/sign-in'

const t = wording(security)

/** The records are being copied under a new key: nobody works meanwhile, and the window says why and how far it is. */
export const Rekeying = ({ practice, done }: { readonly practice: PracticeName; readonly done: number }) => {
  useScreen('rekeying')
  return (
    <Front title={practice.name} training={practice.training} line={t('rekeying.line')}>
      <div className="front-form" role="status">
        <h2>{t('rekeying.title')}</h2>
        <Progress label={t('rekeying.title')} done={done} of={100} />
        <p>{t('rekeying.text')}</p>
      </div>
    </Front>
  )
}
