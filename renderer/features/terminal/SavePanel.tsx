import { useState } from 'react'
import type { SavedRecording } from '../../../shared/contract'
import { shell, useAct } from '../../client'
import { Button, Choice, Notice, Panel, ProblemNotice } from '../../components'
import { t } from './words'

const forms = () => (['log', 'recording'] as const).map((value) => ({ value, label: t(`save.${value}`) }))
const patientsOptions = () => (['blanked', 'kept'] as const).map((value) => ({ value, label: t(`save.${value}`) }))

/** Saves what a line said into a folder, without patients unless a person decides otherwise. */
export const SavePanel = ({ line }: { readonly line: string }) => {
  const [form, setForm] = useState<'log' | 'recording'>('log')
  const [patients, setPatients] = useState<'blanked' | 'kept'>('blanked')
  const [saved, setSaved] = useState<SavedRecording>()
  const [save, saving] = useAct('saveTrace')
  const go = async () => {
    setSaved(undefined)
    const folder = await shell.chooseFolder()
    if (folder === null) return
    const answer = await save({ line, folder, form, patients })
    if (answer.ok) setSaved(answer.value)
  }
  return (
    <Panel id="terminal-save" title={t('save')}>
      <div className="terminal-choices">
        <Choice label={t('save.form')} value={form} options={forms()} onChoose={setForm} />
        <Choice label={t('save.patients')} value={patients} options={patientsOptions()} onChoose={setPatients} />
        <Button busy={saving.busy} onClick={() => void go()}>
          {t('save.go')}
        </Button>
      </div>
      {patients === 'kept' ? <Notice tone="abnormal" title={t('save.kept.warn')} /> : null}
      {saving.problem ? <ProblemNotice problem={saving.problem} /> : null}
      {saved ? (
        <Notice tone="done" role="status" title={t('save.done', { pieces: saved.pieces })}>
          <p>
            <code className="terminal-file">{saved.file}</code>
          </p>
          <p>{blankedWords(saved.blanked)}</p>
          {saved.isCut ? <p>{t('save.cut')}</p> : null}
        </Notice>
      ) : null}
    </Panel>
  )
}

const named = ['number', 'loose', 'word', 'date'] as const
const isNamed = (name: string): name is (typeof named)[number] => (named as readonly string[]).includes(name)

const blankedWords = (blanked: SavedRecording['blanked']): string => {
  if (!blanked) return t('save.what.all')
  const what = Object.entries(blanked).map(([name, count]) => `${count} ${isNamed(name) ? t(`what.${name}`) : t('what.other', { name })}`)
  return what.length === 0 ? t('save.what.none') : t('save.what', { what: what.join(', ') })
}
