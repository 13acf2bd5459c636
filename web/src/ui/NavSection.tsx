import { type ReactNode, useId } from 'react'

type Props = { title: string; action?: ReactNode; children: ReactNode }

/** A headed list within a navigation. */
export function NavSection({ title, action, children }: Props) {
  const id = useId()
  return (
    <section aria-labelledby={id} className="mt-4">
      <div className="flex h-8 items-center justify-between pr-0.5 pl-2">
        <h2 id={id} className="text-xs font-semibold text-muted-fg">
          {title}
        </h2>
        {action}
      </div>
      <ul>{children}</ul>
    </section>
  )
}
