import { cleanup, render, screen } from '@testing-library/react'
import { Suspense } from 'react'
import { afterEach, expect, it } from 'vitest'
import { fetchedLater } from './fetchedLater'

afterEach(cleanup)

const Queue = () => <p>Nobody waits</p>
const show = (Part: React.ComponentType) =>
  render(
    <Suspense fallback={<p>One moment</p>}>
      <Part />
    </Suspense>,
  )

it('shows a screen that is fetched when it is opened, after saying that it comes', async () => {
  const later = fetchedLater(async () => ({ Queue }))
  show(later.part(({ Queue: part }) => part))
  expect(screen.getByText('One moment')).toBeTruthy()
  expect(await screen.findByText('Nobody waits')).toBeTruthy()
})

it('shows a screen that was fetched before at once', async () => {
  let asked = 0
  const later = fetchedLater(async () => {
    asked += 1
    return { Queue }
  })
  const Part = later.part(({ Queue: part }) => part)
  later.fetch()
  await Promise.resolve()
  await new Promise((resolve) => setTimeout(resolve))
  show(Part)
  expect(screen.getByText('Nobody waits')).toBeTruthy()
  expect(asked).toBe(1)
})

it('fetches again what could not be fetched before it was needed', async () => {
  let asked = 0
  const later = fetchedLater(async () => {
    asked += 1
    if (asked === 1) throw new Error('the disk was busy')
    return { Queue }
  })
  later.fetch()
  await new Promise((resolve) => setTimeout(resolve))
  show(later.part(({ Queue: part }) => part))
  expect(await screen.findByText('Nobody waits')).toBeTruthy()
})
