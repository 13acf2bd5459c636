import { Toast as Base } from '@base-ui/react/toast'
import { X } from 'lucide-react'
import { type ReactNode, useCallback } from 'react'
import { cn } from '@/lib/cn'
import { Button } from './Button'

type Tone = 'neutral' | 'danger'

const SHORT_MS = 5_000
/** Long enough to notice, read and decide. */
const WITH_ACTIONS_MS = 10_000

/** Wraps the app: shows toasts at the bottom and reads them out politely. */
export function ToastProvider({ children }: { children: ReactNode }) {
  return (
    <Base.Provider timeout={SHORT_MS} limit={3}>
      {children}
      <Base.Portal>
        <Base.Viewport className="fixed bottom-4 left-4 max-[900px]:bottom-20 z-60 flex w-88 max-w-[calc(100vw-2rem)] flex-col gap-2">
          <ToastList />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  )
}

export type ToastAction = { label: string; run: () => void }

type Options = {
  actions?: readonly ToastAction[]
  description?: string
  /** Stays until somebody closes it. */
  stays?: boolean
  /** Takes the place of the one that has the same id. */
  id?: string
}

type ToastData = { actions: readonly ToastAction[] }

/** `toast('Saved')`, or `toast('Could not save', 'danger')` for what went wrong. */
export function useToast(): (title: string, tone?: Tone, options?: Options) => void {
  const { add } = Base.useToastManager<ToastData>()
  return useCallback(
    (title, tone = 'neutral', { actions = [], description, stays = false, id } = {}) => {
      add({
        ...(id && { id }),
        title,
        type: tone,
        priority: tone === 'danger' ? 'high' : 'low',
        timeout: stays ? 0 : actions.length > 0 ? WITH_ACTIONS_MS : SHORT_MS,
        data: { actions },
        description,
      })
    },
    [add],
  )
}

function ToastList() {
  const { toasts, close } = Base.useToastManager<ToastData>()
  return toasts.map((toast) => (
    <Base.Root
      key={toast.id}
      toast={toast}
      swipeDirection={['left', 'down']}
      className={cn(
        'rounded-lg bg-raised text-sm shadow-popup transition duration-200 data-ending-style:opacity-0 data-limited:hidden data-starting-style:translate-y-2 data-starting-style:opacity-0',
        toast.type === 'danger' && 'border-l-3 border-danger',
      )}
    >
      <Base.Content className="flex flex-wrap items-center gap-1 py-2 pr-2 pl-3.5">
        <div className="min-w-0 flex-1">
          <Base.Title className="line-clamp-3 font-medium break-words" />
          <Base.Description className="text-xs text-muted-fg" />
        </div>
        <div
          className={cn(
            'flex',
            // Where they do not fit beside the words they stand below, after the button that closes.
            (toast.data?.actions.length ?? 0) > 2 && 'order-last -ml-2 basis-full flex-wrap',
          )}
        >
          {toast.data?.actions.map(({ label, run }) => (
            <Button
              key={label}
              variant="ghost"
              size="sm"
              className="text-accent-text"
              onClick={() => {
                run()
                close(toast.id)
              }}
            >
              {label}
            </Button>
          ))}
        </div>
        <Base.Close render={<Button variant="ghost" size="icon-sm" aria-label="Dismiss" />}>
          <X />
        </Base.Close>
      </Base.Content>
    </Base.Root>
  ))
}
