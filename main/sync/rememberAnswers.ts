import { ServerProblem, type Server, type ServerAnswer } from './server'

/**
 * A server for one look around: these paths are asked for at once, and what several questions read is asked for once. After a cut on
 * a long line each way counts.
 */
export const rememberAnswers = (server: Server, paths: readonly string[]): Server => {
  const answers = new Map<string, Promise<ServerAnswer>>()
  const askOnce = (path: string): Promise<ServerAnswer> => {
    const known = answers.get(path)
    if (known) return known
    const asked = server.ask({ path })
    // Whoever needs it hears of it.
    asked.catch(() => undefined)
    answers.set(path, asked)
    return asked
  }
  for (const path of paths) void askOnce(path).catch(() => undefined)
  const ask: Server['ask'] = (request) => {
    if (request.query === undefined && request.body === undefined && (request.method ?? 'GET') === 'GET') return askOnce(request.path)
    // What is written may change what was read.
    answers.clear()
    return server.ask(request)
  }
  return {
    ...server,
    ask,
    read: async (request) => {
      if (request.method !== undefined && request.method !== 'GET') {
        answers.clear()
        return server.read(request)
      }
      const { status, body } = await ask(request)
      if (status >= 200 && status < 300) return body
      const { error = '', reason = '' } = (body ?? {}) as { error?: string; reason?: string }
      throw new ServerProblem('answered', status, `${error}: ${reason}`)
    },
  }
}
