import { expect, test } from 'vitest'
import { answer, question } from '@/testing/chatWire'
import { type ChatState, lastAsked, NEW_CHAT, withoutText } from './chatState'

test('a message that was given back leaves the draft, and what was typed since stays', () => {
  expect(withoutText('Buy milk', 'Buy milk')).toBe('')
  expect(withoutText('Buy milk\n\nand bread', 'Buy milk')).toBe('and bread')
})

test('a draft that was changed since is left alone', () => {
  expect(withoutText('Buy oat milk', 'Buy milk')).toBe('Buy oat milk')
  expect(withoutText('Buy milk now', 'Buy milk')).toBe('Buy milk now')
})

test('whom the last message asked is known, or that it asked nobody in particular', () => {
  const asking = { ...question('q'), inference_options: { model: 'flash' } }
  const chat = (...items: object[]) => ({ ...NEW_CHAT, items }) as unknown as ChatState
  expect(lastAsked(chat(asking, answer('a', 'Hi')))).toBe('flash')
  expect(lastAsked(chat(asking, question('q2')))).toBeNull()
  expect(lastAsked(NEW_CHAT)).toBeUndefined()
})
