import { useState } from 'react'
import { common } from '../../../../resources/locales/en/common'
import type { StudyEntry } from '../../../../shared/contract'
import { newKey, useAct, useAnswer } from '../../../client'
import { Choice, Dialog, Empty, ProblemNotice, SelectField } from '../../../components'
import { useOutbox } from './useOutbox'
import { t } from './words'

interface Props {
  readonly patient: string
  readonly study: Pick<StudyEntry, 'id'>
  readonly name: string
  readonly onClose: () => void
}

/** Where to and when: the study then waits in the outbox. */
export const SendDialog = ({ patient, study, name, onClose }: Props) => {
  const [key] = useState(newKey)
  const { value: peers, problem: unread } = useAnswer('listExchangePeers')
  const { value: outbox, refresh } = useOutbox()
  const [chosen, setChosen] = useState<string>()
  const [when, setWhen] = useState<'now' | 'night'>('now')
  const [send, { busy, problem }] = useAct('sendStudy')
  const places = peers?.filter(({ canReceive }) => canReceive) ?? []
  const peer = chosen ?? places[0]?.id
  const submit = async () => {
    if (peer === undefined || busy) return
    if (!(await send({ key, patient, study: study.id, peer, when })).ok) return
    refresh()
    onClose()
  }
  return (
    <Dialog
      title={t('send.title')}
      closeLabel={common.cancel}
      onClose={onClose}
      onSubmit={() => void submit()}
      {...(places.length > 0 && { save: { label: t('send.act'), busy } })}
    >
      <div className="stack">
        <strong>{name}</strong>
        {unread ? <ProblemNotice problem={unread} /> : null}
        {problem ? <ProblemNotice problem={problem} /> : null}
        {peers && places.length === 0 ? <Empty title={t('send.none')}>{t('send.none.text')}</Empty> : null}
        {places.length > 0 && peer !== undefined ? (
          <>
            <SelectField label={t('send.to')} value={peer} options={places.map(({ id, name: label }) => ({ value: id, label }))} onChoose={setChosen} data-autofocus />
            <Choice
              label={t('send.when')}
              hint={when === 'night' ? t('send.night.hint', outbox?.night ?? {}) : t('send.now.hint')}
              value={when}
              options={[
                { value: 'now', label: t('send.now') },
                { value: 'night', label: t('send.night') },
              ]}
              onChoose={setWhen}
            />
            <p className="faint">{t('send.what')}</p>
          </>
        ) : null}
      </div>
    </Dialog>
  )
}
