/** A refusal as CouchDB words it: an HTTP status and `{error, reason}`. */
export class CouchProblem extends Error {
  constructor(
    readonly status: number,
    readonly error: string,
    readonly reason: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(`${error}: ${reason}`)
    this.name = 'CouchProblem'
  }
}

export const badRequest = (reason: string) => new CouchProblem(400, 'bad_request', reason)
export const missing = (reason = 'missing') => new CouchProblem(404, 'not_found', reason)
export const noDatabase = () => missing('Database does not exist.')
export const unauthorized = (reason: string) => new CouchProblem(401, 'unauthorized', reason)
export const methodNotAllowed = (allowed: string) => new CouchProblem(405, 'method_not_allowed', `Only ${allowed} allowed`, { Allow: allowed })
