import type { ReactNode } from 'react'

type Props = { title: string; note: string; children: ReactNode }

/** A page of one column under a heading. */
export function PlainPage({ title, note, children }: Props) {
  return (
    <main id="main" tabIndex={-1} className="relative outline-none min-h-0 overflow-y-auto">
      <title>{`${title} · TaskChat`}</title>
      <div className="mx-auto grid w-full max-w-3xl grid-cols-[minmax(0,1fr)] gap-4 px-3 pt-6 pb-24 sm:px-6">
        <div>
          <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
          <p className="text-sm text-muted-fg">{note}</p>
        </div>
        {children}
      </div>
    </main>
  )
}
