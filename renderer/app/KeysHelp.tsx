import { common } from '../../resources/locales/en/common'
import { shell as words } from '../../resources/locales/en/shell'
import { Dialog, useKeyBoard, wording } from '../components'

const t = wording(words)

/** The keys that work here, the nearest first. */
export const KeysHelp = ({ onClose }: { readonly onClose: () => void }) => {
  const board = useKeyBoard()
  const forms = {
    title: t('keys.forms'),
    acts: [
      { keys: 'Enter', does: t('keys.enter') },
      { keys: 'Ctrl+Enter', does: t('keys.save') },
    ],
  }
  return (
    <Dialog title={t('keys.title')} closeLabel={common.close} onClose={onClose}>
      {[...(board?.all() ?? []), forms].map((group) => (
        <section key={group.title}>
          <h3>{group.title}</h3>
          <dl className="keys-group">
            {group.acts.map((act) => (
              <div key={act.keys} style={{ display: 'contents' }}>
                <dt>{act.keys}</dt>
                <dd>{act.does}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Dialog>
  )
}
