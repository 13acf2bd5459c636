"""Letters by Web Push."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from aiohttp.typedefs import LooseHeaders

from taskchat.db.engine import Database
from taskchat.db.tables import PushSubscriptionRow
from taskchat.schedules.post import subscriptions
from taskchat.schedules.post.courier import Undeliverable, Undelivered
from taskchat.schedules.post.encryption import MAX_TEXT_BYTES, encrypt, signature
from taskchat.schedules.post.endpoints import PublicResolver
from taskchat.schedules.post.outbox import Kind, Letter
from taskchat.schedules.post.server_keys import ServerKeys

TIMEOUT = ClientTimeout(total=15, sock_connect=5)
ENDED = (404, 410)
MOST_TOPIC = 32  # characters
RESOLVING_AT_ONCE = 4


class PushSender:
    """A letter's target is the id of a subscription, its payload what the browser gets."""

    kind = Kind.PUSH

    def __init__(self, database: Database, keys: ServerKeys, *, contact: str) -> None:
        """`contact` is the mailto or https address at which a push service finds whoever runs this server."""
        self._database = database
        self._keys = keys
        self._contact = contact
        self._threads = ThreadPoolExecutor(RESOLVING_AT_ONCE, thread_name_prefix="push")

    async def send(self, letter: Letter, now: datetime) -> None:
        async with self._database.reading() as session:
            subscription = await subscriptions.get(session, letter.target)
        if subscription is None:
            raise Undeliverable("the browser is not subscribed any more")
        headers = await self._headers(subscription, letter, now)
        body = encrypt(_text(letter), subscription.p256dh, subscription.auth)
        status = await self._post(subscription.endpoint, body, headers)
        if status in ENDED:
            async with self._database.transaction() as session:
                await subscriptions.forget(session, subscription.id)
        _judge(status)

    async def _headers(
        self, subscription: PushSubscriptionRow, letter: Letter, now: datetime
    ) -> LooseHeaders:
        key = await self._keys.push()
        return {
            "Authorization": signature(key, subscription.endpoint, self._contact, now),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(max(int((letter.expires_at - now).total_seconds()), 0)),
            "Urgency": "high",
            # A copy that was sent twice takes the place of the first where that still waits.
            "Topic": letter.id.removeprefix("out_")[:MOST_TOPIC],
        }

    async def _post(self, endpoint: str, body: bytes, headers: LooseHeaders) -> int:
        """The status; nothing else of the answer is read."""
        try:
            async with (
                self._client() as client,
                client.post(endpoint, data=body, headers=headers, allow_redirects=False) as answer,
            ):
                return answer.status
        except (ClientError, OSError) as error:
            reason = f"the push service cannot be reached: {type(error).__name__}"
            raise Undelivered(reason) from error

    def _client(self) -> ClientSession:
        """Looks every name up anew, and remembers nothing."""
        resolver = PublicResolver(self._threads)
        connector = TCPConnector(resolver=resolver, use_dns_cache=False)
        return ClientSession(connector=connector, timeout=TIMEOUT, cookie_jar=DummyCookieJar())


def _text(letter: Letter) -> bytes:
    text = json.dumps(letter.payload, ensure_ascii=False).encode()
    if len(text) > MAX_TEXT_BYTES:
        raise Undeliverable("the text is too long")
    return text


def _judge(status: int) -> None:
    if status < 300:
        return
    if status == 429 or status >= 500:
        raise Undelivered(f"the push service answered {status}")
    raise Undeliverable(f"the push service answered {status}")
