import { Collapsible } from '@base-ui/react/collapsible'
import {
  ChevronRight,
  CircleCheck,
  ListChecks,
  ListPlus,
  type LucideIcon,
  Pencil,
  Search,
  Trash2,
  Wrench,
} from 'lucide-react'
import { cn } from '@/lib/cn'
import { CallStateIcon } from './CallStateIcon'
import { ToolCallDetails } from './ToolCallDetails'
import { describeCall, failureOf, type ToolCall } from './toolCall'

const ICONS: Record<string, LucideIcon> = {
  create_task: ListPlus,
  list_tasks: Search,
  update_task: Pencil,
  complete_task: CircleCheck,
  delete_task: Trash2,
  complete_all_tasks: ListChecks,
  delete_all_tasks: Trash2,
}

type Props = { call: ToolCall }

/** One line for a tool call; its arguments and result are behind it. */
export function ToolCallRow({ call }: Props) {
  const { verb, subject } = describeCall(call)
  const failure = failureOf(call)
  const Icon = ICONS[call.name] ?? Wrench
  return (
    <Collapsible.Root render={<li />}>
      <Collapsible.Trigger
        className={cn(
          'group/call flex min-h-9 w-full items-center gap-2.5 px-3 py-1.5 text-left text-[13px] -outline-offset-2 hover:bg-muted',
          failure !== null && 'border-l-3 border-danger bg-danger-soft hover:bg-danger-soft',
        )}
      >
        <Icon className="size-4 shrink-0 text-muted-fg" />
        <span className="min-w-0 flex-1">
          <span className={cn('block truncate', failure !== null && 'text-danger')}>
            {verb} {subject && <span className="font-medium">{subject}</span>}
          </span>
          {failure !== null && (
            <span className="block text-xs text-danger wrap-anywhere">{failure}</span>
          )}
        </span>
        {call.milliseconds !== null && (
          <span className="text-xs text-muted-fg tabular-nums">{call.milliseconds} ms</span>
        )}
        <CallStateIcon state={call.state} />
        <ChevronRight className="size-3.5 shrink-0 text-muted-fg transition-transform group-data-panel-open/call:rotate-90" />
      </Collapsible.Trigger>
      <Collapsible.Panel className="border-t bg-canvas">
        <ToolCallDetails call={call} />
      </Collapsible.Panel>
    </Collapsible.Root>
  )
}
