import { expect, test } from 'vitest'
import { Place, type Step } from './place'
import type { RunEvent } from './protocol'

function step(previous: string | null, cursor: string | null, event: object = PROGRESS): Step {
  return { previous, cursor, event: event as RunEvent }
}

const PROGRESS = { type: 'progress_update', text: '…' }
const started = (start: string) => ({ type: 'run.started', run_id: 'run_1', start })
const FINISHED = { type: 'run.finished', run_id: 'run_1', status: 'completed' }

/** A place that has taken the steps one after another. */
function after(...steps: Step[]): Place {
  const place = new Place()
  for (const one of steps) {
    expect(place.judge(one)).toBe('next')
    place.take(one)
  }
  return place
}

test('the first event of a run is the next one where nothing is known', () => {
  expect(after(step('8', '9', started('8'))).answering).toBe(true)
})

test('an event in the middle of a run is a gap where nothing is known', () => {
  expect(new Place().judge(step('8', '9'))).toBe('gap')
})

test('an event that was there before is known, and one further on is a gap', () => {
  const place = after(step('8', '9', started('8')), step('9', '10'))
  expect(place.judge(step('9', '10'))).toBe('known')
  expect(place.judge(step('10', '10-1'))).toBe('next')
  expect(place.judge(step('11', '12'))).toBe('gap')
})

test('a fact follows pieces that were lost with what kept them', () => {
  const place = after(step('8', '9', started('8')), step('9', '9-4'))
  expect(place.judge(step('9', '10'))).toBe('next')
})

test('the next run may begin after facts that concern no run, but not over a missing end', () => {
  const open = after(step('8', '9', started('8')))
  expect(open.judge(step('12', '13', started('12')))).toBe('gap')

  const ended = after(step('8', '9', started('8')), step('9', '10', FINISHED))
  expect(ended.judge(step('12', '13', started('12')))).toBe('next')
})

test('a run that was announced may begin with any event', () => {
  const place = new Place()
  place.expect('8')
  expect(place.judge(step('8', '9'))).toBe('next')
})

test('what a body begins with is the next event, but not a message that waits', () => {
  expect(new Place().judge(step(null, '9'))).toBe('next')
  expect(new Place().judge(step(null, '9', { type: 'run.queued' }))).toBe('gap')
})

test('a server without cursors is taken at its word', () => {
  expect(new Place().judge(step(null, null))).toBe('next')
})
