from __future__ import annotations

import pytest

from uvkit.net import NetworkOptions
from uvkit.net.transport import is_insecure, proxy_for

PROXIES = {"http": "http://proxy.example:3128", "all": "socks5://other.example"}


@pytest.mark.parametrize(
    ("url", "rules", "expected"),
    [
        ("http://index.example/a", (), "http://proxy.example:3128"),
        ("https://index.example/a", (), "socks5://other.example"),
        ("http://index.example/a", ("index.example",), None),
        ("http://sub.index.example/a", ("index.example",), None),
        ("http://sub.index.example/a", (".index.example",), None),
        ("http://sub.index.example/a", ("*.index.example",), None),
        ("http://anindex.example/a", ("index.example",), "http://proxy.example:3128"),
        ("http://index.example:81/a", ("index.example:80",), "http://proxy.example:3128"),
        ("http://index.example:81/a", ("index.example:81",), None),
        ("http://index.example/a", ("*",), None),
        ("http://10.1.2.3/a", ("10.0.0.0/8",), None),
        ("http://11.1.2.3/a", ("10.0.0.0/8",), "http://proxy.example:3128"),
        ("http://[fd00::1]/a", ("fd00::/8",), None),
        ("http://index.example/a", ("10.0.0.0/8", " ", "other.example"), "http://proxy.example:3128"),
    ],
)
def test_which_proxy_reaches_a_url(url: str, rules: tuple[str, ...], expected: str | None) -> None:
    assert proxy_for(url, NetworkOptions(proxies=PROXIES, no_proxy=rules)) == expected


def test_without_proxies_everything_is_direct() -> None:
    assert proxy_for("http://index.example/a", NetworkOptions()) is None


def test_a_host_is_insecure_with_or_without_its_port() -> None:
    options = NetworkOptions(insecure_hosts=frozenset({"one.example", "two.example:8443"}))

    assert is_insecure("one.example", 443, options)
    assert is_insecure("two.example", 8443, options)
    assert not is_insecure("two.example", 443, options)
