import { Logo } from '@/ui/Logo'

/** Shown when the server takes its time to say who is signed in. */
export function Starting() {
  return (
    <main aria-busy className="grid min-h-dvh place-items-center">
      <title>TaskChat</title>
      <p role="status" className="sr-only">
        Starting…
      </p>
      <Logo className="size-10 animate-pulse" />
    </main>
  )
}
