import { useState, type DragEvent, type ReactNode } from 'react'
import { pathsOf } from '../../../client'
import { words } from './words'
import './import.css'

interface Props {
  readonly isOff: boolean
  readonly onDrop: (paths: readonly string[]) => void
  readonly children: ReactNode
}

/** Where folders, zip archives and files are dropped. Dropped elsewhere they do nothing: the window goes nowhere. */
export const DropArea = ({ isOff, onDrop, children }: Props) => {
  const [over, setOver] = useState(0)
  const hasFiles = ({ dataTransfer }: DragEvent) => [...dataTransfer.types].includes('Files')
  return (
    <div
      className="import-drop"
      data-over={over > 0 && !isOff ? true : undefined}
      onDragEnter={(event) => hasFiles(event) && setOver((count) => count + 1)}
      onDragLeave={(event) => hasFiles(event) && setOver((count) => Math.max(0, count - 1))}
      onDragOver={(event) => {
        if (!hasFiles(event)) return
        event.preventDefault()
        event.dataTransfer.dropEffect = isOff ? 'none' : 'copy'
      }}
      onDrop={(event) => {
        if (!hasFiles(event)) return
        event.preventDefault()
        setOver(0)
        if (!isOff) onDrop(pathsOf([...event.dataTransfer.files]))
      }}
    >
      {children}
      {over > 0 && !isOff ? (
        <div className="import-drop-sign" aria-hidden="true">
          {words('drop')}
        </div>
      ) : null}
    </div>
  )
}
