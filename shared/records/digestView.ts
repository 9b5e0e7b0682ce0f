import { canonical, type Json } from './mergeFields'

/*
 * What a server has of each day, in a form that a workstation can compare without fetching a record: a view of CouchDB that hashes each
 * document as `main/replica/digest` does here, and sums the hashes up by exclusive or. A server keeps it up to date as documents change.
 *
 * Its keys go from the year to a few documents: [year, month, day, last character of the id, the one before it]. So one question
 * for the years finds the year that differs, and four more the documents, however many there are.
 */

/** Derived here, or known to one workstation only: no part of what two replicas have to agree on. */
const ownMembers: readonly string[] = ['search', 'rev', '_rev', '_meta', '_attachments', '_deleted']

/** What is hashed of a record: canonical JSON of every member that all replicas agree on, those of newer versions included. */
export const saidIn = (document: Readonly<Record<string, unknown>>): string =>
  canonical(Object.fromEntries(Object.entries(document).filter(([name]) => !ownMembers.includes(name))) as Json)

/** One line of the view: how many documents, and their hashes together, as four whole numbers of 32 bits. */
export type DigestValue = readonly [count: number, ...words: number[]]

/** Where in the days a line stands; see above. */
export type DigestPath = readonly string[]

/** How many members a whole path has. */
export const digestDepth = 5

/** Where a document stands; `day` is YYYY-MM-DD. */
export const digestPathOf = (day: string, id: string): DigestPath => [...day.split('-'), id.slice(-1), id.slice(-2, -1)]

/** 128 bits, hexadecimal, as the four numbers of the view. */
export const wordsOf = (digest: string): number[] => [0, 8, 16, 24].map((at) => Number.parseInt(digest.slice(at, at + 8), 16))

/** The design document that offers the view, its id. */
export const digestDesignId = '_design/outpost-digest'

/** Path of the view below the database. */
export const digestViewPath = '_design/outpost-digest/_view/days'

/** SHA-256 (FIPS 180-4) in what every engine of CouchDB has understood since 2009; only the first four words are kept. */
const map = `function (doc) {
  if (!doc.practice || !doc.type || !doc.resource || typeof doc.at !== 'string') return;
  function canonical(value) {
    var index, names, parts = [];
    if (Array.isArray(value)) {
      for (index = 0; index < value.length; index++) parts.push(canonical(value[index]));
      return '[' + parts.join(',') + ']';
    }
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    names = Object.keys(value).sort();
    for (index = 0; index < names.length; index++) parts.push(JSON.stringify(names[index]) + ':' + canonical(value[names[index]]));
    return '{' + parts.join(',') + '}';
  }
  function bytesOf(text) {
    var bytes = [], index, code, next;
    for (index = 0; index < text.length; index++) {
      code = text.charCodeAt(index);
      if (code >= 0xd800 && code < 0xe000) {
        next = code < 0xdc00 ? text.charCodeAt(index + 1) : 0;
        if (next >= 0xdc00 && next < 0xe000) { code = 0x10000 + ((code - 0xd800) << 10) + (next - 0xdc00); index++; }
        else code = 0xfffd;
      }
      if (code < 0x80) bytes.push(code);
      else if (code < 0x800) bytes.push(0xc0 | code >> 6, 0x80 | code & 63);
      else if (code < 0x10000) bytes.push(0xe0 | code >> 12, 0x80 | code >> 6 & 63, 0x80 | code & 63);
      else bytes.push(0xf0 | code >> 18, 0x80 | code >> 12 & 63, 0x80 | code >> 6 & 63, 0x80 | code & 63);
    }
    return bytes;
  }
  var k = [0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2];
  function wordsOf(text) {
    var bytes = bytesOf(text), length = bytes.length, h = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
    var at, t, x, y, one, two, w = [], a, b, c, d, e, f, g, i;
    bytes.push(0x80);
    while (bytes.length % 64 !== 56) bytes.push(0);
    bytes.push(0, 0, 0, length / 0x20000000 & 255, length >>> 21 & 255, length >>> 13 & 255, length >>> 5 & 255, length << 3 & 255);
    for (at = 0; at < bytes.length; at += 64) {
      a = h[0]; b = h[1]; c = h[2]; d = h[3]; e = h[4]; f = h[5]; g = h[6]; i = h[7];
      for (t = 0; t < 64; t++) {
        if (t < 16) w[t] = bytes[at + 4 * t] << 24 | bytes[at + 4 * t + 1] << 16 | bytes[at + 4 * t + 2] << 8 | bytes[at + 4 * t + 3];
        else {
          x = w[t - 15]; y = w[t - 2];
          w[t] = w[t - 16] + ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3) + w[t - 7] + ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10) | 0;
        }
        one = i + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + (e & f ^ ~e & g) + k[t] + w[t] | 0;
        two = ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + (a & b ^ a & c ^ b & c) | 0;
        i = g; g = f; f = e; e = d + one | 0; d = c; c = b; b = a; a = one + two | 0;
      }
      h[0] = h[0] + a | 0; h[1] = h[1] + b | 0; h[2] = h[2] + c | 0; h[3] = h[3] + d | 0;
      h[4] = h[4] + e | 0; h[5] = h[5] + f | 0; h[6] = h[6] + g | 0; h[7] = h[7] + i | 0;
    }
    return [h[0] >>> 0, h[1] >>> 0, h[2] >>> 0, h[3] >>> 0];
  }
  var said = {}, name;
  for (name in doc) if (name.charAt(0) !== '_' && name !== 'search' && name !== 'rev') said[name] = doc[name];
  emit(doc.at.slice(0, 10).split('-').concat([doc._id.slice(-1), doc._id.slice(-2, -1)]), [1].concat(wordsOf(canonical(said))));
}`

const reduce = `function (keys, values) {
  var sum = [0, 0, 0, 0, 0], index, word;
  for (index = 0; index < values.length; index++) {
    sum[0] += values[index][0];
    for (word = 1; word < 5; word++) sum[word] = (sum[word] ^ values[index][word]) >>> 0;
  }
  return sum;
}`

/** The design document, for whoever may write it: provisioning, or a workstation whose user administers the database. */
export const digestDesign = { _id: digestDesignId, language: 'javascript', views: { days: { map, reduce } } } as const
