/** Something a person did here: the change set that takes it back, and what to call it. */
export type Done = { changeSet: string; text: string }

/** What can be undone and redone from here, newest last. */
export type Stack = { done: readonly Done[]; undone: readonly Done[] }

export const EMPTY_STACK: Stack = { done: [], undone: [] }

const MOST_KEPT = 100

/** Whoever does something new goes on from there: what was undone before is no longer offered. */
export function afterDoing(stack: Stack, done: Done): Stack {
  return { done: [...stack.done, done].slice(-MOST_KEPT), undone: [] }
}

export function afterUndoing({ done, undone }: Stack, one: Done): Stack {
  return { done: without(done, one), undone: [...without(undone, one), one] }
}

export function afterRedoing({ done, undone }: Stack, one: Done): Stack {
  return { done: [...without(done, one), one], undone: without(undone, one) }
}

/** The stack without what turned out to be impossible. */
export function afterFailing({ done, undone }: Stack, one: Done): Stack {
  return { done: without(done, one), undone: without(undone, one) }
}

function without(all: readonly Done[], one: Done): readonly Done[] {
  return all.filter(({ changeSet }) => changeSet !== one.changeSet)
}
