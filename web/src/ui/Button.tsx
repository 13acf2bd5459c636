import type { ComponentProps } from 'react'
import { cn } from '@/lib/cn'

const VARIANTS = {
  primary: 'bg-accent text-accent-fg shadow-sm hover:bg-accent-hover',
  outline: 'border border-line-strong bg-surface text-fg hover:bg-muted',
  ghost: 'text-muted-fg hover:bg-muted hover:text-fg',
  danger: 'bg-danger-soft text-danger hover:brightness-95 dark:hover:brightness-110',
}

const SIZES = {
  sm: 'h-7 gap-1.5 rounded-md px-2 text-xs',
  md: 'h-9 gap-2 rounded-lg px-3.5 text-sm',
  icon: 'size-8 rounded-lg',
  'icon-sm': 'size-7 rounded-md',
}

export type ButtonProps = ComponentProps<'button'> & {
  variant?: keyof typeof VARIANTS
  size?: keyof typeof SIZES
}

export function Button({
  variant = 'outline',
  size = 'md',
  type = 'button',
  className,
  ...props
}: ButtonProps) {
  return (
    <button
      type={type}
      className={cn(
        'inline-flex shrink-0 items-center justify-center font-medium whitespace-nowrap transition-colors select-none disabled:cursor-not-allowed disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0',
        VARIANTS[variant],
        SIZES[size],
        className,
      )}
      {...props}
    />
  )
}
