"""The server: its address, and who may open a session."""

from dashboard.app import origins, port_is_free
from tests.dashboard.fake_service import running


def test_the_websocket_is_open_to_the_own_address_only() -> None:
    assert origins("127.0.0.1", 5006) == ["127.0.0.1:5006", "localhost:5006"]


def test_a_taken_port_is_noticed() -> None:
    with running() as address:
        assert not port_is_free("127.0.0.1", int(address.rsplit(":", 1)[1]))
