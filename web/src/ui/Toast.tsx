import { Toast as Base } from '@base-ui/react/toast'
import { X } from 'lucide-react'
import { type ReactNode, useCallback } from 'react'
import { cn } from '@/lib/cn'
import { Button } from './Button'

type Tone = 'neutral' | 'danger'

/** Wraps the app: shows toasts at the bottom and reads them out politely. */
export function ToastProvider({ children }: { children: ReactNode }) {
  return (
    <Base.Provider timeout={5000} limit={3}>
      {children}
      <Base.Portal>
        <Base.Viewport className="fixed bottom-4 left-4 max-[900px]:bottom-20 z-60 flex w-80 max-w-[calc(100vw-2rem)] flex-col gap-2">
          <ToastList />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  )
}

type Action = { label: string; run: () => void }

/** `toast('Saved')`, or `toast('Could not save', 'danger')` for what went wrong. */
export function useToast(): (title: string, tone?: Tone, action?: Action) => void {
  const { add, close } = Base.useToastManager()
  return useCallback(
    (title, tone = 'neutral', action) => {
      const run = () => {
        action?.run()
        close(id)
      }
      const id = add({
        title,
        type: tone,
        priority: tone === 'danger' ? 'high' : 'low',
        ...(action && { actionProps: { children: action.label, onClick: run } }),
      })
    },
    [add, close],
  )
}

function ToastList() {
  const { toasts } = Base.useToastManager()
  return toasts.map((toast) => (
    <Base.Root
      key={toast.id}
      toast={toast}
      swipeDirection={['left', 'down']}
      className={cn(
        'rounded-lg bg-raised text-sm shadow-popup transition duration-200 data-ending-style:opacity-0 data-starting-style:translate-y-2 data-starting-style:opacity-0',
        toast.type === 'danger' && 'border-l-3 border-danger',
      )}
    >
      <Base.Content className="flex items-center gap-3 py-2 pr-2 pl-3.5">
        <Base.Title className="grow font-medium" />
        <Base.Action render={<Button variant="ghost" size="sm" className="text-accent-text" />} />
        <Base.Close render={<Button variant="ghost" size="icon-sm" aria-label="Dismiss" />}>
          <X />
        </Base.Close>
      </Base.Content>
    </Base.Root>
  ))
}
