import { randomBytes } from 'node:crypto'

/** What a ticket lets its holder fetch: the pixels of one study, during one session. */
interface Ticket {
  readonly session: string
  readonly study: string
}

/** Unguessable addresses of pixels. They hold as long as the session that asked for them, and for one study. */
export class Tickets {
  private readonly tickets = new Map<string, Ticket>()

  /** The same session gets the same ticket for a study again, so that what its viewer has cached stays good. */
  issue(session: string, study: string): string {
    for (const [ticket, held] of this.tickets) if (held.session === session && held.study === study) return ticket
    const ticket = randomBytes(24).toString('base64url')
    this.tickets.set(ticket, { session, study })
    return ticket
  }

  /** Study Instance UID that the ticket is for. */
  studyOf(ticket: string): string | undefined {
    return this.tickets.get(ticket)?.study
  }

  /** The session was locked, signed out or taken over. */
  revoke(session: string): void {
    for (const [ticket, held] of this.tickets) if (held.session === session) this.tickets.delete(ticket)
  }

  revokeAll(): void {
    this.tickets.clear()
  }
}
