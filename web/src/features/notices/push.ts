import { api, read } from '@/api/client'

const WORKER = '/push-worker.js'

/** Why this browser cannot be told, in a sentence; null when it can. */
export function pushProblem(): string | null {
  if (!window.isSecureContext) return 'Browsers allow this only over https.'
  if (!('serviceWorker' in navigator && 'PushManager' in window)) {
    return 'This browser does not offer it.'
  }
  if (Notification.permission === 'denied') {
    return 'This browser was told to refuse notifications of this site.'
  }
  return null
}

/** Whether this browser is told at present. */
export async function isSubscribed(): Promise<boolean> {
  return (await subscription()) !== null
}

/** Asks for permission and subscribes; throws a sentence for a person. */
export async function subscribe(): Promise<void> {
  if ((await Notification.requestPermission()) !== 'granted') {
    throw new Error('This browser was not allowed to show notifications.')
  }
  const { key } = await read(api.GET('/api/push/key'))
  await navigator.serviceWorker.register(trustedWorker())
  const { pushManager } = await navigator.serviceWorker.ready
  const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })
  const { endpoint = '', keys } = made.toJSON()
  const body = { endpoint, keys: { p256dh: keys?.p256dh ?? '', auth: keys?.auth ?? '' } }
  try {
    await read(api.POST('/api/push/subscriptions', { body }))
  } catch (error) {
    // A subscription that the server does not know of would only look like one.
    await made.unsubscribe()
    throw error
  }
}

export async function unsubscribe(): Promise<void> {
  const made = await subscription()
  if (made === null) return
  await read(api.DELETE('/api/push/subscriptions', { body: { endpoint: made.endpoint } }))
  await made.unsubscribe()
}

type Policies = {
  createPolicy: (
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ) => { createScriptURL: (url: string) => unknown }
}

/** The page takes no script by a mere text: its policy of this name vouches for the one address. */
const trustedWorker = once(() => {
  const { trustedTypes } = window as { trustedTypes?: Policies }
  const policy = trustedTypes?.createPolicy('push-worker', { createScriptURL: () => WORKER })
  // The types of the browser do not know yet that a worker may be named by a trusted address.
  return (policy?.createScriptURL(WORKER) ?? WORKER) as string
})

/** A policy of one name can be made only once in a page. */
function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

async function subscription(): Promise<PushSubscription | null> {
  if (pushProblem() !== null) return null
  const registration = await navigator.serviceWorker.getRegistration(WORKER)
  return (await registration?.pushManager.getSubscription()) ?? null
}
