import { useSyncExternalStore } from 'react'
import { useMediaQuery } from './useMediaQuery'

export type ThemeChoice = 'system' | 'light' | 'dark'

// public/theme.js reads the same key before the first paint.
const KEY = 'taskchat.theme'
const CHANGED = 'themechange'

function readChoice(): ThemeChoice {
  const stored = localStorage.getItem(KEY)
  return stored === 'light' || stored === 'dark' ? stored : 'system'
}

function subscribe(changed: () => void): () => void {
  window.addEventListener('storage', changed)
  window.addEventListener(CHANGED, changed)
  return () => {
    window.removeEventListener('storage', changed)
    window.removeEventListener(CHANGED, changed)
  }
}

export function chooseTheme(choice: ThemeChoice): void {
  if (choice === 'system') localStorage.removeItem(KEY)
  else localStorage.setItem(KEY, choice)
  window.dispatchEvent(new Event(CHANGED))
}

/** The choice made, and whether it comes out dark here and now. */
export function useTheme(): { choice: ThemeChoice; dark: boolean } {
  const choice = useSyncExternalStore(subscribe, readChoice)
  const systemIsDark = useMediaQuery('(prefers-color-scheme: dark)')
  return { choice, dark: choice === 'dark' || (choice === 'system' && systemIsDark) }
}
