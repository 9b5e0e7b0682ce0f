import { useEffect, useRef, useState } from 'react'
import { Button, Choice, Form, SelectField, TextField, useDraft } from '../../components'
import { endings, readHex, readTyped, type Ending } from './bytes'
import type { OpenPort } from './useLine'
import { t } from './words'

/** Bytes of a file that are handed over at once. */
const pieceBytes = 16 * 1024
/** How much may wait at the port before the next piece goes. */
const aheadBytes = 32 * 1024
const waitMs = 100

const endingOptions = () => (Object.keys(endings) as Ending[]).map((value) => ({ value, label: t(`ending.${value}`) }))
const typedOptions = () => (['text', 'hex'] as const).map((value) => ({ value, label: t(`show.${value}`) }))

const withEnding = (bytes: Uint8Array, ending: Ending): Uint8Array => Uint8Array.from([...bytes, ...endings[ending]])

/** Sends a typed line, or a file, over a port that is open. */
export const SendForm = ({ port }: { readonly port: OpenPort }) => {
  const [text, setText, clear] = useDraft('terminal-line', '')
  const [typedAs, setTypedAs] = useState<'text' | 'hex'>('text')
  const [ending, setEnding] = useState<Ending>('cr')
  const [fault, setFault] = useState<string>()
  const isOpen = port.line?.state === 'open'
  const send = async () => {
    if (typedAs === 'hex') {
      const bytes = readHex(text)
      if (!bytes) return setFault(t('send.hex.fault'))
      if ((await port.send(bytes))?.ok) clear()
      return
    }
    const typed = readTyped(text)
    if (!typed.ok) return setFault(t('send.fault', { part: typed.part }))
    const bytes = withEnding(typed.bytes, ending)
    if (bytes.length > 0 && (await port.send(bytes))?.ok) clear()
  }
  return (
    <Form className="line-send" onSave={() => void send()}>
      <TextField
        label={t('send.text')}
        hint={typedAs === 'text' ? t('send.hint') : undefined}
        value={text}
        maxLength={4000}
        error={fault}
        onText={(next) => {
          setFault(undefined)
          setText(next)
        }}
      />
      <Choice label={t('send.as')} value={typedAs} options={typedOptions()} onChoose={setTypedAs} />
      {typedAs === 'text' ? <SelectField label={t('send.ending')} value={ending} options={endingOptions()} onChoose={setEnding} /> : null}
      <Button kind="main" type="submit" disabled={!isOpen}>
        {t('send')}
      </Button>
      <SendFile port={port} isOpen={isOpen} />
    </Form>
  )
}

const SendFile = ({ port, isOpen }: { readonly port: OpenPort; readonly isOpen: boolean }) => {
  const input = useRef<HTMLInputElement>(null)
  const stopped = useRef(false)
  /** What waits at the port now, as far as is known. */
  const ahead = useRef(0)
  const unsent = port.line?.unsent ?? 0
  useEffect(() => {
    ahead.current = unsent
  }, [unsent, port.line])
  useEffect(() => () => void (stopped.current = true), [])
  const [going, setGoing] = useState<{ readonly name: string; readonly done: number; readonly all: number }>()
  const [isRefused, setRefused] = useState(false)
  const send = async (file: File) => {
    const bytes = new Uint8Array(await file.arrayBuffer())
    stopped.current = false
    setRefused(false)
    for (let at = 0; at < bytes.length && !stopped.current; ) {
      const sent = await port.send(bytes.slice(at, at + pieceBytes))
      if (!sent?.ok) {
        setRefused(true)
        break
      }
      at += pieceBytes
      setGoing({ name: file.name, done: Math.min(at, bytes.length), all: bytes.length })
      ahead.current = sent.value.unsent
      while (ahead.current > aheadBytes && !stopped.current) await new Promise((later) => setTimeout(later, waitMs))
    }
    setGoing(undefined)
  }
  return (
    <>
      <input
        ref={input}
        type="file"
        className="visually-hidden"
        tabIndex={-1}
        aria-label={t('file')}
        onChange={({ target }) => {
          const file = target.files?.[0]
          target.value = ''
          if (file) void send(file)
        }}
      />
      {going ? (
        <span className="line-file" role="status">
          {t('file.sending', going)} <Button onClick={() => (stopped.current = true)}>{t('file.stop')}</Button>
        </span>
      ) : (
        <Button disabled={!isOpen} onClick={() => input.current?.click()}>
          {t('file')}
        </Button>
      )}
      {isRefused ? <span role="alert">{t('file.stopped')}</span> : null}
    </>
  )
}
