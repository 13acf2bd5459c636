import type { ReactNode } from 'react'
import { Logo } from '@/ui/Logo'

type Props = { title: string; subtitle: string; children: ReactNode; footer: ReactNode }

/** The frame of the pages for people who are not signed in. */
export function AccountCard({ title, subtitle, children, footer }: Props) {
  return (
    <main className="grid min-h-dvh content-center justify-items-center gap-6 px-4 py-10">
      <title>{`${title} · TaskChat`}</title>
      <p className="flex items-center gap-2.5 text-lg font-semibold tracking-tight">
        <Logo className="size-8" />
        TaskChat
      </p>
      <div className="grid gap-1.5 text-center">
        <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
        <p className="text-sm text-muted-fg">{subtitle}</p>
      </div>
      <div className="w-full max-w-sm rounded-2xl bg-surface p-6 shadow-popup">{children}</div>
      <p className="text-sm text-muted-fg">{footer}</p>
    </main>
  )
}
