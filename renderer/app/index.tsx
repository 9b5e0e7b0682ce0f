import '../styles/tokens.css'
import '../styles/base.css'
import '../styles/direction.css'
import { createRoot } from 'react-dom/client'
import { ClientProvider } from '../client'
import { App } from './App'
import { ErrorBoundary } from './ErrorBoundary'
import { chooseLanguage, systemLanguage } from '../features/language'
import { startTheme } from './theme'
import { startWording } from './wording'

startTheme()
startWording()
const root = document.getElementById('root')
const show = () => {
  if (!root) return
  createRoot(root).render(
    <ErrorBoundary>
      <ClientProvider>
        <App />
      </ClientProvider>
    </ErrorBoundary>,
  )
}
// A window whose words cannot be read opens in English.
chooseLanguage(systemLanguage()).then(show, show)
