import { cn } from '@/lib/cn'
import { Button } from '@/ui/Button'
import { focusLog } from './focusLog'
import { Markdown } from './Markdown'
import type { WidgetItem } from './protocol'
import { useChat, useChatStore } from './useChat'
import { type PressButton, WidgetComponent } from './WidgetComponent'
import { type Card, readCard } from './widget'

type Props = { item: WidgetItem }

/** A card with its buttons; what we cannot render shows the text that comes with it. */
export function Widget({ item }: Props) {
  const store = useChatStore()
  const disabled = useChat((chat) => chat.running)
  const acting = useChat((chat) => chat.acting === item.id)
  const card = readCard(item.widget)
  if (card === null) {
    return item.copy_text ? <Markdown text={item.copy_text} /> : null
  }
  const press: PressButton = (action, event) => {
    focusLog(event)
    void store.act(item.id, action)
  }
  const { children, confirm, cancel } = card
  return (
    <article
      aria-busy={acting}
      className={cn(
        'grid gap-1.5 rounded-xl border bg-raised p-4 text-sm shadow-xs',
        isRemark(card) && 'bg-transparent px-3 py-2 text-xs text-muted-fg shadow-none',
      )}
    >
      {children.map((node, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: components need not have ids
        <WidgetComponent key={index} node={node} disabled={disabled} onPress={press} />
      ))}
      {(confirm || cancel) && (
        <div className="mt-2.5 flex flex-wrap justify-end gap-2">
          {cancel && (
            <Button size="md" disabled={disabled} onClick={(event) => press(cancel.action, event)}>
              {cancel.label}
            </Button>
          )}
          {confirm && (
            <Button
              variant={confirm.tone}
              disabled={disabled}
              onClick={(event) => press(confirm.action, event)}
            >
              {confirm.label}
            </Button>
          )}
        </div>
      )}
    </article>
  )
}

/** Says something by the way, and asks nothing. */
function isRemark({ children, confirm, cancel }: Card): boolean {
  return !confirm && !cancel && children.every(({ type }) => type === 'Text')
}
