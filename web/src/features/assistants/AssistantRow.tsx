import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Assistant } from '@/api/config'
import { Badge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { CheckResult } from './CheckResult'
import { checkAssistant, usageQueries } from './queries'

type Props = { assistant: Assistant; isDefault: boolean }

export function AssistantRow({ assistant, isDefault }: Props) {
  const [asking, setAsking] = useState(false)
  const client = useQueryClient()
  const check = useMutation({
    mutationFn: () => checkAssistant(assistant.id),
    onSettled: () => client.invalidateQueries({ queryKey: usageQueries.own().queryKey }),
  })
  const { name, kind } = assistant

  function start() {
    setAsking(false)
    check.mutate()
  }

  return (
    <div className="grid gap-3 px-4 py-3">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
        <div className="min-w-0">
          <p className="flex flex-wrap items-center gap-2 text-sm font-medium wrap-anywhere">
            {name}
            {isDefault && <Badge>Default</Badge>}
          </p>
          <p className="text-xs text-muted-fg">{noteOf(assistant)}</p>
        </div>
        {kind !== 'commands' && (
          <Button
            aria-label={`Check ${name}`}
            disabled={check.isPending}
            onClick={() => setAsking(true)}
          >
            {check.isPending ? 'Checking…' : 'Check'}
          </Button>
        )}
      </div>
      <CheckResult name={name} check={check} />
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title={`Check ${name}?`}
        description="Asks the model a few short questions. That costs a little, and takes up to a minute."
      >
        <div className="mt-4 flex justify-end gap-2">
          <Button onClick={() => setAsking(false)}>Cancel</Button>
          <Button variant="primary" onClick={start}>
            Check now
          </Button>
        </div>
      </Dialog>
    </div>
  )
}

function noteOf({ kind }: Assistant): string {
  return kind === 'commands'
    ? 'This server reads commands itself: nothing leaves it, and nothing is charged.'
    : 'A language model. What you write to it leaves this server.'
}
