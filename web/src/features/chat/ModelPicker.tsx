import { Select } from '@base-ui/react/select'
import { Check, ChevronsUpDown } from 'lucide-react'
import type { Assistant } from '@/api/config'
import { cn } from '@/lib/cn'
import { POPUP, POPUP_ITEM } from '@/ui/popup'
import { useChat } from './useChat'
import { useModelChoice } from './useModelChoice'

/** Who reads along: people should know before they write, and choose where they can. */
export function ModelPicker() {
  const { assistants, current, choose } = useModelChoice()
  const opening = useChat((chat) => chat.phase === 'opening')
  if (!current || opening) return <p />
  if (assistants.length === 1) return <p className="min-w-0 truncate">{soleText(current)}</p>
  return (
    <Select.Root
      items={assistants.map(({ id, name }) => ({ value: id, label: name }))}
      value={current.id}
      onValueChange={(id) => id !== null && choose(id)}
    >
      <Select.Trigger
        aria-label="Who answers"
        className="-ml-1.5 flex h-6 min-w-0 items-center gap-1 rounded-md px-1.5 transition-colors hover:bg-muted hover:text-fg"
      >
        <Select.Value className="truncate" />
        <Select.Icon className="shrink-0 [&_svg]:size-3">
          <ChevronsUpDown />
        </Select.Icon>
      </Select.Trigger>
      <Select.Portal>
        <Select.Positioner
          side="top"
          align="start"
          alignItemWithTrigger={false}
          sideOffset={6}
          className="z-50 outline-none"
        >
          <Select.Popup className={cn(POPUP, 'max-w-[min(22rem,calc(100vw-1.5rem))]')}>
            <Select.List>
              {assistants.map((assistant) => (
                <Select.Item
                  key={assistant.id}
                  value={assistant.id}
                  className={cn(POPUP_ITEM, 'justify-between gap-4')}
                >
                  <div className="min-w-0">
                    <Select.ItemText className="block truncate">{assistant.name}</Select.ItemText>
                    <span className="block text-xs text-muted-fg">{noteOf(assistant)}</span>
                  </div>
                  <Select.ItemIndicator className="text-accent-text">
                    <Check />
                  </Select.ItemIndicator>
                </Select.Item>
              ))}
            </Select.List>
          </Select.Popup>
        </Select.Positioner>
      </Select.Portal>
    </Select.Root>
  )
}

function noteOf({ kind }: Assistant): string {
  return kind === 'commands'
    ? 'Nothing leaves this server'
    : 'A language model: your words are sent to it'
}

function soleText({ kind, name }: Assistant): string {
  return kind === 'commands' ? `${name}, nothing leaves this server` : `Answers by ${name}`
}
