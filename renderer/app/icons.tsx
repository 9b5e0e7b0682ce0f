import type { ReactNode } from 'react'
import type { Place } from './places'

const shapes: Readonly<Record<Place | 'lock' | 'search', ReactNode>> = {
  patients: (
    <>
      <circle cx="8" cy="7" r="3" />
      <path d="M2.5 17c.4-3.3 2.6-5 5.5-5s5.1 1.7 5.5 5" />
      <path d="M13 4.3a3 3 0 0 1 0 5.4M15.5 12.6c1.3.8 2 2.3 2.2 4.4" />
    </>
  ),
  round: <path d="M3 5h9M3 10h9M3 15h5M14 13.5l1.8 1.8 3-3.6" />,
  queue: <path d="M4 5h12M4 10h8M4 15h5M15.5 11v3l2 1.5M15.5 18.5a4 4 0 1 0-.1-8" />,
  beds: <path d="M2.5 15.5V5M2.5 13h15v2.5M17.5 13v-2.2a2 2 0 0 0-2-2H8.5V13M5.5 9.6a1.3 1.3 0 1 0 0 .1" />,
  lab: <path d="M8 3h4M8.8 3v5L4.6 15.2A1.2 1.2 0 0 0 5.6 17h8.8a1.2 1.2 0 0 0 1-1.8L11.2 8V3M6.6 12.5h6.8" />,
  alerts: <path d="M10 3 2.5 16.5h15zM10 8v4M10 14.2v.3" />,
  inbox: <path d="M3 4h14v12H3zM3 12h4l1 2h4l1-2h4M7 7.5h6M7 9.8h4" />,
  tray: <path d="M3 11 5.5 4h9L17 11v5H3zM3 11h4l1 2h4l1-2h4" />,
  devices: (
    <>
      <rect x="2.5" y="3.5" width="15" height="10" rx="1.5" />
      <path d="M5 9h2.5l1.5-3 2 5 1.5-2H15M7 17h6" />
    </>
  ),
  terminal: <path d="M3 4h14v12H3zM6 8l2.5 2L6 12M10.5 12.5H14" />,
  imaging: <path d="M3 3.5h14v13H3zM10 6v8M7 7.5c-1.5 1.8-1.5 3.2 0 5M13 7.5c1.5 1.8 1.5 3.2 0 5" />,
  hub: (
    <>
      <circle cx="10" cy="10" r="2.5" />
      <path d="M10 7.5V3.5M7.8 11.3 4.3 13.4M12.2 11.3l3.5 2.1" />
      <circle cx="10" cy="2.8" r="1.3" />
      <circle cx="3.4" cy="14" r="1.3" />
      <circle cx="16.6" cy="14" r="1.3" />
    </>
  ),
  sync: <path d="M4 8a6.5 6.5 0 0 1 11.5-2L17 8M17 3.5V8h-4.5M16 12a6.5 6.5 0 0 1-11.5 2L3 12M3 16.5V12h4.5" />,
  codes: <path d="M4 3.5h9l3 3v10H4zM7 8h6M7 11h6M7 14h3.5" />,
  staff: (
    <>
      <rect x="3" y="3.5" width="14" height="13" rx="2" />
      <circle cx="8" cy="9" r="1.8" />
      <path d="M5.2 13.5c.4-1.5 1.4-2.2 2.8-2.2s2.4.7 2.8 2.2M13 8h2M13 11h2" />
    </>
  ),
  audit: <path d="M5 3h7l3 3v11H5zM12 3v3h3M7.5 10h5M7.5 13h5" />,
  backup: <path d="M4 13v3.5h12V13M10 3v9M6.5 8.5 10 12l3.5-3.5" />,
  storage: (
    <>
      <ellipse cx="10" cy="5.5" rx="6.5" ry="2.5" />
      <path d="M3.5 5.5v9c0 1.4 2.9 2.5 6.5 2.5s6.5-1.1 6.5-2.5v-9M3.5 10c0 1.4 2.9 2.5 6.5 2.5s6.5-1.1 6.5-2.5" />
    </>
  ),
  security: (
    <>
      <circle cx="7" cy="10" r="3.5" />
      <path d="M10.5 10H17.5M14 10v3M16.5 10v2" />
    </>
  ),
  lock: (
    <>
      <rect x="4.5" y="9" width="11" height="8" rx="1.5" />
      <path d="M7 9V6.5a3 3 0 0 1 6 0V9" />
    </>
  ),
  search: (
    <>
      <circle cx="9" cy="9" r="5" />
      <path d="m13 13 4 4" />
    </>
  ),
}

/** A line icon; always beside its word. */
export const Icon = ({ name }: { readonly name: keyof typeof shapes }) => (
  <svg width="20" height="20" viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
    {shapes[name]}
  </svg>
)
