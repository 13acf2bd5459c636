"""Where this server sends a push, and where it never does, whoever asks for it."""

from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address

import pytest
from aiohttp import ClientError, ClientSession, TCPConnector
from cryptography.hazmat.primitives.asymmetric import ec

from taskchat.domain.errors import Invalid
from taskchat.schedules.post.encryption import read_keys, seal
from taskchat.schedules.post.endpoints import PublicResolver, check_endpoint, is_public
from tests.schedules.push_service import bytes_of, serving_push, text_of

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc:def",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
        "https://web.push.apple.com:443/QG?a=b",
        "https://wns2-par02p.notify.windows.com/w/?token=BQ%3d%3d",
    ],
)
def test_a_push_service_out_there_is_fine(endpoint: str) -> None:
    assert check_endpoint(endpoint, allow_local=False) == endpoint


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "push",
        "https://",
        "//push.example.com/a",
        "http://push.example.com/a",
        "ftp://push.example.com/a",
        "file:///etc/passwd",
        "gopher://push.example.com",
        "https://127.0.0.1/a",
        "http://127.0.0.1/a",
        "https://127.1/a",
        "https://2130706433/a",
        "https://0x7f000001/a",
        "https://0x7f.0.0.1/a",
        "https://0177.0.0.1/a",
        "https://127.0.0.1./a",
        "https://169.254.169.254/latest/meta-data",
        "https://10.0.0.1/a",
        "https://8.8.8.8/a",
        "https://[::1]/a",
        "https://[::ffff:127.0.0.1]/a",
        "https://[2001:4860:4860::8888]/a",
        "https://[::1",
        "https://localhost/a",
        "https://localhost./a",
        "https://push.localhost/a",
        "https://metadata.google.internal/a",
        "https://printer.local/a",
        "https://router.home.arpa/a",
        "https://database/a",
        "https://push..example.com/a",
        "https://.example.com/a",
        "https://push.example.com:22/a",
        "https://push.example.com:99999/a",
        "https://ann:word@push.example.com/a",
        "https://push.example.com@127.0.0.1/a",
        "https://pu sh.example.com/a",
        "https://push.example.com/a\r\nHost: other",
        "https://püsh.example.com/a",
        "https://127。0。0。1/a",
        "https://push.example.com/" + "a" * 2000,
    ],
)
def test_no_other_address_is_taken_for_a_push_service(endpoint: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_endpoint(endpoint, allow_local=False)
    assert refused.value.code == "push_endpoint_invalid"


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("0.0.0.0", "255.255.255.255", "224.0.0.1", "240.0.0.1", "192.0.2.1", "198.18.0.1"),
        *("::", "::1", "fe80::1", "fc00::1", "ff02::1", "2001:db8::1", "::127.0.0.1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1"),
        *("2002:7f00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2"),
    ],
)
def test_an_address_inside_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_an_address_out_there_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("name", ["localhost", "127.1", "2130706433", "0x7f000001"])
async def test_a_name_that_leads_inside_is_not_followed(name: str) -> None:
    """However it came into the database: no connection is made."""
    with ThreadPoolExecutor(1) as threads:
        connector = TCPConnector(resolver=PublicResolver(threads), use_dns_cache=False)
        async with serving_push() as inside, ClientSession(connector=connector) as client:
            with pytest.raises(ClientError):
                await client.post(inside.origin.replace("127.0.0.1", name))
            assert inside.taken == []


async def test_a_public_name_is_found_and_kept_with_its_address() -> None:
    """A number is a name that needs no name server."""
    with ThreadPoolExecutor(1) as threads:
        (found,) = await PublicResolver(threads).resolve("8.8.8.8", 443)
    assert (found["host"], found["port"]) == ("8.8.8.8", 443)


def test_what_is_encrypted_is_what_the_standard_shows() -> None:
    """The example of RFC 8291, appendix A."""
    from_browser = (
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    )
    receiver, secret = read_keys(from_browser, "BTBZMqHH6r4Tts7J_aSIgg")
    sender = ec.derive_private_key(
        int.from_bytes(bytes_of("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")), ec.SECP256R1()
    )
    text, salt = b"When I grow up, I want to be a watermelon", bytes_of("DGv6ra1nlYgDCS1FRnbzlw")

    assert text_of(seal(text, receiver, secret, sender, salt)) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS"
        "6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qu"
        "lcy4a-fN"
    )


@pytest.mark.parametrize(
    ("p256dh", "auth"),
    [
        ("", ""),
        ("key", "BTBZMqHH6r4Tts7J_aSIgg"),
        ("B" * 87, "BTBZMqHH6r4Tts7J_aSIgg"),
        ("é" * 87, "BTBZMqHH6r4Tts7J_aSIgg"),
        (text_of(b"\x00"), "BTBZMqHH6r4Tts7J_aSIgg"),
        (
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            "short",
        ),
    ],
)
def test_keys_that_no_browser_has_are_refused(p256dh: str, auth: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_keys(p256dh, auth)
    assert refused.value.code == "push_keys_invalid"
