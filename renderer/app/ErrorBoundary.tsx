import { Component, type ReactNode } from 'react'
import { start } from '../../resources/locales/en/start'
import { Button, Notice, wording } from '../components'

const t = wording(start)

interface Props {
  readonly children: ReactNode
  /** Another place is a new chance: the boundary forgets what broke. */
  readonly place?: string
}

/** A screen that breaks takes only itself down, says so, and can be shown again. */
export class ErrorBoundary extends Component<Props, { readonly broken: string | null; readonly place: string | undefined }> {
  override state = { broken: null as string | null, place: this.props.place }

  static getDerivedStateFromError(error: unknown) {
    return { broken: error instanceof Error ? error.name : 'unknown' }
  }

  static getDerivedStateFromProps(props: Props, state: { broken: string | null; place: string | undefined }) {
    return props.place === state.place ? null : { broken: null, place: props.place }
  }

  override render() {
    if (this.state.broken === null) return this.props.children
    return (
      <div className="broken">
        <Notice
          tone="critical"
          role="alert"
          title={t('broken.title')}
          actions={<Button onClick={() => this.setState({ broken: null })}>{t('broken.again')}</Button>}
        >
          <p>{t('broken.text')}</p>
        </Notice>
      </div>
    )
  }
}
