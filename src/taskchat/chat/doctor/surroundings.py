"""What can be told without asking the model: settings, database, prices."""

from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

from taskchat.chat.doctor.findings import Check, Finding, failed, ok, warning
from taskchat.chat.gemini.server import leads_to_google
from taskchat.db.condition import Condition
from taskchat.usage.prices import Prices

HOW_TO_GET_A_KEY = (
    "For an assistant that understands everything, make a key at https://aistudio.google.com/apikey "
    "and set GEMINI_API_KEY. On the free tier Google may use what is sent to improve its products."
)
ANY_WORD = "Set GEMINI_API_KEY, to any word if your server wants none."
OWN_PRICE = (
    'Set GEMINI_PRICES, for example {{"{model}": {{"input": 0.3, "output": 2.5}}}} in US dollars '
    "for a million tokens, or zeros if it costs nothing."
)


@dataclass(frozen=True, slots=True)
class Connection:
    """How models are reached. `tells_address` is for whoever may know where that is; the key is told to nobody."""

    base_url: str
    api_key: str = field(repr=False)
    model: str
    idle_timeout: float
    tells_address: bool = False

    @property
    def is_gemini(self) -> bool:
        return leads_to_google(self.base_url)

    @property
    def server(self) -> str:
        """For the beginning of a sentence, without a name, a password or a query that the address may hold."""
        if self.is_gemini:
            return "Gemini"
        if not self.tells_address:
            return "The model server"
        parts = urlsplit(self.base_url)
        port = f":{parts.port}" if parts.port else ""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"{parts.scheme}://{host}{port}{parts.path}"

    @property
    def is_unencrypted(self) -> bool:
        return urlsplit(self.base_url).scheme == "http" and not _is_nearby(self._host)

    @property
    def _host(self) -> str:
        return (urlsplit(self.base_url).hostname or "").rstrip(".")


def judge_settings(connection: Connection) -> Finding:
    name, own = Check.SETTINGS, not connection.is_gemini
    if not connection.api_key:
        found = "No GEMINI_API_KEY is set: the built-in commands answer, without a model."
        return warning(name, found, ANY_WORD) if own else ok(name, found, HOW_TO_GET_A_KEY)
    if not _is_sendable(connection.api_key):
        found = "GEMINI_API_KEY has spaces or characters that no key has."
        return failed(name, found, "Copy the key anew, without anything around it.")
    found = f"{connection.server} with {connection.model}, and a key is set."
    if connection.is_unencrypted:
        advice = "Use an https address in GEMINI_BASE_URL, unless the network is your own."
        return warning(name, f"{found} Key and messages travel unencrypted.", advice)
    return ok(name, found)


def _is_sendable(key: str) -> bool:
    return key.isascii() and key.isprintable() and " " not in key


def _is_nearby(host: str) -> bool:
    try:
        return ip_address(host).is_private
    except ValueError:
        return host == "localhost" or "." not in host


def judge_database(condition: Condition) -> Finding:
    name = Check.DATABASE
    if not condition.is_reachable:
        advice = "Check DATABASE_URL, and that the database runs and lets TaskChat in."
        return failed(name, "It cannot be reached.", advice)
    if condition.revision is None:
        return ok(name, "It is empty; the first start makes its tables.")
    if not condition.is_known:
        found = f"A newer TaskChat made its tables ({condition.revision})."
        return failed(name, found, "Install that version, or use another database.")
    if not condition.is_newest:
        found = f"Its tables are older than this program ({condition.revision})."
        return warning(name, found, "The next start, or taskchat migrate, brings them up to date.")
    return ok(name, f"It is reachable and its tables are up to date ({condition.revision}).")


def judge_price(prices: Prices, model: str, daily_cost: float, now: datetime) -> Finding:
    name = Check.PRICE
    price = prices.find(model, now)
    if price is None:
        found = f"No price is known for {model}: tokens are counted, their cost is not."
        limit = " TASKCHAT_DAILY_COST does not limit it." if daily_cost else ""
        return warning(name, f"{found}{limit}", OWN_PRICE.format(model=model))
    cached = "" if price.cached is None else f", {price.cached:g} from the cache"
    return ok(
        name,
        f"US$ {price.input:g} in{cached} and {price.output:g} out for a million tokens.",
    )
