import type { ComponentProps } from 'react'
import { cn } from '@/lib/cn'
import { FIELD } from './Input'

export function Textarea({ className, ...props }: ComponentProps<'textarea'>) {
  return <textarea className={cn(FIELD, 'py-2 leading-relaxed', className)} {...props} />
}
