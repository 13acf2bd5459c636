import { type ClassValue, clsx } from 'clsx'
import { twMerge } from 'tailwind-merge'

/** Class names in order; of two Tailwind classes that disagree, the later one wins. */
export function cn(...names: ClassValue[]): string {
  return twMerge(clsx(names))
}
