import type { Reference, ReportItem, StructuredReport } from '../../../../../shared/standards/dicom'
import { Button, Fact, FactList, Mark, Notice } from '../../../../components'
import { d } from '../words'
import { codeWords, isContext, isImageLibrary, isRunningText, momentWords, valueWords } from './words'

interface Props {
  readonly report: StructuredReport
  /** Shows an image of the study; undefined for one that it does not have here. */
  readonly findImage: (reference: Reference) => { readonly number: number; readonly show: () => void } | undefined
}

/** A structured report as a document with headings: whether it is complete and signed off stands first. */
export const ReportView = ({ report, findImage }: Props) => {
  const { root, title } = report
  const context = root.children.filter(isContext)
  return (
    <article className="sr" aria-label={d('report')}>
      <h3>{title ? codeWords(title) : d('report.untitled')}</h3>
      <p className="acts">
        {report.preliminary ? <Mark tone="abnormal" sign="!">{d('report.preliminary')}</Mark> : null}
        <CompletionMark completion={report.completion} />
        <VerificationMark verification={report.verification} />
      </p>
      {report.completionText === '' ? null : <p>{report.completionText}</p>}
      <FactList>
        {report.written === undefined ? null : <Fact name={d('report.written')}>{momentWords(report.written)}</Fact>}
        {report.verifiers.map(({ name, organisation, at }, index) => (
          <Fact key={index} name={d('report.verifier')}>
            {[name === '' ? d('report.verifier.nobody') : name, organisation, at === undefined ? '' : momentWords(at)].filter((part) => part !== '').join(' · ')}
          </Fact>
        ))}
        {report.institution === '' ? null : <Fact name={d('report.institution')}>{report.institution}</Fact>}
        {report.manufacturer === '' ? null : <Fact name={d('report.manufacturer')}>{report.manufacturer}</Fact>}
      </FactList>
      {report.predecessors === 0 ? null : <p className="faint">{report.predecessors === 1 ? d('report.predecessors.one') : d('report.predecessors', { count: report.predecessors })}</p>}
      {report.isCut ? <Notice tone="abnormal" title={d('report.cut')} /> : null}
      {context.length > 0 ? (
        <details className="sr-context">
          <summary>{d('report.context')}</summary>
          <Items items={context} level={4} findImage={findImage} />
        </details>
      ) : null}
      <Items items={root.children.filter((item) => !isContext(item))} level={4} findImage={findImage} />
      {root.children.length === 0 ? <p className="faint">{d('report.empty')}</p> : null}
    </article>
  )
}

const CompletionMark = ({ completion }: { readonly completion: StructuredReport['completion'] }) =>
  completion === 'COMPLETE' ? <Mark>{d('report.complete')}</Mark> : <Mark tone="abnormal" sign="!">{d(completion === 'PARTIAL' ? 'report.partial' : 'report.completion.unknown')}</Mark>

const VerificationMark = ({ verification }: { readonly verification: StructuredReport['verification'] }) =>
  verification === 'VERIFIED' ? <Mark>{d('report.verified')}</Mark> : <Mark tone="abnormal" sign="!">{d(verification === 'UNVERIFIED' ? 'report.unverified' : 'report.verification.unknown')}</Mark>

interface Listed {
  readonly level: number
  readonly findImage: Props['findImage']
}

/** Runs of images one after the other become one line: an image library names hundreds. */
const grouped = (items: readonly ReportItem[]): readonly (ReportItem | readonly ReportItem[])[] => {
  const groups: (ReportItem | ReportItem[])[] = []
  for (const item of items) {
    const last = groups.at(-1)
    const isPlainImage = item.value.type === 'IMAGE' && !item.concept && item.children.length === 0
    if (isPlainImage && Array.isArray(last)) last.push(item)
    else groups.push(isPlainImage ? [item] : item)
  }
  return groups
}

const Items = ({ items, ...listed }: Listed & { readonly items: readonly ReportItem[] }) => {
  if (items.length === 0) return null
  return (
    <ul className="sr-items">
      {grouped(items).map((each) => {
        const [first] = Array.isArray(each) ? (each as readonly ReportItem[]) : [each as ReportItem]
        if (!first) return null
        return <li key={first.place}>{Array.isArray(each) ? <References items={each as readonly ReportItem[]} {...listed} /> : <Item item={first} {...listed} />}</li>
      })}
    </ul>
  )
}

const Item = ({ item, level, findImage }: Listed & { readonly item: ReportItem }) => {
  const { value, concept, children, relationship, observed } = item
  const how = relationshipWords(relationship)
  const when = observed === undefined ? null : <span className="faint"> {d('report.observed', { when: momentWords(observed) })}</span>
  const below = <Items items={children} level={level + 1} findImage={findImage} />
  if (value.type === 'CONTAINER' && concept && isImageLibrary(item)) {
    return (
      <details className="sr-context">
        <summary>{codeWords(concept)}</summary>
        {below}
      </details>
    )
  }
  if (value.type === 'CONTAINER') {
    return (
      <section className={isRunningText(item) ? 'sr-flow' : 'sr-section'}>
        {concept ? <Heading level={level}>{codeWords(concept)}</Heading> : null}
        {when}
        {below}
      </section>
    )
  }
  const said = valueWords(value)
  return (
    <div className={value.type === 'NUM' ? 'sr-line sr-measurement' : 'sr-line'}>
      {how ? <span className="faint">{how} </span> : null}
      {concept ? <span className="sr-name">{codeWords(concept)}</span> : null}{' '}
      {said === undefined ? <References items={[item]} level={level} findImage={findImage} /> : <span className="sr-value">{said === '' ? <span className="faint">{d('report.empty')}</span> : said}</span>}
      {when}
      {below}
    </div>
  )
}

const known = ['HAS PROPERTIES', 'HAS CONCEPT MOD', 'INFERRED FROM', 'SELECTED FROM'] as const
const relationshipWords = (relationship: string): string | undefined => {
  const found = known.find((each) => each === relationship)
  return found && d(`relationship.${found}`)
}

const Heading = ({ level, children }: { readonly level: number; readonly children: string }) => {
  if (level <= 4) return <h4>{children}</h4>
  return level === 5 ? <h5>{children}</h5> : <h6>{children}</h6>
}

const kinds = { IMAGE: 'report.image', WAVEFORM: 'report.waveform', COMPOSITE: 'report.composite' } as const

const References = ({ items, findImage }: Listed & { readonly items: readonly ReportItem[] }) => (
  <span className="sr-references">
    {items.flatMap(({ place, value }) =>
      value.type === 'IMAGE' || value.type === 'WAVEFORM' || value.type === 'COMPOSITE'
        ? value.references.map((reference, index) => {
            const image = findImage(reference)
            const more = [
              reference.frames.length > 0 ? d('report.frames', { frames: reference.frames.join(', ') }) : '',
              value.channels.length > 0 ? d('report.channels', { channels: value.channels.join(', ') }) : '',
              image ? '' : d('report.notHere'),
            ].filter((part) => part !== '')
            const words = `${d(kinds[value.type])}${more.length > 0 ? ` (${more.join(', ')})` : ''}`
            return image ? (
              <Button key={`${place} ${index}`} kind="quiet" onClick={image.show}>
                {d('report.show', { number: image.number })}
              </Button>
            ) : (
              <span key={`${place} ${index}`} className="faint sr-reference">
                {words}
              </span>
            )
          })
        : [],
    )}
  </span>
)
