/**
 * Where a file lives says where it may run. This is the import table of docs/architecture.md as data, and the one
 * function that asks it. The lint rule `outpost/import-table` calls that function for every import of every file.
 */

/** @type {string[]} */
const nothing = []

/**
 * Each area, most specific folder first: what it may import of this project. A name stands for the area with that
 * folder; `shared` stands for all of shared/ except shared/testing. `types` may be imported as types only, which leaves
 * nothing in the bundle. `parts` are areas whose every file is open to this one, not the index alone.
 */
/** @type {{ folder: string, may: string[], types?: string[], parts?: string[], why: string }[]} */
const areas = [
  { folder: 'shared/standards', may: nothing, why: 'a standard is tables and parsers on bytes; it knows nothing of this application' },
  { folder: 'shared/records', may: ['shared/standards'], why: 'record rules are pure and may use the standards only' },
  { folder: 'shared/contract', may: ['shared/records'], why: 'the contract speaks of records and of nothing else' },
  { folder: 'shared/testing', may: ['shared'], why: 'builders for tests make records and messages; they run nothing' },
  { folder: 'preload', may: ['shared/contract'], why: 'the preload script exposes the contract and does nothing else' },

  { folder: 'main/app', may: ['shared/contract', 'resources'], why: 'Electron\'s main process holds no records: it starts the hosts as processes, by the paths of their bundles' },
  { folder: 'main/sealed', may: ['shared'], why: 'sealed files and keys are the floor that the other areas stand on' },
  { folder: 'main/lan', may: ['shared'], why: 'finding and joining a hub on the clinic\'s network needs no record and no practice' },
  { folder: 'main/http', may: ['shared'], why: 'a line to a server, and whether that server is believed, is the same for records and for images' },
  { folder: 'main/replica', may: ['main/sealed', 'shared'], why: 'the replica is used by the other areas and knows none of them' },
  { folder: 'main/sync', may: ['main/http', 'main/replica', 'main/sealed', 'shared'], why: 'sync moves records between the replica and a centre' },
  { folder: 'main/blobs', may: ['main/access', 'main/replica', 'main/sealed', 'main/sync', 'shared'], why: 'files travel beside the records, over the same server; what they are is known to who keeps them' },
  { folder: 'main/stick', may: ['main/access', 'main/blobs', 'main/replica', 'main/sealed', 'main/sync', 'shared'], why: 'a stick carries what sync would, where there is no line' },
  { folder: 'main/devices/framers', may: ['shared'], why: 'a framer is handed bytes; it never opens a port and never touches the database' },
  { folder: 'main/devices/profiles', may: ['main/devices/framers', 'shared'], why: 'a profile is handed a transport; it never opens a port and never touches the database' },
  { folder: 'main/devices/transports', may: ['shared'], why: 'a transport carries bytes and does not know what they mean' },
  { folder: 'main/devices/inbox', may: ['main/devices', 'main/replica', 'main/reports', 'main/sealed', 'shared'], why: 'the inbox stores results in the replica' },
  { folder: 'main/devices/inventory', may: ['main/devices', 'main/replica', 'shared'], why: 'the inventory keeps what it counts, and the upkeep of devices, in the replica' },
  { folder: 'main/devices/monitors', may: ['main/devices', 'main/devices/inbox', 'main/replica', 'shared'], why: 'what monitors say is charted in the replica, by bed and by patient' },
  { folder: 'main/devices/workbench', may: ['main/devices', 'main/devices/framers', 'main/devices/profiles', 'shared'], why: 'the workbench reads recordings; it opens no port and touches no record' },
  {
    folder: 'main/devices',
    may: ['main/devices/framers', 'main/devices/profiles', 'main/devices/transports', 'main/sealed', 'shared'],
    why: 'drivers run in a process of their own that has no records; only main/devices/inbox stores in the replica',
  },
  { folder: 'main/imaging/dimse', may: ['shared'], why: 'associations carry messages and know no record; they run in the DICOM host and in the practice host' },
  { folder: 'main/imaging/spool', may: ['main/sealed', 'shared'], why: 'what is received lies on disk until the archive has it; one process writes, another reads' },
  { folder: 'main/imaging', may: ['main/http', 'main/imaging/dimse', 'main/imaging/spool', 'main/replica', 'main/sealed', 'shared'], types: ['main/dicom-host'], why: 'the archive links its studies in the replica' },
  { folder: 'main/access', may: ['main/replica', 'main/sealed', 'shared'], why: 'sign-in, rights and audit keep their records in the replica' },
  { folder: 'main/backup', may: ['main/access', 'main/replica', 'main/sealed', 'shared'], why: 'a backup copies what the replica, the archive and the journal hold, and the practice file that opens it' },
  { folder: 'main/reports', may: ['main/replica', 'shared'], why: 'which report stands and what its results are is read alike by charts, the laboratory and what devices send' },
  { folder: 'main/charting', may: ['main/replica', 'main/reports', 'main/sealed', 'shared'], why: 'charting writes records into the replica; rights are asked at the gate' },
  { folder: 'main/codes', may: ['main/replica', 'shared'], why: 'code sets and the practice\'s own terms are read and kept beside the charts' },
  { folder: 'main/demo', may: ['main/charting', 'main/replica', 'main/access', 'main/imaging', 'main/devices', 'main/sealed', 'shared'], why: 'the demo practice is made through the same commands as a real one' },
  {
    folder: 'main/gate',
    may: ['main/access', 'main/backup', 'main/blobs', 'main/charting', 'main/codes', 'main/demo', 'main/devices', 'main/devices/inbox', 'main/devices/inventory', 'main/devices/monitors', 'main/devices/workbench', 'main/imaging', 'main/replica', 'main/sealed', 'main/stick', 'main/sync', 'shared'],
    why: 'the gate may know every area, but neither process entry',
  },
  { folder: 'main/device-host', may: ['main/devices', 'main/sealed', 'shared'], why: 'a hung or crashed driver must never take records with it, so the device host never imports the replica' },
  { folder: 'main/dicom-host', may: ['main/imaging/dimse', 'main/imaging/spool', 'shared'], why: 'whoever sends images is heard in a process that has no records' },
  {
    folder: 'main/host',
    may: ['main/access', 'main/backup', 'main/blobs', 'main/charting', 'main/codes', 'main/demo', 'main/devices', 'main/dicom-host', 'main/devices/inbox', 'main/devices/inventory', 'main/devices/monitors', 'main/gate', 'main/imaging', 'main/lan', 'main/replica', 'main/sealed', 'main/stick', 'main/sync', 'shared'],
    types: ['hub'],
    parts: ['main/gate'],
    why: 'the practice host joins the areas; drivers and windows run elsewhere',
  },
  { folder: 'hub', may: ['main/lan', 'main/sealed', 'shared'], why: 'the hub is a server of its own: it keeps documents and knows no clinical area' },
  { folder: 'server', may: ['main/sealed', 'shared'], why: 'the centre is set up over its own protocol; nothing of a workstation is in it' },
  {
    folder: 'cli',
    may: ['main/access', 'main/backup', 'main/blobs', 'main/charting', 'main/demo', 'main/devices', 'main/dicom-host', 'main/devices/inbox', 'main/devices/monitors', 'main/gate', 'main/host', 'main/imaging', 'main/replica', 'main/sealed', 'main/stick', 'main/sync', 'hub', 'server', 'shared'],
    parts: ['main/host'],
    why: 'the command line is the practice host without a window',
  },

  { folder: 'renderer/client', may: ['shared/contract'], why: 'the client speaks the contract; no other folder touches the preload bridge' },
  { folder: 'renderer/styles', may: nothing, why: 'styles are tokens and themes' },
  { folder: 'renderer/components', may: ['renderer/styles', 'resources'], why: 'components know no clinical word: of the wording only that of dates and sizes' },
  { folder: 'renderer/features', may: ['renderer/client', 'renderer/components', 'renderer/styles', 'renderer/features', 'shared', 'resources'], why: 'a window is untrusted: it shows and asks, through renderer/client' },
  { folder: 'renderer', may: ['renderer/client', 'renderer/components', 'renderer/features', 'renderer/styles', 'shared', 'resources'], why: 'the shell joins the features through their index' },

  { folder: 'build', may: nothing, why: 'the build must run before anything of the application exists' },
  { folder: 'e2e/bench/store', may: ['build', 'e2e', 'shared', 'main/replica'], parts: ['e2e', 'main/replica'], why: 'the storage is measured beside other storages, without the replica around it' },
  { folder: 'e2e/bench/search', may: ['build', 'e2e', 'shared', 'main/host', 'main/replica'], parts: ['e2e', 'main/host', 'main/replica'], why: 'the search is measured at the gate, in the window, and its index alone' },
  { folder: 'e2e/bench/sync', may: ['build', 'e2e', 'shared', 'main/replica', 'main/sync'], parts: ['e2e'], why: 'sync is measured beside other ways to replicate, without the application around it' },
  { folder: 'e2e', may: ['build', 'e2e/bench/store', 'e2e/bench/search', 'e2e/bench/sync', 'hub', 'shared', 'shared/testing', 'main/access', 'main/backup', 'main/blobs', 'main/demo', 'main/devices', 'main/dicom-host', 'main/host', 'main/imaging', 'main/replica', 'main/sealed', 'main/stick', 'main/sync', 'server'], parts: ['main/host'], why: 'a journey drives the built application from outside, and plays the devices and servers around it' },
  { folder: 'resources', may: ['shared/contract'], why: 'resources are data; wording may name the kinds of the contract as types' },
]

/** Areas whose every file may be imported by those who may import the area: they are libraries of small parts. */
const openFolders = ['shared', 'build', 'server/testing', 'resources', 'renderer/components', 'renderer/styles']

/** What tests need beyond the code beside them: the real other side. */
/** @type {Record<string, string[]>} */
const testsAlso = {
  'main/imaging': ['build', 'main/dicom-host', 'main/lan'],
  'main/sync': ['hub', 'main/lan', 'server'],
  'main/blobs': ['hub', 'main/imaging'],
  'main/stick': ['hub'],
  'main/host': ['hub'],
  'main/gate': ['hub', 'main/host'],
  'cli': ['main/devices/transports'],
  'hub': ['main/sync', 'main/replica'],
  'server': ['hub', 'build', 'main/replica', 'main/sync'],
}

/** Packages that only some folders may use, with the reason. */
const packages = [
  { names: /^electron$/, may: ['main/app', 'preload', 'build/launcher', 'e2e/bench/empty-window', 'e2e/bench/store/dexie-window'], why: 'only main/app imports electron; everything else must run in plain Node or in a sandboxed window' },
  { names: /^(rxdb|libsql|@libsql\/.*|pouchdb.*|abstract-leveldown)(\/|$)/, may: ['main/replica', 'main/sync', 'hub', 'e2e/bench/store', 'e2e/bench/sync'], why: 'the replica and sync (and the hub) are the only users of the database libraries' },
  { names: /^(serialport|@serialport\/.*)$/, may: ['main/devices/transports', 'e2e'], why: 'only a transport opens a port' },
  { names: /^(react|react-dom|@mantine\/.*|@tabler\/.*|@tanstack\/.*|wouter|uplot|@cornerstonejs\/.*)(\/|$)/, may: ['renderer'], why: 'screens are made in renderer/' },
  { names: /^(vitest|fast-check|@testing-library\/.*|happy-dom|playwright-core|axe-core)(\/|$)/, may: ['e2e', 'build'], why: 'test libraries stay out of the product' },
]

const noNode = ['shared', 'renderer', 'preload']
const inside = (path, folder) => path === folder || path.startsWith(`${folder}/`)
const areaOf = path => areas.find(area => inside(path, area.folder))
const isTest = path => /\.(test|test-parts|e2e)\.[cm]?[jt]sx?$/.test(path) || /\/testing\//.test(path) || inside(path, 'e2e')
const featureOf = path => /^renderer\/features\/([^/.]+)/.exec(path)?.[1]

/** `shared` in a row stands for its folders, but never for the test builders. */
function covers(allowed, target) {
  if (allowed === 'shared') return inside(target, 'shared') && !inside(target, 'shared/testing')
  return areaOf(target)?.folder === allowed || (inside(allowed, 'shared') && inside(target, allowed))
}

function isEntrance(path, folder) {
  const rest = path.slice(folder.length).replace(/\.[cm]?[jt]sx?$/, '')
  return rest === '' || rest === '/index'
}

/**
 * Asks the table about one import.
 *
 * @param {string} from path of the importing file in the project, with forward slashes.
 * @param {{ path: string } | { package: string }} target a path in the project (extension and `/index` may be missing), or
 *   a package as it is imported (`node:fs`, `rxdb/plugins/core`).
 * @param {{ typeOnly?: boolean }} [how]
 * @returns {string | null} why the import is forbidden, in words that teach; null when it is allowed.
 */
export function whyForbidden(from, target, how = {}) {
  const area = areaOf(from)
  if (!area) return null
  const reason = 'package' in target ? packageReason(from, target.package) : pathReason(from, area, target.path, Boolean(how.typeOnly))
  return reason && `${reason} (import table: docs/architecture.md)`
}

function packageReason(from, name) {
  if (name.startsWith('node:') && noNode.some(folder => inside(from, folder)) && !isTest(from)) {
    return `${from.split('/').slice(0, 2).join('/')} must run without Node, so it cannot import "${name}": take the value as an argument, or move the effect to main/.`
  }
  const rule = packages.find(row => row.names.test(name))
  if (!rule || rule.may.some(folder => inside(from, folder))) return null
  const testOnly = rule.names.test('vitest') && isTest(from)
  return testOnly ? null : `"${name}" may not be imported in ${areaOf(from)?.folder}: ${rule.why}.`
}

function pathReason(from, area, to, typeOnly) {
  if (/\.(test|e2e)(\.[cm]?[jt]sx?)?$/.test(to)) return 'Product code and tests never import a test: move what both need to shared/testing.'
  if (/\.test-parts(\.[cm]?[jt]sx?)?$|^(main\/.*|server)\/testing(\/|$)/.test(to)) return isTest(from) ? null : 'Product code never imports what was made for tests.'
  const target = areaOf(to)
  if (!target) return null
  if (inside(to, 'shared/testing') && !isTest(from)) return 'shared/testing holds builders for tests; product code never imports it.'
  if (inside(to, 'shared/testing')) return null

  if (area === target) {
    const [mine, theirs] = [featureOf(from), featureOf(to)]
    if (mine && theirs && mine !== theirs && !isEntrance(to, `renderer/features/${theirs}`)) {
      return `The feature "${mine}" reaches into "${theirs}": import renderer/features/${theirs} (its index), or move the part to renderer/components.`
    }
    return null
  }
  // Parts of one area (main/devices/…) know each other's files; the index is for those outside.
  const isOneArea = area.folder.startsWith('main/') && inside(target.folder, area.folder.split('/').slice(0, 2).join('/'))
  if (isOneArea && isTest(from)) return null
  const also = [...(isTest(from) ? (testsAlso[area.folder] ?? []) : []), ...(typeOnly ? (area.types ?? []) : [])]
  if (![...area.may, ...also].some(allowed => covers(allowed, to))) {
    const list = area.may.length ? area.may.join(', ') : 'nothing of this project'
    return `${area.folder} may not import ${target.folder}: ${area.why}. It may import ${list}.`
  }
  const entrance = target.folder === 'renderer/features' && featureOf(to) ? `renderer/features/${featureOf(to)}` : target.folder
  if (!isOneArea && !area.parts?.includes(target.folder) && !openFolders.some(folder => inside(to, folder)) && !isEntrance(to, entrance)) {
    return `${area.folder} reaches inside ${entrance}: one area uses another only through its index.ts. Export it there, or ask whether it belongs here.`
  }
  return null
}
