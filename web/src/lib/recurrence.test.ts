import { expect, test } from 'vitest'
import { ruleText, usualRules } from './recurrence'

test.each([
  ['FREQ=DAILY', 'Every day'],
  ['FREQ=DAILY;INTERVAL=3', 'Every 3 days'],
  ['FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', 'Every weekday'],
  ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR', 'Every 2 weeks on Monday and Friday'],
  ['FREQ=MONTHLY;BYMONTHDAY=-1', 'Every month on the last day'],
  ['FREQ=MONTHLY;BYMONTHDAY=1,15', 'Every month on the 1st and 15th'],
  ['FREQ=MONTHLY;BYDAY=2TU', 'Every month on the 2nd Tuesday'],
  ['FREQ=MONTHLY;BYDAY=-1FR;COUNT=4', 'Every month on the last Friday, 4 times'],
  ['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1', 'Every month on the last weekday'],
  ['FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=23', 'Every year on the 23rd in March'],
  ['FREQ=DAILY;UNTIL=20271231', 'Every day, until 2027-12-31'],
  ['FREQ=HOURLY', 'FREQ=HOURLY'],
])('%s reads %s', (rule, text) => {
  expect(ruleText(rule)).toBe(text)
})

test('the usual rules fit the day that the task is due', () => {
  expect(usualRules('2026-11-21').map(ruleText)).toEqual([
    'Every day',
    'Every weekday',
    'Every week on Saturday',
    'Every 2 weeks on Saturday',
    'Every month on the 21st',
    'Every month on the last day',
    'Every year',
  ])
})
