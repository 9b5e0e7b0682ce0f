import type { DomainResource, Extension } from 'fhir/r4'
import { extensions, referenceTo, thingsIn } from '../systems'

/**
 * Where a value came from. `device` is what people call the device (it must still say something on a
 * workstation that never saw it); `deviceId` is its record there; `calibrationWasDue` the day (YYYY-MM-DD) on which its
 * calibration was due, where the value came after it.
 */
export type Origin =
  | { readonly kind: 'typed' }
  | { readonly kind: 'device'; readonly device: string; readonly profile: string; readonly deviceId?: string; readonly calibrationWasDue?: string }
  | { readonly kind: 'imported'; readonly source: string }

const part = (url: string, value: string): Extension => ({ url, valueString: value })

const originExtension = (origin: Origin, confirmedBy?: string): Extension => {
  const parts = [part('kind', origin.kind)]
  if (origin.kind === 'device') {
    parts.push(part('device', origin.device), part('profile', origin.profile))
    if (origin.deviceId !== undefined) parts.push(part('deviceId', origin.deviceId))
    if (origin.calibrationWasDue !== undefined) parts.push(part('calibrationWasDue', origin.calibrationWasDue))
  }
  if (origin.kind === 'imported') parts.push(part('source', origin.source))
  if (confirmedBy !== undefined) parts.push(part('confirmedBy', confirmedBy))
  return { url: extensions.origin, extension: parts }
}

const partsOf = (resource: DomainResource): Map<string, string> => {
  const extension = thingsIn(resource.extension).find((each) => each.url === extensions.origin)
  return new Map(thingsIn(extension?.extension).map((each) => [each.url, each.valueString ?? '']))
}

/**
 * The resource with its origin: the extension `urn:outpost:origin` (kind, device, profile, deviceId,
 * confirmedBy), and `Observation.device` where the resource is an Observation.
 * @param confirmedBy practitioner id of the person who confirmed a device's value
 */
export const withOrigin = <Resource extends DomainResource>(resource: Resource, origin: Origin, confirmedBy?: string): Resource => {
  const others = (resource.extension ?? []).filter((each) => each.url !== extensions.origin)
  const stamped = { ...resource, extension: [...others, originExtension(origin, confirmedBy)] }
  if (origin.kind !== 'device' || (resource as { resourceType?: string }).resourceType !== 'Observation') return stamped
  const device = origin.deviceId === undefined ? { display: origin.device } : referenceTo('Device', origin.deviceId, origin.device)
  return { ...stamped, device }
}

/** The origin of an Observation or DiagnosticReport; a resource that says nothing was typed. */
export const observationOrigin = (resource: DomainResource): Origin => {
  const parts = partsOf(resource)
  switch (parts.get('kind')) {
    case 'device': {
      const deviceId = parts.get('deviceId')
      const calibrationWasDue = parts.get('calibrationWasDue')
      return {
        kind: 'device',
        device: parts.get('device') ?? '',
        profile: parts.get('profile') ?? '',
        ...(deviceId === undefined ? {} : { deviceId }),
        ...(calibrationWasDue === undefined ? {} : { calibrationWasDue }),
      }
    }
    case 'imported':
      return { kind: 'imported', source: parts.get('source') ?? '' }
    default:
      return { kind: 'typed' }
  }
}

/** Practitioner id of the person who confirmed a device's value, where one did. */
export const confirmedBy = (resource: DomainResource): string | undefined => partsOf(resource).get('confirmedBy')
