import { type ReactElement, type ReactNode, useId } from 'react'

type Control = { id: string; 'aria-describedby': string | undefined; 'aria-invalid': boolean }

type Props = {
  label: ReactNode
  hint?: string | undefined
  error?: string | undefined
  children: (control: Control) => ReactElement
}

/** A label, a control that it names, and what to know or what is wrong, tied together by ids. */
export function Field({ label, hint, error, children }: Props) {
  const id = useId()
  const note = error ?? hint
  const noteId = `${id}-note`
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] content-start gap-1.5">
      <label htmlFor={id} className="text-[13px] font-medium">
        {label}
      </label>
      {children({
        id,
        'aria-describedby': note ? noteId : undefined,
        'aria-invalid': error !== undefined,
      })}
      {note && (
        <p id={noteId} className={error ? 'text-xs text-danger' : 'text-xs text-muted-fg'}>
          {note}
        </p>
      )}
    </div>
  )
}
