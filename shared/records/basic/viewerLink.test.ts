import { describe, expect, it } from 'vitest'
import { hostOf, viewerLinkFault, viewerLinkIn, viewerLinkOf, viewerLinkRecord } from './viewerLink'

const at = '2026-11-21T09:00:00.000Z'
const study = { studyUid: '1.2.840.5', accession: 'A/1 &x', patientId: 'A-0001' }

describe('D15: the link to an outside viewer', () => {
  it('carries the Study Instance UID, and what is put in stays inside its place', () => {
    expect(viewerLinkOf('https://pacs.example.org/viewer?StudyInstanceUIDs={studyUid}&acc={accession}', study)).toBe(
      'https://pacs.example.org/viewer?StudyInstanceUIDs=1.2.840.5&acc=A%2F1%20%26x',
    )
    expect(viewerLinkOf('weasis://x?{studyUid}', study)).toBeUndefined()
  })

  it('is not made when the study has not what it asks for', () => {
    expect(viewerLinkOf('http://10.0.0.5:8042/{accession}/{studyUid}', { studyUid: '1.2' })).toBeUndefined()
    expect(viewerLinkOf('http://10.0.0.5:8042/{studyUid}', { studyUid: '1.2' })).toBe('http://10.0.0.5:8042/1.2')
  })

  it.each([
    ['https://{studyUid}/x', 'address'],
    ['https://pacs{accession}.example.org/{studyUid}', 'address'],
    ['javascript:alert({studyUid})', 'address'],
    ['file:///etc/{studyUid}', 'address'],
    ['//pacs/{studyUid}', 'address'],
    ['https://good@evil.example/{studyUid}', 'address'],
    ['https://good\\@evil.example/{studyUid}', 'address'],
    ['https://pa cs/{studyUid}', 'address'],
    ['https:///{studyUid}', 'address'],
    ['https://pacs.example.org/', 'study'],
    ['https://pacs.example.org/{patientId}', 'study'],
    ['https://pacs.example.org/{studyUid}/{name}', 'place'],
    ['', 'address'],
  ] as const)('is refused as %s: %s', (template, fault) => {
    expect(viewerLinkFault(template)).toBe(fault)
    expect(viewerLinkOf(template, study)).toBeUndefined()
  })

  it('names the host to which it leads', () => {
    expect(hostOf('https://PACS.example.org:8443/viewer?x={studyUid}')).toBe('pacs.example.org:8443')
    expect(hostOf('http://[::1]:80/{studyUid}')).toBe('[::1]:80')
  })

  it('is one record, and is taken away by an empty one', () => {
    expect(viewerLinkIn(viewerLinkRecord('https://a/{studyUid}', at))).toBe('https://a/{studyUid}')
    expect(viewerLinkIn(viewerLinkRecord('', at))).toBeUndefined()
  })
})
