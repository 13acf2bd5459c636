import { expect, test } from 'vitest'
import { beforeText, minutesText } from './minutes'

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

test('no minutes before a task is due is when it is due', () => {
  expect(beforeText(0)).toBe('when it is due')
  expect(beforeText(60)).toBe('1 hour before')
})
