import { expect, test } from 'vitest'
import { readCard } from './widget'

const approve = { type: 'confirmation.approve', payload: { token: 'cnf_1' }, handler: 'server' }

test('a card has its components and its two buttons', () => {
  const card = readCard({
    type: 'Card',
    children: [
      { type: 'Title', value: 'Delete 12 tasks?', size: 'sm' },
      { type: 'Row', children: [{ type: 'Badge', label: 'high', color: 'danger' }] },
      { type: 'Divider' },
      { type: 'Button', label: 'More', onClickAction: { type: 'more' } },
    ],
    confirm: { label: 'Delete 12 tasks', action: approve },
    cancel: { label: 'Cancel', action: { type: 'confirmation.decline' } },
  })
  expect(card).toEqual({
    children: [
      { type: 'Title', value: 'Delete 12 tasks?' },
      { type: 'Row', children: [{ type: 'Badge', label: 'high', tone: 'danger' }] },
      { type: 'Divider' },
      { type: 'Button', label: 'More', action: { type: 'more' }, tone: 'outline' },
    ],
    confirm: { label: 'Delete 12 tasks', action: approve, tone: 'danger' },
    cancel: { label: 'Cancel', action: { type: 'confirmation.decline' }, tone: 'outline' },
  })
})

test('a decided card has words and no buttons', () => {
  expect(readCard({ type: 'Card', children: [{ type: 'Title', value: 'Done.' }] })).toEqual({
    children: [{ type: 'Title', value: 'Done.' }],
    confirm: null,
    cancel: null,
  })
})

test('a single child need not be in a list', () => {
  expect(readCard({ type: 'Card', children: { type: 'Text', value: 'Hi' } })?.children).toEqual([
    { type: 'Text', value: 'Hi' },
  ])
})

test.each([
  ['a list view', { type: 'ListView', children: [] }],
  ['a component that we do not know', { type: 'Card', children: [{ type: 'Chart' }] }],
  [
    'one deep inside',
    { type: 'Card', children: [{ type: 'Col', children: [{ type: 'Image', src: 'https://x' }] }] },
  ],
  ['a button that does nothing', { type: 'Card', children: [{ type: 'Button', label: 'Go' }] }],
  ['nonsense', 'Card'],
])('%s makes a card unreadable rather than half shown', (_, widget) => {
  expect(readCard(widget)).toBeNull()
})
