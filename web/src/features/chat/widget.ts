import type { Action, ItemUpdate, WidgetItem } from './protocol'

type WidgetButton = { label: string; action: Action; tone: 'primary' | 'outline' | 'danger' }

export type WidgetNode =
  | { type: 'Title' | 'Text' | 'Caption' | 'Markdown'; value: string }
  | { type: 'Badge'; label: string; tone: 'neutral' | 'accent' | 'danger' | 'warn' | 'ok' }
  | { type: 'Row' | 'Col'; children: WidgetNode[] }
  | { type: 'Divider' }
  | ({ type: 'Button' } & WidgetButton)

export type Card = {
  children: WidgetNode[]
  confirm: WidgetButton | null
  cancel: WidgetButton | null
}

type Fields = Record<string, unknown>

/** A card made only of components that we render; null for everything else. */
export function readCard(widget: unknown): Card | null {
  if (!isFields(widget) || widget.type !== 'Card') return null
  const children = readChildren(widget)
  if (children === null) return null
  const confirm = readButton(widget.confirm, 'action')
  const cancel = readButton(widget.cancel, 'action')
  return {
    children,
    // The protocol has no tone for a card's own buttons, and a deletion should look like one.
    confirm: confirm && {
      ...confirm,
      tone: /^delete\b/i.test(confirm.label) ? 'danger' : 'primary',
    },
    cancel,
  }
}

function readChildren(parent: Fields): WidgetNode[] | null {
  const { children } = parent
  const list = Array.isArray(children) ? children : children == null ? [] : [children]
  const nodes = list.map(readNode)
  return nodes.every((node) => node !== null) ? nodes : null
}

function readNode(component: unknown): WidgetNode | null {
  if (!isFields(component)) return null
  const { type } = component
  switch (type) {
    case 'Title':
    case 'Text':
    case 'Caption':
    case 'Markdown':
      return { type, value: textOf(component.value) }
    case 'Badge':
      return {
        type,
        label: textOf(component.label),
        tone: TONES[textOf(component.color)] ?? 'neutral',
      }
    case 'Divider':
      return { type }
    case 'Row':
    case 'Col': {
      const children = readChildren(component)
      return children && { type, children }
    }
    case 'Button': {
      const button = readButton(component, 'onClickAction')
      return button && { type, ...button }
    }
    default:
      return null
  }
}

const TONES: Record<string, 'neutral' | 'accent' | 'danger' | 'warn' | 'ok'> = {
  success: 'ok',
  danger: 'danger',
  warning: 'warn',
  info: 'accent',
  discovery: 'accent',
}

function readButton(source: unknown, actionField: string): WidgetButton | null {
  if (!isFields(source)) return null
  const action = source[actionField]
  if (!isFields(action) || typeof action.type !== 'string') return null
  const tone =
    source.color === 'danger' ? 'danger' : source.style === 'primary' ? 'primary' : 'outline'
  // The whole action goes back as it came: the server may have put more in it than we know.
  return { label: textOf(source.label), action: { ...action, type: action.type }, tone }
}

/** Applies a change that names one component by its id; the rest of the tree keeps its identity. */
export function updateComponent(
  widget: WidgetItem['widget'],
  update: ItemUpdate,
): WidgetItem['widget'] {
  switch (update.type) {
    case 'widget.root.updated':
      return update.widget
    case 'widget.component.updated':
      return changeById(widget, update.component_id, () => update.component)
    case 'widget.streaming_text.value_delta':
      return changeById(widget, update.component_id, (component) => ({
        ...component,
        value: textOf(component.value) + update.delta,
        streaming: !update.done,
      }))
    default:
      return widget
  }
}

function changeById<Tree>(tree: Tree, id: string, change: (component: Fields) => Fields): Tree {
  if (Array.isArray(tree)) return tree.map((child) => changeById(child, id, change)) as Tree
  if (!isFields(tree)) return tree
  if (tree.id === id) return change(tree) as Tree
  if (tree.children == null) return tree
  return { ...(tree as Fields), children: changeById(tree.children, id, change) } as Tree
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
