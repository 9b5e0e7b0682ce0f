import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Debian's `orthanc` and `orthanc-dicomweb` (build/system.mjs brings them where tests run). */
const program = '/usr/sbin/Orthanc'
const plugins = '/usr/share/orthanc/plugins'

/** False: this machine has no Orthanc, and tests against it say that they are skipped. */
export const hasOrthanc = existsSync(program) && existsSync(join(plugins, 'libOrthancDicomWeb.so'))

/** A DICOM node that Orthanc knows: it is let in by its calling AE title, and can be sent to by its key. */
export interface OrthancModality {
  readonly aeTitle: string
  readonly host: string
  readonly port: number
}

/** How an Orthanc is started. */
export interface OrthancOptions {
  /** By the name under which Orthanc's own requests reach them. */
  readonly modalities?: Readonly<Record<string, OrthancModality>>
  /** User names and passwords for HTTP; without any, nobody is asked. */
  readonly users?: Readonly<Record<string, string>>
  /** More of Orthanc's own configuration. */
  readonly settings?: Readonly<Record<string, unknown>>
}

/** An Orthanc with a storage of its own, on ports of its own, on this machine only. */
export interface Orthanc {
  readonly aeTitle: string
  readonly dicomPort: number
  readonly httpPort: number
  /** Of the DICOMweb plug-in, without a slash at the end. */
  readonly dicomWebUrl: string
  /** Its REST interface, as the first of the users; answers the JSON that it says, if any, or throws its status. */
  rest<Value>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<Value>
  /** Stores a Part 10 file. */
  store(file: Uint8Array): Promise<void>
  /** The Part 10 files of all instances with that SOP Instance UID. */
  fileOf(sopInstanceUid: string): Promise<Uint8Array | undefined>
  /** How many instances it holds. */
  instances(): Promise<number>
  close(): Promise<void>
}

/** Ports that nobody listens on at this moment. */
export const freePorts = async (count: number): Promise<readonly number[]> => {
  const servers = await Promise.all(
    Array.from({ length: count }, () => new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
      const server = createServer()
      server.once('error', reject).listen(0, '127.0.0.1', () => resolve(server))
    })),
  )
  const ports = servers.map((server) => (server.address() as { port: number }).port)
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))))
  return ports
}

const startsWithinMs = 60_000

/** Starts one and waits until it answers. One a test file is enough; it takes a second or two. */
export const startOrthanc = async (options: OrthancOptions = {}): Promise<Orthanc> => {
  const folder = await mkdtemp(join(tmpdir(), 'orthanc-'))
  const [dicomPort = 0, httpPort = 0] = await freePorts(2)
  const aeTitle = 'ORTHANC'
  const config = join(folder, 'orthanc.json')
  await writeFile(
    config,
    JSON.stringify({
      Name: 'test',
      StorageDirectory: join(folder, 'storage'),
      IndexDirectory: join(folder, 'storage'),
      Plugins: [join(plugins, 'libOrthancDicomWeb.so')],
      HttpPort: httpPort,
      DicomPort: dicomPort,
      DicomAet: aeTitle,
      DicomCheckModalityHost: false,
      DicomAlwaysAllowEcho: true,
      RemoteAccessAllowed: false,
      AuthenticationEnabled: options.users !== undefined,
      ...(options.users && { RegisteredUsers: options.users }),
      DicomModalities: Object.fromEntries(Object.entries(options.modalities ?? {}).map(([name, each]) => [name, [each.aeTitle, each.host, each.port]])),
      DicomWeb: { Enable: true, Root: '/dicom-web/' },
      SaveJobs: false,
      ...options.settings,
    }),
  )
  const child = spawn(program, [config], { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, TCP_NODELAY: '1' } })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2000)))
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()).once('error', () => resolve()))
  const [user] = Object.entries(options.users ?? {})
  const headers: Record<string, string> = user ? { authorization: `Basic ${Buffer.from(user.join(':')).toString('base64')}` } : {}
  const ask = async (method: string, path: string, body?: Uint8Array | string): Promise<Response> => {
    const answer = await fetch(`http://127.0.0.1:${httpPort}${path}`, { method, headers, ...(body !== undefined && { body: body as BodyInit }) })
    if (!answer.ok) throw new Error(`Orthanc answers ${answer.status} to ${method} ${path}`)
    return answer
  }
  const find = async (sopInstanceUid: string): Promise<string | undefined> => {
    const found = (await (await ask('POST', '/tools/lookup', sopInstanceUid)).json()) as readonly { readonly ID: string; readonly Type: string }[]
    return found.find(({ Type }) => Type === 'Instance')?.ID
  }
  const close = async (): Promise<void> => {
    child.kill('SIGTERM')
    const patience = setTimeout(() => child.kill('SIGKILL'), 10_000)
    await ended
    clearTimeout(patience)
    await rm(folder, { recursive: true, force: true })
  }
  const deadline = Date.now() + startsWithinMs
  while (!(await ask('GET', '/system').then(() => true, () => false))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await close()
      throw new Error(`Orthanc did not start: ${said}`)
    }
    await new Promise((later) => setTimeout(later, 50))
  }
  return {
    aeTitle,
    dicomPort,
    httpPort,
    dicomWebUrl: `http://127.0.0.1:${httpPort}/dicom-web`,
    async rest<Value>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown) {
      const said = await (await ask(method, path, body === undefined ? undefined : JSON.stringify(body))).text()
      return (said === '' ? undefined : JSON.parse(said)) as Value
    },
    async store(file) {
      await (await ask('POST', '/instances', file)).arrayBuffer()
    },
    async fileOf(sopInstanceUid) {
      const id = await find(sopInstanceUid)
      return id === undefined ? undefined : new Uint8Array(await (await ask('GET', `/instances/${id}/file`)).arrayBuffer())
    },
    async instances() {
      return ((await (await ask('GET', '/statistics')).json()) as { readonly CountInstances: number }).CountInstances
    },
    close,
  }
}
