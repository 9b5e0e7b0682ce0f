import { markRoles, type DraftReading, type MarkRole, type ProfileDraft, type RecordingStudy } from '../../../shared/contract'
import { Button, Choice, Panel, SelectField, TextField } from '../../components'
import type { Mark } from './draft'
import { PageView } from './PageView'
import { t } from './words'

interface Props {
  readonly study: RecordingStudy
  readonly draft: ProfileDraft
  readonly reading: DraftReading | undefined
  readonly role: MarkRole
  readonly onRole: (role: MarkRole) => void
  readonly onDraft: (part: Partial<ProfileDraft>) => void
}

const roles = () => markRoles.map((value) => ({ value, label: t(`role.${value}`) }))
const layouts = () => (['lines', 'table', 'columns'] as const).map((value) => ({ value, label: t(`layout.${value}`) }))
const separators = [';', ',', '|', '\t'].map((value) => ({ value, label: value === '\t' ? 'Tab' : value }))

const Check = ({ label, isOn, onChange }: { readonly label: string; readonly isOn: boolean; readonly onChange: (isOn: boolean) => void }) => (
  <label className="workbench-check">
    <input type="checkbox" checked={isOn} onChange={({ target }) => onChange(target.checked)} /> {label}
  </label>
)

/** A person says what is what on the page. */
export const MarksPanel = ({ study, draft, reading, role, onRole, onDraft }: Props) => {
  if (draft.protocol !== 'text') {
    return (
      <Panel id="workbench-marks" title={t('marks')}>
        <p>{t(`marks.${draft.protocol}`)}</p>
      </Panel>
    )
  }
  const changeMark = (changed: Mark, part: Partial<Mark>) => onDraft({ marks: draft.marks.map((mark) => (mark === changed ? { ...mark, ...part } : mark)) })
  const formats = reading?.timeFormats ?? []
  return (
    <Panel id="workbench-marks" title={t('marks')}>
      <p className="faint">{t('marks.lead')}</p>
      <div className="workbench-row">
        <Choice label={t('marks.layout')} value={draft.layout} options={layouts()} onChoose={(layout) => onDraft({ layout })} />
        {draft.layout === 'table' ? <SelectField label={t('marks.separator')} value={draft.separator} options={separators} onChoose={(separator) => onDraft({ separator })} /> : null}
        {draft.layout === 'table' ? <Check label={t('marks.headings')} isOn={draft.hasHeadings} onChange={(hasHeadings) => onDraft({ hasHeadings })} /> : null}
        {draft.layout === 'table' ? <Check label={t('marks.comma')} isOn={draft.decimalComma} onChange={(decimalComma) => onDraft({ decimalComma })} /> : null}
        {draft.layout === 'columns' ? null : <Check label={t('marks.no-units')} isOn={draft.printsNoUnits} onChange={(printsNoUnits) => onDraft({ printsNoUnits })} />}
      </div>
      <Choice label={t('marks.role')} value={role} options={roles()} onChoose={onRole} />
      <PageView study={study} draft={draft} role={role} readLines={reading?.readLines ?? []} onMarks={(marks) => onDraft({ marks })} />
      {formats.length > 0 ? (
        <SelectField label={t('marks.time')} value={draft.timeFormat ?? ''} options={[{ value: '', label: t('marks.time.none') }, ...formats.map((value) => ({ value, label: value }))]} onChoose={(timeFormat) => onDraft({ timeFormat: timeFormat === '' ? undefined : timeFormat })} />
      ) : null}
      <details open={draft.layout === 'columns'}>
        <summary>{t('marks.list')}</summary>
        {draft.marks.length === 0 ? <p className="faint">{t('marks.none')}</p> : null}
        <ul className="workbench-marks">
          {draft.marks.map((mark) => (
            <li key={`${mark.page}/${mark.line}/${mark.from}/${mark.as}`} className="workbench-row">
              <strong>{t(`role.${mark.as}`)}</strong>
              <code>{study.pages[mark.page]?.lines[mark.line]?.text.slice(mark.from, mark.to)}</code>
              <TextField label={t('mark.from')} inputMode="numeric" value={String(mark.from + 1)} maxLength={4} onText={(text) => Number(text) >= 1 && Number(text) - 1 < mark.to && changeMark(mark, { from: Number(text) - 1 })} />
              <TextField label={t('mark.to')} inputMode="numeric" value={String(mark.to)} maxLength={4} onText={(text) => Number(text) > mark.from && Number(text) <= 1_000 && changeMark(mark, { to: Number(text) })} />
              {mark.as === 'value' ? <TextField label={t('mark.code')} optional={t('optional')} value={mark.code ?? ''} maxLength={60} onText={(code) => changeMark(mark, { code: code === '' ? undefined : code })} /> : null}
              {mark.as === 'value' && draft.layout === 'columns' ? <TextField label={t('mark.decimals')} inputMode="numeric" value={String(mark.decimals ?? 0)} maxLength={1} onText={(text) => /^[0-6]$/.test(text) && changeMark(mark, { decimals: Number(text) })} /> : null}
              <Button kind="quiet" onClick={() => onDraft({ marks: draft.marks.filter((each) => each !== mark) })}>
                {t('mark.remove')}
              </Button>
            </li>
          ))}
        </ul>
      </details>
    </Panel>
  )
}
