import { expect, test } from 'vitest'
import { minutesText } from './minutes'

test.each([
  [0, '0 minutes'],
  [1, '1 minute'],
  [90, '90 minutes'],
  [120, '2 hours'],
  [1440, '1 day'],
  [20160, '2 weeks'],
])('%i minutes are %s', (minutes, text) => {
  expect(minutesText(minutes)).toBe(text)
})
