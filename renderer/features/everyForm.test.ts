import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const folder = join(__dirname)

/** Fields that are no form whose text is to be there after a crash, each with why. */
const withoutDraft: Readonly<Record<string, readonly string[]>> = {
  'looks for something; what is found is the point': [
    'audit', 'bedside/PatientChooser', 'imaging/ImagingTray', 'imaging/documents/tags/TagPanel', 'imaging/exchange/WorklistPanel', 'imaging/export/ExportStudy', 'lab-catalogue/CatalogueTab',
    'lab-corrections/VerifiedTab', 'result-entry/ReferenceRanges', 'specimens/SamplesTab', 'staff/AuditScreen', 'terminal/TerminalScreen',
  ],
  'takes a secret, which is never written down': [
    'bluetooth/PairingPart', 'first-run/CreatePractice', 'first-run/JoinPractice', 'first-run/RecoveryCode', 'hub/CentrePanel', 'hub/JoinCodeFields', 'imaging/dicomWeb/ServerDialog', 'backup/RestorePractice',
    'security/RecoveryCodeDialog', 'sign-in/SignInScreen', 'staff/StaffScreen', 'stick/StickPanel', 'sync-status/SyncScreen',
  ],
  'is a part of a form whose whole keeps the draft, or is kept in memory with a recording': ['devices/wizard/PlaceStep', 'devices/wizard/PortStep', 'workbench/MarksPanel', 'workbench/NamePanel', 'workbench/SourcePanel'],
  'is a setting, shown as it stands': [
    'bedside/dialogs', 'devices/DevicesScreen', 'files/FilesPanel', 'imaging/exchange/OutboxPanel', 'imaging/network/OwnDialog', 'imaging/storage/ArchivePanel', 'imaging/viewerLink/ViewerLinkPanel',
  ],
}

const screens = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .map((name) => name.replace(/\\/g, '/'))
  .filter((name) => name.endsWith('.tsx') && !name.includes('.test'))
const sourceOf = (name: string): string => readFileSync(join(folder, name), 'utf8')
const isForm = (source: string): boolean => /<(TextField|TextArea)\b/.test(source)
const keepsDraft = (source: string): boolean => /\buse\w*Drafts?\b/.test(source)

describe('every form', () => {
  it('A15: keeps what is typed in it until it is saved', () => {
    const excepted = Object.values(withoutDraft).flat()
    const forms = screens.filter((name) => isForm(sourceOf(name)))
    expect(forms.length).toBeGreaterThan(30)
    // A new form keeps its text with `useDraft`, or stands above with its reason.
    expect(forms.filter((name) => !keepsDraft(sourceOf(name)) && !excepted.includes(name.replace('.tsx', '')))).toEqual([])
  })
})
