import '../styles/tokens.css'
import '../styles/base.css'
import { createRoot } from 'react-dom/client'
import { ClientProvider } from '../client'
import { App } from './App'
import { ErrorBoundary } from './ErrorBoundary'
import { startTheme } from './theme'
import { startWording } from './wording'

startTheme()
startWording()
const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <ErrorBoundary>
      <ClientProvider>
        <App />
      </ClientProvider>
    </ErrorBoundary>,
  )
}
