import { expect, test } from 'vitest'
import { afterDoing, afterFailing, afterRedoing, afterUndoing, EMPTY_STACK } from './stack'

const A = { changeSet: 'a', text: 'Added #1' }
const B = { changeSet: 'b', text: 'Added #2' }
const C = { changeSet: 'c', text: 'Added #3' }

test('what was done last is undone first, and redone last', () => {
  const both = afterDoing(afterDoing(EMPTY_STACK, A), B)
  const none = afterUndoing(afterUndoing(both, B), A)

  expect(both.done.at(-1)).toBe(B)
  expect(none).toEqual({ done: [], undone: [B, A] })
  expect(afterRedoing(none, A)).toEqual({ done: [A], undone: [B] })
})

test('doing something new forgets what was undone', () => {
  const undone = afterUndoing(afterDoing(EMPTY_STACK, A), A)
  expect(afterDoing(undone, C)).toEqual({ done: [C], undone: [] })
})

test('what cannot be undone does not stand in the way of what came before', () => {
  const both = afterDoing(afterDoing(EMPTY_STACK, A), B)
  expect(afterFailing(both, B).done).toEqual([A])
})
