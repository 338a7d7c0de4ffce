"""The way out by HTTP: which addresses are asked at all, and what the other side cannot make us do."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from firstline.kit import http, url_policy
from firstline.kit.http import Refused, Unreachable, fetch, target_of
from tests.website import Site

# Every one of these leads, somewhere or on some system, to this machine or a network beside it.
INWARD = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://127.000.000.001/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0177.0.0.1/",
    "http://017700000001/",
    "http://127.0.0.1./",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://0.0.0.0/",
    "http://0/",
    "http://10.1.2.3/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://240.0.0.1/",
    "http://[::1]/",
    "http://[::]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::127.0.0.1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b:1::7f00:1]/",
    "http://[2001:0:4136:e378:8000:63bf:80ff:fffe]/",
    "http://[2606:4700::5efe:10.0.0.1]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25eth0]/",
    "http://[fc00::1]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "http://１２７.０.０.１/",
    "http://①②⑦.⓪.⓪.①/",
    "http://127。0。0。1/",
    "http://%31%32%37.0.0.1/",
    "http://public.example@127.0.0.1/",
    "http://127.0.0.1\\@public.example/",
    "http://127.0.0.1#@public.example/",
    "http://public.example:80@127.0.0.1/",
    "http://127.0.0.1\t/",
    " http://127.0.0.1/",
    "http://127.0.0.1:22/",
    "http:///127.0.0.1/",
    "http:127.0.0.1/",
    "file:///etc/passwd",
    "gopher://127.0.0.1/",
    "ftp://127.0.0.1/",
    "//127.0.0.1/",
]


@pytest.fixture(autouse=True)
def _no_name_leaves_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers and localhost are resolved by the system; names are answered here."""
    system = http.resolve

    def resolve(host: str, port: int) -> list[str]:
        known = {"public.example": ["93.184.216.34"], "intern.example": ["10.0.0.5"]}
        return known.get(host) or ([] if host.endswith(".example") else system(host, port))

    monkeypatch.setattr(http, "resolve", resolve)


@pytest.fixture(autouse=True)
def _no_connection(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    if "web" not in request.fixturenames:
        monkeypatch.setattr(socket, "create_connection", _must_not)


def _must_not(*args: Any, **options: Any) -> Any:
    raise AssertionError(f"connected to {args}")


@pytest.mark.parametrize("url", INWARD)
def test_an_address_that_leads_inward_is_refused_without_a_connection(url: str) -> None:
    with pytest.raises(Refused):
        fetch(url)


def test_there_are_at_least_28_forms() -> None:
    assert len(set(INWARD)) >= 28


@pytest.mark.parametrize("found", [["10.0.0.5"], ["93.184.216.34", "127.0.0.1"], ["::ffff:10.0.0.1"], ["fe80::1%lo"]])
def test_a_name_is_refused_when_any_of_its_addresses_is_private(
    monkeypatch: pytest.MonkeyPatch, found: list[str]
) -> None:
    monkeypatch.setattr(http, "resolve", lambda host, port: found)
    with pytest.raises(Refused) as refused:
        fetch("http://rebind.example/")
    assert refused.value.reason == "private"


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://desk.example", "desk.example"),
        ("https://Bücher.example/", "xn--bcher-kva.example"),
        ("https://例子.example./", "xn--fsqu00a.example"),
        ("http://[2606:2800:220:1::1]/", "2606:2800:220:1::1"),
        ("http://8.8.8.8:8080/", "8.8.8.8"),
    ],
)
def test_an_ordinary_address_is_understood(url: str, host: str) -> None:
    assert target_of(url).host == host


def test_ordinary_addresses_are_everybodys() -> None:
    for address in ("93.184.216.34", "2606:2800:220:1::1", "64:ff9b::8.8.8.8", "::ffff:8.8.8.8"):
        assert url_policy.allowed().lets("x", http.ipaddress.ip_address(address))


@pytest.fixture
def web(settings: Any) -> Iterator[Site]:
    settings.HTTP_ALLOW = ["127.0.0.0/8"]
    site = Site()
    yield site
    site.close()


def test_what_the_administrator_named_is_asked(web: Site) -> None:
    web.pages["/hello?a=%E4%BD%A0"] = (200, {"Content-Type": "text/plain"}, b"hi")
    answer = fetch(f"{web.url}/hello?a=你", headers={"X-Own": "1", "Cookie": "a=b", "Host": "evil.example"})
    assert (answer.status, answer.body, answer.headers["content-type"]) == (200, b"hi", "text/plain")
    headers = web.asked[0][1]
    assert headers["host"] == f"127.0.0.1:{web.port}"
    assert headers["user-agent"] == "Firstline"
    assert headers["x-own"] == "1"
    assert "cookie" not in headers


def test_a_named_host_may_be_private_but_never_where_clouds_keep_their_credentials(settings: Any) -> None:
    settings.HTTP_ALLOW = ["intern.example"]
    address = http.ipaddress.ip_address
    assert url_policy.allowed().lets("intern.example", address("10.0.0.5"))
    assert not url_policy.allowed().lets("other.example", address("10.0.0.5"))
    assert not url_policy.allowed().lets("intern.example", address("169.254.169.254"))
    assert not url_policy.allowed().lets("intern.example", address("::ffff:169.254.169.254"))


def test_the_name_is_resolved_once_and_the_connection_goes_there(web: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    loopback = url_policy.Allowed(frozenset(), (http.ipaddress.ip_network("127.0.0.0/8"),))
    monkeypatch.setattr(http, "allowed", lambda: loopback)
    monkeypatch.setattr(http, "resolve", rebinding)
    monkeypatch.setattr(url_policy, "OPEN_PORTS", frozenset({web.port}))
    web.pages["/"] = (200, {}, b"ok")
    assert fetch(f"http://rebind.example:{web.port}/").body == b"ok"
    assert asked == ["rebind.example"]
    assert web.asked[0][1]["host"] == f"rebind.example:{web.port}"
    with pytest.raises(Refused):
        fetch(f"http://rebind.example:{web.port}/")


@pytest.mark.parametrize(
    "further",
    ["http://10.0.0.5/", "http://169.254.169.254/", "file:///etc/passwd", "http://intern.example/", "http://[::1]/"],
)
def test_a_redirect_inward_is_refused(web: Site, further: str) -> None:
    web.pages["/"] = (302, {"Location": further}, b"")
    with pytest.raises(Refused):
        fetch(web.url, redirects=3)
    assert len(web.asked) == 1


def test_redirects_are_followed_so_many_times_and_no_more(web: Site) -> None:
    for number in range(9):
        web.pages[f"/{number}"] = (302, {"Location": f"/{number + 1}"}, b"")
    web.pages["/3"] = (200, {}, b"there")
    assert fetch(f"{web.url}/0", redirects=3).body == b"there"
    with pytest.raises(Refused) as refused:
        fetch(f"{web.url}/4", redirects=3)
    assert refused.value.reason == "redirect"


def test_without_leave_a_redirect_is_an_answer_and_what_is_posted_is_never_posted_on(web: Site) -> None:
    web.pages["/"] = (307, {"Location": "/further"}, b"")
    assert fetch(web.url).status == 307
    assert fetch(web.url, method="POST", content=b"x", redirects=3).status == 307
    assert [path for path, _headers in web.asked] == ["/", "/"]


def test_another_host_does_not_get_our_headers(web: Site, settings: Any) -> None:
    other = Site()
    try:
        web.pages["/"] = (302, {"Location": f"{other.url}/"}, b"")
        other.pages["/"] = (200, {}, b"")
        fetch(web.url, headers={"Authorization": "Bearer x"}, redirects=1)
        assert web.asked[0][1]["authorization"] == "Bearer x"
        assert "authorization" not in other.asked[0][1]
    finally:
        other.close()


def test_an_answer_that_is_too_large_is_not_read(web: Site) -> None:
    web.pages["/"] = (200, {}, b"x" * 2000)
    with pytest.raises(Refused) as refused:
        fetch(web.url, most_bytes=1000)
    assert refused.value.reason == "large"


def test_a_packed_answer_is_refused(web: Site) -> None:
    web.pages["/"] = (200, {"Content-Encoding": "gzip"}, b"x")
    with pytest.raises(Refused):
        fetch(web.url)


def test_no_proxy_of_the_environment_is_used(web: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    web.pages["/"] = (200, {}, b"direct")
    assert fetch(web.url).body == b"direct"


def test_a_server_that_drips_is_left_when_the_time_is_over(web: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte comes within the limit of a single step; the whole does not."""
    ticking = iter(range(0, 100000, 4))
    monkeypatch.setattr(http.time, "monotonic", lambda: float(next(ticking)))
    web.pages["/"] = (200, {"Content-Length": "500"}, b"x")
    with pytest.raises(Unreachable) as failed:
        fetch(web.url, seconds=15)
    assert failed.value.reason == "slow"


def test_nobody_there_can_be_tried_again(web: Site) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
        with pytest.raises(Unreachable) as failed:
            fetch(f"http://127.0.0.1:{free}/")
    assert failed.value.reason == "broken"
    assert str(failed.value)


def test_a_line_break_in_a_header_does_not_leave(web: Site) -> None:
    with pytest.raises(Unreachable):
        fetch(web.url, headers={"X-A": "1\r\nX-B: 2"})
    assert web.asked == []
