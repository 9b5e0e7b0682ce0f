import type { ServerResponse } from 'node:http'

/** What is being answered, by user: a feed stays open for hours, and must not outlive the right to it. */
export interface OpenAnswers {
  add(user: string, response: ServerResponse): void
  /** Cuts off everything that this user still hears. */
  end(user: string): void
}

/** See {@link OpenAnswers}. */
export const openAnswers = (): OpenAnswers => {
  const open = new Map<string, Set<ServerResponse>>()
  return {
    add: (user, response) => {
      const mine = open.get(user) ?? new Set()
      open.set(user, mine.add(response))
      response.once('close', () => {
        mine.delete(response)
        if (mine.size === 0 && open.get(user) === mine) open.delete(user)
      })
    },
    end: (user) => {
      for (const response of open.get(user) ?? []) response.destroy()
    },
  }
}
