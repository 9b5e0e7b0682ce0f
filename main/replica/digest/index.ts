export { compareDigests, type Comparison, type DocumentDifference, totalOf } from './compare'
export { type DayDigest, type DayRange, type Digests, type DigestSource, type DocumentDigest, digestOfDocument, openDigests } from './digests'
