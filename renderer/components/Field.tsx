import { useId, type InputHTMLAttributes, type KeyboardEvent, type ReactNode, type Ref, type SelectHTMLAttributes, type TextareaHTMLAttributes } from 'react'

interface Around {
  readonly label: string
  /** Said under the field all the time. */
  readonly hint?: ReactNode
  /** What is wrong; announced, and tied to the field. */
  readonly error?: string | undefined
  /** Written behind the label of a field that may stay empty. */
  readonly optional?: string
}

const describe = (id: string, { hint, error }: Around) => [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ') || undefined

const Surround = ({ id, label, hint, error, optional, children }: Around & { id: string; children: ReactNode }) => (
  <div className="field">
    <label className="field-label" htmlFor={id}>
      {label} {optional ? <span className="field-need">({optional})</span> : null}
    </label>
    {children}
    {hint ? (
      <div className="field-hint" id={`${id}-hint`}>
        {hint}
      </div>
    ) : null}
    {error ? (
      <div className="field-error" id={`${id}-error`} role="alert">
        {error}
      </div>
    ) : null}
  </div>
)

interface TextFieldProps extends Around, Omit<InputHTMLAttributes<HTMLInputElement>, 'children' | 'onChange'> {
  readonly onText?: (text: string) => void
  readonly unit?: string
  /** Stands in the box, behind the input: a button that belongs to it. */
  readonly beside?: ReactNode
  readonly ref?: Ref<HTMLInputElement>
}

/** One line of text with its label, hint, unit and error. */
export const TextField = ({ label, hint, error, optional, onText, unit, beside, id, ref, ...rest }: TextFieldProps) => {
  const own = useId()
  const fieldId = id ?? own
  return (
    <Surround id={fieldId} label={label} hint={hint} error={error} {...(optional ? { optional } : {})}>
      <div className="field-box">
        <input
          autoComplete="off"
          spellCheck={false}
          {...rest}
          ref={ref}
          id={fieldId}
          className="input"
          aria-invalid={error ? true : undefined}
          aria-describedby={describe(fieldId, { label, hint, error })}
          onChange={(event) => onText?.(event.target.value)}
        />
        {unit ? (
          <span className="field-unit" aria-hidden="true">
            {unit}
          </span>
        ) : null}
        {beside}
      </div>
    </Surround>
  )
}

interface TextAreaProps extends Around, Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'children' | 'onChange'> {
  readonly onText?: (text: string) => void
  readonly ref?: Ref<HTMLTextAreaElement>
}

/** Several lines of text. */
export const TextArea = ({ label, hint, error, optional, onText, id, ref, ...rest }: TextAreaProps) => {
  const own = useId()
  const fieldId = id ?? own
  return (
    <Surround id={fieldId} label={label} hint={hint} error={error} {...(optional ? { optional } : {})}>
      <textarea
        {...rest}
        ref={ref}
        id={fieldId}
        className="input"
        aria-invalid={error ? true : undefined}
        aria-describedby={describe(fieldId, { label, hint, error })}
        onChange={(event) => onText?.(event.target.value)}
      />
    </Surround>
  )
}

/** One of a set, as a list to choose from. */
export interface Option<Value extends string> {
  readonly value: Value
  readonly label: string
}

interface SelectFieldProps<Value extends string> extends Around, Omit<SelectHTMLAttributes<HTMLSelectElement>, 'children' | 'onChange' | 'value'> {
  readonly value: Value
  readonly options: readonly Option<Value>[]
  readonly onChoose: (value: Value) => void
}

/** One of many. */
export const SelectField = <Value extends string>({ label, hint, error, optional, options, onChoose, id, ...rest }: SelectFieldProps<Value>) => {
  const own = useId()
  const fieldId = id ?? own
  return (
    <Surround id={fieldId} label={label} hint={hint} error={error} {...(optional ? { optional } : {})}>
      <select
        {...rest}
        id={fieldId}
        className="input"
        aria-invalid={error ? true : undefined}
        aria-describedby={describe(fieldId, { label, hint, error })}
        onChange={(event) => onChoose(event.target.value as Value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </Surround>
  )
}

interface ChoiceProps<Value extends string> extends Around {
  readonly value: Value | undefined
  readonly options: readonly Option<Value>[]
  readonly onChoose: (value: Value) => void
  /** Only for the eye: the label stays for the screen reader. */
  readonly hideLabel?: boolean
}

/** One of a few, all of them in view: arrows move, the first letter picks. */
export const Choice = <Value extends string>({ label, hint, error, value, options, onChoose, hideLabel }: ChoiceProps<Value>) => {
  const name = useId()
  const onKeyDown = ({ key, ctrlKey, altKey, metaKey }: KeyboardEvent) => {
    if (ctrlKey || altKey || metaKey || key.length !== 1) return
    const option = options.find((one) => one.label.toLowerCase().startsWith(key.toLowerCase()))
    if (option) onChoose(option.value)
  }
  return (
    <fieldset className="field" aria-describedby={describe(name, { label, hint, error })}>
      <legend className={hideLabel ? 'visually-hidden' : 'field-label'}>{label}</legend>
      <div className="choice-row">
        {options.map((option) => (
          <label className="choice" key={option.value}>
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChoose(option.value)}
              onKeyDown={onKeyDown}
            />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
      {hint ? (
        <div className="field-hint" id={`${name}-hint`}>
          {hint}
        </div>
      ) : null}
      {error ? (
        <div className="field-error" id={`${name}-error`} role="alert">
          {error}
        </div>
      ) : null}
    </fieldset>
  )
}
