import type { ReactNode } from 'react'

type SectionProps = { title: string; children: ReactNode }

/** A headed group of rows on the page of settings. */
export function SettingsSection({ title, children }: SectionProps) {
  return (
    <section className="grid gap-2">
      <h2 className="text-[13px] font-medium text-muted-fg">{title}</h2>
      <div className="divide-y rounded-xl border bg-surface">{children}</div>
    </section>
  )
}

type RowProps = { name: string; note: ReactNode; children?: ReactNode }

/** What can be set, what it means, and the control. */
export function SettingsRow({ name, note, children }: RowProps) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 py-3">
      <div className="min-w-0">
        <p className="text-sm font-medium">{name}</p>
        <p className="text-xs text-muted-fg">{note}</p>
      </div>
      {children}
    </div>
  )
}
