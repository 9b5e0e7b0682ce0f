import { useState } from 'react'
import { common } from '../../../../resources/locales/en/common'
import { viewerLinkFault } from '../../../../shared/records/basic/viewerLink'
import { useAct, useAnswer } from '../../../client'
import { Button, Dialog, Fact, FactList, Panel, ProblemNotice, TextField, Waiting } from '../../../components'
import { plain, t } from '../settings/words'

/** The practice's outside viewer, and what sets it up. */
export const ViewerLinkPanel = () => {
  const { value: link, problem, refresh } = useAnswer('readViewerLink')
  const [set, setting] = useAct('setViewerLink')
  const [changing, setChanging] = useState(false)
  return (
    <Panel id="imaging-viewer-link" title={t('link')}>
      <p>{t('link.lead')}</p>
      {problem ? <ProblemNotice problem={problem} onAgain={refresh} /> : null}
      {!link && !problem ? <Waiting>{common.waiting}</Waiting> : null}
      {link && link.template === '' ? <p>{t('link.none')}</p> : null}
      {link && link.template !== '' ? (
        <FactList>
          <Fact name={t('link.host')}>{link.host}</Fact>
          <Fact name={t('link.template')}>
            <code>{link.template}</code>
          </Fact>
        </FactList>
      ) : null}
      {setting.problem && !changing ? <ProblemNotice problem={setting.problem} /> : null}
      {link ? (
        <div className="acts">
          <Button onClick={() => setChanging(true)}>{t(link.template === '' ? 'link.set' : 'link.change')}</Button>
          {link.template === '' ? null : (
            <Button kind="quiet" busy={setting.busy} onClick={() => void set({ template: '' })}>
              {t('link.forget')}
            </Button>
          )}
        </div>
      ) : null}
      {link && changing ? <TemplateDialog before={link.template} onClose={() => setChanging(false)} /> : null}
    </Panel>
  )
}

const TemplateDialog = ({ before, onClose }: { readonly before: string; readonly onClose: () => void }) => {
  const [template, setTemplate] = useState(before)
  const [tried, setTried] = useState(false)
  const [set, { busy, problem }] = useAct('setViewerLink')
  const fault = viewerLinkFault(template.trim())
  const save = async () => {
    setTried(true)
    if (busy || fault) return
    if ((await set({ template: template.trim() })).ok) onClose()
  }
  return (
    <Dialog title={t('link')} closeLabel={common.cancel} onClose={onClose} onSubmit={() => void save()} save={{ label: common.save, busy }} width={720}>
      <div className="stack">
        {problem ? <ProblemNotice problem={problem} /> : null}
        <TextField
          label={t('link.template')} hint={plain('link.template.hint')} inputMode="url" data-autofocus value={template} onText={setTemplate}
          error={tried && fault ? plain(`link.fault.${fault}`) : undefined}
        />
      </div>
    </Dialog>
  )
}
