"""Connections that are checked where they are made: at the address, not at the name.

A name that resolved to a public address a moment ago can resolve to 127.0.0.1 now. So the check sits in
the one place that opens sockets: it resolves the name once, refuses what is not allowed, and connects to
that very address. TLS still verifies the name, because the name stays in the request.
"""

from __future__ import annotations

import functools
import ipaddress
import socket
import ssl
from collections.abc import Iterable

import httpcore2
import httpx2

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
SOCKET_OPTION = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]


class AddressRefused(OSError):
    """The name leads to an address that this connection may not open."""


def embedded(address: Address) -> Address:
    """The IPv4 address that an IPv6 one carries (mapped, 6to4, Teredo, NAT64), else the address."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def refusal(text: str, *, private: bool) -> str:
    """Why the address `text` may not be opened, or "" where it may.

    With `private`, loopback and private ranges are allowed as well; link-local ones (where clouds keep
    their credentials), multicast and unspecified ones never are.
    """
    address = embedded(ipaddress.ip_address(text.partition("%")[0]))
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        return f"{text} is link-local, multicast or unspecified"
    if address.is_global or (private and address.is_private):
        return ""
    return f"{text} is not a public address"


def checked_addresses(host: str, port: int, *, private: bool) -> list[str]:
    """Addresses of `host`, in the resolver's order; AddressRefused if any of them is not allowed."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(row[4][0]) for row in found))
    for address in addresses:
        why = refusal(address, private=private)
        if why:
            raise AddressRefused(f"{host} leads to {why}")
    return addresses


class CheckedBackend(httpcore2.SyncBackend):
    """httpcore's socket backend that connects only to checked addresses."""

    def __init__(self, *, private: bool) -> None:
        self._private = private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        try:
            addresses = checked_addresses(host, port, private=self._private)
        except (AddressRefused, socket.gaierror, UnicodeError) as error:
            raise httpcore2.ConnectError(str(error)) from error
        last: Exception | None = None
        for address in addresses:
            try:
                return super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                last = error
        raise last or httpcore2.ConnectError(f"{host} has no address")

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        raise httpcore2.ConnectError("sockets in the file system are not allowed")


@functools.cache
def _tls() -> ssl.SSLContext:
    """One for all connections: to load the authorities' certificates takes longer than most requests."""
    return httpx2.create_ssl_context(trust_env=False)


class CheckedTransport(httpx2.HTTPTransport):
    """httpx's transport over `CheckedBackend`; proxies of the environment are not used."""

    def __init__(self, *, private: bool) -> None:
        super().__init__(verify=_tls(), trust_env=False)
        self._pool = httpcore2.ConnectionPool(
            ssl_context=_tls(),
            max_connections=8,
            keepalive_expiry=30.0,
            network_backend=CheckedBackend(private=private),
        )


def client(*, private: bool, agent: str, timeout: float) -> httpx2.Client:
    """A client over checked addresses that follows no redirect by itself; `timeout` in seconds."""
    return httpx2.Client(
        transport=CheckedTransport(private=private),
        headers={"User-Agent": agent},
        timeout=httpx2.Timeout(timeout),
        follow_redirects=False,
        trust_env=False,
    )
