import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** `rfcomm` as the kernel lets it work, with a pseudo-terminal for the radio: FAKE/near-ADDRESS is in reach, FAKE/call is the address that calls, FAKE/broken makes terminals that nobody can open. */
const fakeRfcomm = `#!/bin/sh
echo "$*" >> "$FAKE/said"
while [ "\${1#-}" != "$1" ]; do shift; done
what=$1 dev=$2
if [ "$what" = connect ]; then
  address=$3
  [ -e "$FAKE/near-$address" ] || { echo "Can't connect RFCOMM socket: Host is down" >&2; exit 1; }
else
  while [ ! -s "$FAKE/call" ]; do sleep 0.03; done
  address=$(cat "$FAKE/call"); rm "$FAKE/call"
fi
name=$(basename "$dev")
mkdir -p "$FAKE/sys/$name"; echo "$address" > "$FAKE/sys/$name/address"
echo $$ > "$FAKE/pid-$address"
[ -e "$FAKE/broken" ] && { : > "$dev"; exec sleep 60; }
exec socat "pty,raw,echo=0,link=$FAKE/far-$address" "pty,raw,echo=0,link=$dev"
`

/** Bluetooth as the kernel and BlueZ's programs make it look, without a radio. */
export interface FakeRfcomm {
  readonly folder: string
  readonly places: { readonly dev: string; readonly sys: string }
  /** A device that answers when it is called. */
  putNear(address: string): Promise<void>
  /** A device calls; resolves when it was let in, or turned away. */
  call(address: string): Promise<void>
  /** Where that device sits. */
  farEnd(address: string): string
  /** As the kernel ends a connection that broke. */
  hangUp(address: string): Promise<void>
  /** From now on the terminals of connections cannot be opened. */
  breakTerminals(): Promise<void>
  /** What `rfcomm` was asked. */
  said(): Promise<string>
  close(): Promise<void>
}

/** Puts a made-up `rfcomm` and `sdptool` on the path of this process. */
export const fakeRfcommOnPath = async (): Promise<FakeRfcomm> => {
  const folder = await mkdtemp(join(tmpdir(), 'outpost-rfcomm-'))
  const before = process.env['PATH']
  await mkdir(join(folder, 'dev'))
  await writeFile(join(folder, 'rfcomm'), fakeRfcomm)
  await writeFile(join(folder, 'sdptool'), '#!/bin/sh\necho "  Protocol Descriptor List:\n    \\"RFCOMM\\" (0x0003)\n      Channel: 3"\n')
  for (const program of ['rfcomm', 'sdptool']) await chmod(join(folder, program), 0o755)
  process.env['PATH'] = `${folder}:${before}`
  process.env['FAKE'] = folder
  const calling = join(folder, 'call')
  return {
    folder,
    places: { dev: join(folder, 'dev'), sys: join(folder, 'sys') },
    putNear: (address) => writeFile(join(folder, `near-${address}`), ''),
    call: async (address) => {
      await writeFile(calling, address)
      while (existsSync(calling)) await new Promise((later) => setTimeout(later, 10))
    },
    farEnd: (address) => join(folder, `far-${address}`),
    hangUp: async (address) => void process.kill(Number(await readFile(join(folder, `pid-${address}`), 'utf8'))),
    breakTerminals: () => writeFile(join(folder, 'broken'), ''),
    said: () => readFile(join(folder, 'said'), 'utf8'),
    close: async () => {
      process.env['PATH'] = before
      delete process.env['FAKE']
      await rm(folder, { recursive: true, force: true })
    },
  }
}
