import type { MouseEvent } from 'react'
import { cn } from '@/lib/cn'
import { Badge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Markdown } from './Markdown'
import type { Action } from './protocol'
import type { WidgetNode } from './widget'

export type PressButton = (action: Action, event: MouseEvent<HTMLElement>) => void

type Props = { node: WidgetNode; disabled: boolean; onPress: PressButton }

export function WidgetComponent({ node, disabled, onPress }: Props) {
  switch (node.type) {
    case 'Title':
      return <p className="text-sm font-semibold">{node.value}</p>
    case 'Text':
      return <p className="whitespace-pre-wrap">{node.value}</p>
    case 'Caption':
      return <p className="text-xs text-muted-fg">{node.value}</p>
    case 'Markdown':
      return <Markdown text={node.value} />
    case 'Badge':
      return <Badge tone={node.tone}>{node.label}</Badge>
    case 'Divider':
      return <hr className="border-line" />
    case 'Button':
      return (
        <Button
          size="sm"
          variant={node.tone}
          disabled={disabled}
          onClick={(event) => onPress(node.action, event)}
        >
          {node.label}
        </Button>
      )
    case 'Row':
    case 'Col':
      return (
        <div
          className={cn('flex gap-2', node.type === 'Row' ? 'flex-wrap items-center' : 'flex-col')}
        >
          {node.children.map((child, index) => (
            <WidgetComponent
              // biome-ignore lint/suspicious/noArrayIndexKey: components need not have ids
              key={index}
              node={child}
              disabled={disabled}
              onPress={onPress}
            />
          ))}
        </div>
      )
    default:
      node satisfies never
      return null
  }
}
