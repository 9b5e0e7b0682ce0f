import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { phantomFiles } from '../phantom/phantom'
import { hasOrthanc, startOrthanc, type Orthanc } from './orthanc'

describe.skipIf(!hasOrthanc)('an Orthanc for tests', () => {
  let orthanc: Orthanc
  beforeAll(async () => {
    orthanc = await startOrthanc({ users: { ada: 'secret' } })
  })
  afterAll(() => orthanc.close())

  it('keeps what it is given and answers DICOMweb to those it knows', async () => {
    const [file] = [...phantomFiles({ patient: { number: 'A-1', family: 'Test', given: 'Ada' }, slices: 1, size: 16 })]
    if (!file) throw new Error('no phantom')
    await orthanc.store(file.bytes)
    expect(await orthanc.instances()).toBe(1)
    const ask = (headers: Record<string, string>): Promise<Response> => fetch(`${orthanc.dicomWebUrl}/studies`, { headers: { accept: 'application/dicom+json', ...headers } })
    expect((await ask({})).status).toBe(401)
    expect(await (await ask({ authorization: `Basic ${Buffer.from('ada:secret').toString('base64')}` })).json()).toHaveLength(1)
  })
})
