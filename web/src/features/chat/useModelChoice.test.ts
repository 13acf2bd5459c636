import { expect, test } from 'vitest'
import { TWO_ASSISTANTS } from '@/testing/chatWire'
import { pickAssistant, pickOther } from './useModelChoice'

const NOTHING = { chosen: null, asked: undefined, remembered: null }

function picked(wishes: Partial<Parameters<typeof pickAssistant>[1]>): string {
  const config = TWO_ASSISTANTS as Parameters<typeof pickAssistant>[0]
  return pickAssistant(config, { ...NOTHING, ...wishes }).id
}

test('the default answers who has not chosen', () => {
  expect(picked({})).toBe('flash')
})

test('a new conversation begins with what was chosen last', () => {
  expect(picked({ remembered: 'commands' })).toBe('commands')
})

test('a conversation goes on with whom its last message asked, wherever else was chosen since', () => {
  expect(picked({ asked: 'commands' })).toBe('commands')
  expect(picked({ asked: null, remembered: 'commands' })).toBe('flash')
})

test('what is chosen now comes before both', () => {
  expect(picked({ chosen: 'flash', asked: 'commands', remembered: 'commands' })).toBe('flash')
})

test('a model that is not offered any more falls back to the default', () => {
  expect(picked({ chosen: 'gone' })).toBe('flash')
  expect(picked({ asked: 'gone' })).toBe('flash')
})

test('a message is answered again by whom it asked, unless somebody else was chosen here', () => {
  const config = TWO_ASSISTANTS as Parameters<typeof pickOther>[0]
  const other = (chosen: string | null, asked?: string) => pickOther(config, { chosen, asked })
  expect(other(null, 'commands')).toBeUndefined()
  expect(other('flash', 'commands')).toBe('flash')
  expect(other('commands', 'commands')).toBeUndefined()
  expect(other('commands')).toBe('commands')
  // Who is not offered any more is the default by now.
  expect(other('flash')).toBeUndefined()
  expect(other('gone', 'flash')).toBeUndefined()
  expect(other('flash', 'gone')).toBeUndefined()
})
