import { start } from '../../resources/locales/en/start'
import type { PracticeName } from '../../shared/contract'
import { Progress, useScreen, wording } from '../components'
import { Front } from '../features/sign-in'

const t = wording(start)

/** The records are being brought into the form of this version: nobody works meanwhile, and the window says how far it is. */
export const Migrating = ({ practice, done }: { readonly practice: PracticeName; readonly done: number }) => {
  useScreen('migrating')
  return (
    <Front title={practice.name} training={practice.training} line={t('migrating.line')}>
      <div className="front-form" role="status">
        <h2>{t('migrating.title')}</h2>
        <Progress label={t('migrating.title')} done={done} of={100} />
        <p>{t('migrating.text')}</p>
      </div>
    </Front>
  )
}
