import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { useState } from 'react'
import { afterEach, describe, expect, it } from 'vitest'
import { common } from '../../../resources/locales/en/common'
import { shell } from '../../../resources/locales/en/shell'
import { fill, formatAgo, formatDate, readDate, teachProblemWording, useLanguage, withoutIsolates, wording, wordsOf } from '../../components'
import { ageOf, bornWords } from '../patients'
import { chooseLanguage } from './language'
import { problems } from '../../../resources/locales/en/problems'

const t = wording(shell)

const Part = () => {
  const [text, setText] = useState('')
  return (
    <>
      <label>
        {t('search')}
        <input value={text} onChange={(event) => setText(event.target.value)} />
      </label>
      <button type="button">{common.cancel}</button>
    </>
  )
}
const Root = () => {
  useLanguage()
  return <Part />
}

afterEach(async () => {
  cleanup()
  await chooseLanguage('en')
})

describe('the language of a window', () => {
  it('A45: switching to French and to Arabic re-labels what is open, and the half-typed name stays in its field', async () => {
    render(<Root />)
    fireEvent.change(screen.getByRole('textbox'), { target: { value: 'Zebe' } })
    const field = screen.getByRole<HTMLInputElement>('textbox', { name: /Search patients/ })
    await chooseLanguage('fr')
    expect(await screen.findByRole('textbox', { name: /^Rechercher/ })).toBe(field)
    expect(screen.getByRole('button', { name: 'Annuler' })).toBeTruthy()
    expect([document.documentElement.lang, document.documentElement.dir]).toEqual(['fr', 'ltr'])
    await chooseLanguage('ar')
    expect(await screen.findByRole('button', { name: 'إلغاء' })).toBeTruthy()
    expect([document.documentElement.lang, document.documentElement.dir]).toEqual(['ar', 'rtl'])
    expect(field.value).toBe('Zebe')
    await chooseLanguage('en')
    expect(await screen.findByRole('textbox', { name: /Search patients/ })).toBe(field)
    expect(document.documentElement.dir).toBe('ltr')
  })

  it('of two languages asked for at once the last one counts', async () => {
    await Promise.all([chooseLanguage('ar'), chooseLanguage('fr'), chooseLanguage('en')])
    expect([common.cancel, document.documentElement.lang]).toEqual(['Cancel', 'en'])
  })

  it('problems are told in the language of the window, and English comes back word for word', async () => {
    teachProblemWording({ problems, otherwise: problems.internal, again: common.again, technical: common.technical })
    const english = wordsOf({ kind: 'session-locked', facts: {} })
    await chooseLanguage('fr')
    expect(wordsOf({ kind: 'session-locked', facts: {} }).happened).toBe('L’écran est verrouillé.')
    await chooseLanguage('en')
    expect(wordsOf({ kind: 'session-locked', facts: {} })).toEqual(english)
  })
})

describe('dates and counts in another language', () => {
  it('A45: a birth date keeps its order and its digits and takes the month’s name', async () => {
    await chooseLanguage('fr')
    expect([formatDate('1945-07-14'), formatDate('2026-02')]).toEqual(['14-juil-1945', 'févr-2026'])
    await chooseLanguage('ar')
    expect(withoutIsolates(formatDate('1945-07-14'))).toBe('14-يوليو-1945')
    expect(readDate(formatDate('1945-07-14'), new Date(2026, 10, 21))).toBe('1945-07-14')
  })

  it('reads a month as it is written here, without its accents, and as English forms have it; what could be two months is none', async () => {
    const today = new Date(2026, 10, 21)
    await chooseLanguage('fr')
    expect(['14 août 1945', '14 aout 1945', '14-Aug-1945', '14 févr. 1945', '14 juillet 1945', '14 jui 1945'].map((text) => readDate(text, today))).toEqual([
      '1945-08-14',
      '1945-08-14',
      '1945-08-14',
      '1945-02-14',
      '1945-07-14',
      null,
    ])
    await chooseLanguage('ar')
    expect(readDate('14 ابريل 1945', today)).toBe('1945-04-14')
  })

  it('A45: a name and a range keep their own direction among Arabic words, and nothing is added to English ones', async () => {
    expect(fill('{from} to {name}', { from: '3.5–5.1', name: 'OKAFOR, Ada' })).toBe('3.5–5.1 to OKAFOR, Ada')
    await chooseLanguage('ar')
    expect(fill('{from} {name}', { from: '3.5–5.1', name: 'OKAFOR, Ada' })).toBe('\u20683.5–5.1\u2069 \u2068OKAFOR, Ada\u2069')
  })

  it('A45: an age is told in the short form of the language, with Latin digits', async () => {
    const ages = () => ['1969-05-20', '2018-07-20', '2025-11-20', '2026-11-19', '1980'].map((born) => withoutIsolates(ageOf(born, '2026-11-21')).replaceAll('\u00a0', ' '))
    expect(ages()).toEqual(['57y', '8y 4m', '12m 1d', '2d', '~46y'])
    await chooseLanguage('fr')
    expect(ages()).toEqual(['57 ans', '8 ans 4 mois', '12 mois 1 j', '2 j', '~46 ans'])
    await chooseLanguage('ar')
    expect(ages()).toEqual(['57 سنة', '8 سنوات و4 أشهر', '12 شهرًا ويوم', 'يومان', '~46 سنة'])
    expect(bornWords({ birthDate: '1945-07-14', deceased: false })).toMatch(/^\u206814-يوليو-1945\u2069 \(\u2068.*سنة\u2069\)$/)
  })

  it('A45: Arabic counts in its own forms: two, few, many', async () => {
    await chooseLanguage('ar')
    const now = new Date(2026, 10, 21, 14, 0)
    const ago = (minutes: number) => formatAgo(new Date(now.getTime() - minutes * 60_000), now)
    expect([ago(2), ago(3), ago(11)].map(withoutIsolates)).toEqual(['قبل دقيقتين', 'قبل 3 دقائق', 'قبل 11 دقيقة'])
  })
})
