import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import { staff as words } from '../../../resources/locales/en/staff'
import { start } from '../../../resources/locales/en/start'
import type { Role } from '../../../shared/contract'
import { useAct, useAnswer, useWho } from '../../client'
import { Button, Dialog, Empty, Notice, ProblemNotice, SelectField, TextField, useScreen, Waiting, wording } from '../../components'
import { PracticePanel } from '../language'

const t = wording(words)
const s = wording(start)
const roles: readonly Role[] = ['receptionist', 'nurse', 'doctor', 'lab-technician', 'device-technician', 'administrator']

/** Who may sign in here, and as what. */
export const StaffScreen = () => {
  const who = useWho()
  const mayAdd = who?.actions.includes('staff.manage') ?? false
  const { value: people, problem, refresh, loading } = useAnswer('listStaff')
  const [adding, setAdding] = useState(false)
  const [added, setAdded] = useState<string | null>(null)
  useScreen('staff', people !== undefined)
  return (
    <>
      <header className="screen-head">
        <h1>{t('title')}</h1>
        <span className="faint">{t('lead')}</span>
        <span className="spread" />
        {mayAdd ? (
          <Button kind="main" onClick={() => setAdding(true)}>
            {t('add')}
          </Button>
        ) : null}
      </header>
      <div className="screen">
        {added ? <Notice tone="done" role="status" title={t('saved', { name: added })} /> : null}
        {problem && !people ? <ProblemNotice problem={problem} onAgain={refresh} /> : null}
        {loading ? <Waiting>{common.waiting}</Waiting> : null}
        {people ? (
          <section className="panel" aria-label={t('title')}>
            {people.length === 0 ? <Empty title={t('empty')} /> : null}
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">{t('column.name')}</th>
                  <th scope="col">{t('column.user')}</th>
                  <th scope="col">{t('column.role')}</th>
                  <th scope="col">{t('column.pin')}</th>
                </tr>
              </thead>
              <tbody>
                {people.map((person) => (
                  <tr key={person.practitioner}>
                    <td>
                      <strong>{person.name}</strong>
                    </td>
                    <td>{person.user}</td>
                    <td>{s(`role.${person.role}`)}</td>
                    <td>{person.hasPin ? t('pin.yes') : t('pin.no')}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        ) : null}
        {mayAdd ? <PracticePanel /> : null}
      </div>
      {adding ? (
        <AddPerson
          onClose={() => setAdding(false)}
          onAdded={(name) => {
            setAdding(false)
            setAdded(name)
          }}
        />
      ) : null}
    </>
  )
}

const AddPerson = ({ onClose, onAdded }: { readonly onClose: () => void; readonly onAdded: (name: string) => void }) => {
  const [form, setForm] = useState({ name: '', user: '', role: 'nurse' as Role, password: '', pin: '' })
  const [tried, setTried] = useState(false)
  const [add, { busy, problem }] = useAct('addStaff')
  const faults = {
    name: form.name.trim() ? undefined : t('fault.name'),
    user: /^[a-z][a-z0-9._-]{1,31}$/.test(form.user) ? undefined : t('fault.user'),
    password: form.password.length >= 8 ? undefined : t('fault.password'),
    pin: form.pin === '' || /^\d{4,8}$/.test(form.pin) ? undefined : t('fault.pin'),
  }
  const shown: Partial<typeof faults> = tried ? faults : {}
  const put = (change: Partial<typeof form>) => setForm((before) => ({ ...before, ...change }))
  const save = async () => {
    setTried(true)
    const wrong = Object.entries(faults).find(([, fault]) => fault)?.[0]
    if (wrong) return document.getElementById(`staff-${wrong}`)?.focus()
    if (busy) return
    const answer = await add({ name: form.name, user: form.user, role: form.role, password: form.password, ...(form.pin ? { pin: form.pin } : {}) })
    if (answer.ok) onAdded(answer.value.name)
  }
  return (
    <Dialog
      title={t('add.title')}
      closeLabel={common.close}
      onClose={onClose}
      onSubmit={() => void save()}
      save={{ label: t('add'), busy }}
    >
      <div className="stack">
        {problem ? <ProblemNotice problem={problem} /> : null}
        <TextField id="staff-name" label={t('name')} value={form.name} onText={(name) => put({ name })} error={shown.name} data-autofocus />
        <div className="two">
          <TextField id="staff-user" label={t('user')} hint={t('user.hint')} value={form.user} onText={(user) => put({ user: user.toLowerCase() })} error={shown.user} />
          <SelectField label={t('role')} value={form.role} onChoose={(role) => put({ role })} options={roles.map((value) => ({ value, label: s(`role.${value}`) }))} />
        </div>
        <div className="two">
          <TextField
            id="staff-password"
            type="password"
            label={t('password')}
            hint={t('password.hint')}
            value={form.password}
            onText={(password) => put({ password })}
            error={shown.password}
          />
          <TextField
            id="staff-pin"
            type="password"
            inputMode="numeric"
            label={t('pin')}
            optional={common.optional}
            hint={t('pin.hint')}
            value={form.pin}
            onText={(pin) => put({ pin })}
            error={shown.pin}
          />
        </div>
      </div>
    </Dialog>
  )
}
