import type { ComponentProps } from 'react'
import { cn } from '@/lib/cn'

/** The look of everything that text is typed into; below 16px phones zoom in on the focus. */
export const FIELD =
  'w-full rounded-lg border border-line-strong bg-surface px-3 text-sm text-fg max-sm:text-base shadow-xs transition-[border-color,background-color] focus-visible:border-accent-text focus-visible:outline-2 focus-visible:-outline-offset-1 focus-visible:outline-accent-text aria-invalid:border-danger disabled:opacity-60'

export function Input({ className, ...props }: ComponentProps<'input'>) {
  return <input className={cn(FIELD, 'h-9', className)} {...props} />
}
