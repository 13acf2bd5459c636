import { expect, test } from 'vitest'
import { usageText } from './usageText'

const USAGE = {
  calls: 2,
  prompt: 1200,
  cached: 310,
  output: 40,
  thinking: 0,
  cost: 0.000612,
  is_estimated: false,
}

test.each([
  [USAGE, '1,240 tokens, 310 of them cached, about $0.00061'],
  [{ ...USAGE, is_estimated: true }, '1,240 tokens, 310 of them cached, about $0.00061; estimated'],
  [{ ...USAGE, cached: 0, cost: null }, '1,240 tokens, price unknown'],
  [{ ...USAGE, prompt: 1, output: 0, cached: 0, cost: 0.00000009 }, '1 token, about $0.00000009'],
])('%j', (usage, text) => {
  expect(usageText(usage)).toBe(text)
})
