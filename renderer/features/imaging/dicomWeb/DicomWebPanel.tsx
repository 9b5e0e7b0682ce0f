import { useState } from 'react'
import { common } from '../../../../resources/locales/en/common'
import type { DicomWebServerEntry } from '../../../../shared/contract'
import { useAct, useAnswer } from '../../../client'
import { Button, ConfirmDialog, Notice, Panel, ProblemNotice, Waiting } from '../../../components'
import { t } from '../settings/words'
import { ServerDialog } from './ServerDialog'

/** The practice's DICOMweb servers: adding, changing, testing, removing. */
export const DicomWebPanel = () => {
  const { value: servers, problem, refresh } = useAnswer('listDicomWebServers')
  const [changing, setChanging] = useState<DicomWebServerEntry | 'new'>()
  const [removing, setRemoving] = useState<DicomWebServerEntry>()
  const [answers, setAnswers] = useState<string>()
  const [test, testing] = useAct('testDicomWebServer')
  const tryOut = async ({ id, name }: DicomWebServerEntry) => {
    setAnswers(undefined)
    if ((await test({ id })).ok) setAnswers(name)
  }
  return (
    <Panel id="imaging-dicom-web" title={t('web')} actions={<Button onClick={() => setChanging('new')}>{t('web.add')}</Button>}>
      <p>{t('web.lead')}</p>
      {problem ? <ProblemNotice problem={problem} onAgain={refresh} /> : null}
      {!servers && !problem ? <Waiting>{common.waiting}</Waiting> : null}
      {servers?.length === 0 ? <p>{t('web.none')}</p> : null}
      {answers === undefined ? null : <Notice tone="done" role="status" title={t('web.test.done', { name: answers })} />}
      {testing.problem ? <ProblemNotice problem={testing.problem} /> : null}
      {servers && servers.length > 0 ? (
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t('web.name')}</th>
              <th scope="col">{t('web.address')}</th>
              <th scope="col">{t('web.uses')}</th>
              <th scope="col">{t('web.who')}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {servers.map((server) => (
              <tr key={server.id}>
                <td>{server.name}</td>
                <td>
                  <code>{server.url}</code>
                </td>
                <td>{usesOf(server)}</td>
                <td>{whoOf(server)}</td>
                <td>
                  <div className="acts">
                    <Button busy={testing.busy} onClick={() => void tryOut(server)} aria-label={t('web.test.label', { name: server.name })}>
                      {t('web.test')}
                    </Button>
                    <Button onClick={() => setChanging(server)} aria-label={t('web.change.label', { name: server.name })}>
                      {t('web.change')}
                    </Button>
                    <Button kind="quiet" onClick={() => setRemoving(server)} aria-label={t('web.remove.label', { name: server.name })}>
                      {t('web.remove')}
                    </Button>
                  </div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
      {changing ? <ServerDialog server={changing === 'new' ? undefined : changing} onClose={() => setChanging(undefined)} /> : null}
      {removing ? <RemoveDialog server={removing} onClose={() => setRemoving(undefined)} /> : null}
    </Panel>
  )
}

const usesOf = ({ canBeQueried, canReceive }: DicomWebServerEntry): string => {
  const uses = [...(canBeQueried ? [t('web.uses.query')] : []), ...(canReceive ? [t('web.uses.send')] : [])]
  return uses.length > 0 ? uses.join(', ') : t('web.uses.nothing')
}

const whoOf = ({ auth, user }: DicomWebServerEntry): string => (auth === 'basic' ? (user ?? '') : t(auth === 'bearer' ? 'web.who.bearer' : 'web.who.none'))

const RemoveDialog = ({ server: { id, name }, onClose }: { readonly server: DicomWebServerEntry; readonly onClose: () => void }) => {
  const [remove, { busy, problem }] = useAct('removeDicomWebServer')
  return (
    <ConfirmDialog
      title={t('web.remove.sure', { name })} act={t('web.remove')} leave={t('web.remove.leave')} busy={busy} problem={problem} onClose={onClose}
      onAct={async () => (await remove({ id })).ok}
    >
      <p>{t('web.remove.text')}</p>
    </ConfirmDialog>
  )
}
