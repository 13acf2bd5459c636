import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { Button } from '@/ui/Button'

/** Shown when not even the question of who is signed in could be answered. */
export function StartupError({ error }: ErrorComponentProps) {
  const router = useRouter()
  return (
    <main className="grid min-h-dvh content-center justify-items-center gap-2 px-4 text-center">
      <title>TaskChat</title>
      <h1 className="text-xl font-semibold tracking-tight">TaskChat could not start</h1>
      <p role="alert" className="text-sm text-muted-fg">
        {error instanceof Error ? error.message : String(error)}
      </p>
      <Button className="mt-2" onClick={() => router.invalidate()}>
        Try again
      </Button>
    </main>
  )
}
