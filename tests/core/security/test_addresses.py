"""Tests the filter of addresses against the blocks of IANA's registries: both ends of each, and their neighbours."""

import ipaddress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.core.security.addresses import SPECIAL, is_public

# Written down again from the registries, so that a block cannot be lost from the table.
REGISTRIES = """
0.0.0.0/8 0.0.0.0/32 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.0.0/29
192.0.0.8/32 192.0.0.9/32 192.0.0.10/32 192.0.0.170/32 192.0.0.171/32 192.0.2.0/24 192.31.196.0/24 192.52.193.0/24
192.88.99.0/24 192.88.99.2/32 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 240.0.0.0/4
255.255.255.255/32 224.0.0.0/4
::1/128 ::/128 ::/96 ::ffff:0:0/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 100:0:0:1::/64 2001::/23 2001::/32 2001:1::1/128
2001:1::2/128 2001:1::3/128 2001:2::/48 2001:3::/32 2001:4:112::/48 2001:10::/28 2001:20::/28 2001:30::/28 2001:db8::/32
2002::/16 2620:4f:8000::/48 3fff::/20 5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8
"""
BLOCKS = sorted({*REGISTRIES.split(), *(block for block, _ in SPECIAL)})


def is_special(address: Any) -> bool:
    return any(address in ipaddress.ip_network(block) for block in BLOCKS)


@pytest.mark.parametrize("block", BLOCKS)
def test_a_special_block(block: str) -> None:
    network = ipaddress.ip_network(block)
    first, last = network.network_address, network.broadcast_address
    for inside in (first, last, first + (int(last) - int(first)) // 2):
        assert not is_public(str(inside)), inside
        assert not is_public(inside.exploded), inside
        if inside.version == 4:
            assert not is_public(f"::ffff:{inside}"), inside
            assert not is_public(f"64:ff9b::{inside}"), inside
    for number in (int(first) - 1, int(last) + 1):
        if not 0 <= number < 2**network.max_prefixlen:
            continue
        outside = type(first)(number)
        is_unicast = outside.version == 4 or outside in ipaddress.ip_network("2000::/3")
        assert is_public(str(outside)) is (is_unicast and not is_special(outside)), outside


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "1.1.1.1"])
def test_a_public_address(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("text", ["", "example.com", "1.2.3", "01.2.3.4", "2606:2800::1%eth0", "4000::1", "200::1"])
def test_no_public_address(text: str) -> None:
    assert not is_public(text)


@given(st.ip_addresses())
def test_no_address_that_python_calls_special_is_public(address: Any) -> None:
    if is_public(str(address)):
        assert address.is_global
        assert not address.is_multicast
        assert not address.is_private
