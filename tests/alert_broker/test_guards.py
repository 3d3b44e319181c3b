"""Only our own page may ask, and nothing that a room sends can become a script."""

import re
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
from houses import House
from samples import an_alert

from alert_broker.web import STATIC

pytestmark = pytest.mark.broker


def port(house: House) -> int:
    port = urlsplit(house.desk.url).port
    assert port is not None
    return port


def take(house: House, **headers: str) -> httpx.Response:
    house.device.send(alert := an_alert(room=uuid4().hex[:8]))
    assert house.desk.shows(alert.id)
    url = f"{house.desk.url}/api/alerts/{alert.id}/acknowledge"
    named = {"Content-Type": "application/json"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    answer = httpx.post(url, content=b"{}", headers=named, cookies=house.desk.as_("Marie"))
    shown = house.desk.alert(alert.id)
    assert shown is not None
    assert (shown.taken is not None) == answer.is_success
    return answer


class TestTheNameItIsAskedBy:
    @pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "192.168.1.20", "[::1]", "poste"])
    def test_may_be_an_address_or_one_of_its_own(self, house: House, name: str) -> None:
        headers = {"Host": f"{name}:{port(house)}"}
        assert httpx.get(f"{house.desk.url}/api/board", headers=headers).is_success

    @pytest.mark.parametrize("name", ["evil.example", "127.0.0.1.evil.example", "", "[", "a b"])
    def test_may_not_be_a_foreign_one_that_was_made_to_lead_here(
        self, house: House, name: str
    ) -> None:
        answer = httpx.get(f"{house.desk.url}/api/board", headers={"Host": name})
        assert answer.status_code == HTTPStatus.FORBIDDEN
        assert "station.names" in answer.text


class TestAnotherPage:
    @pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://["])
    def test_cannot_take_an_alert(self, house: House, origin: str) -> None:
        answer = take(house, Origin=origin)
        assert answer.status_code == HTTPStatus.FORBIDDEN

    def test_cannot_take_one_with_a_form(self, house: House) -> None:
        answer = take(house, Content_Type="text/plain")
        assert answer.status_code == HTTPStatus.UNSUPPORTED_MEDIA_TYPE

    def test_is_not_our_own(self, house: House) -> None:
        assert take(house, Origin=house.desk.url).is_success

    def test_may_not_read(self, house: House) -> None:
        answer = httpx.get(f"{house.desk.url}/api/board", headers={"Origin": "http://evil.example"})
        assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/health", "/api/board", "/static/app.js", "/nowhere"])
def test_every_answer_forbids_foreign_and_inline_scripts(house: House, path: str) -> None:
    policy = httpx.get(f"{house.desk.url}{path}").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy


def test_what_a_nurse_saw_stays_in_no_cache(house: House) -> None:
    headers = httpx.get(f"{house.desk.url}/api/board").headers
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/static/../web.py", "/static/%2e%2e/web.py", "/static//etc"])
def test_nothing_but_the_page_is_served(house: House, path: str) -> None:
    with httpx.Client() as client:
        request = client.build_request("GET", house.desk.url)
        request.url = request.url.copy_with(raw_path=path.encode())
        assert client.send(request).status_code == HTTPStatus.NOT_FOUND


TEXTS = sorted(path for path in STATIC.rglob("*.*") if path.suffix != ".png")


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_the_page_asks_for_nothing_from_elsewhere(path: Path) -> None:
    namespace = "http://www.w3.org/2000/svg"
    assert not re.search(r"(https?:)?//[a-z]", path.read_text().replace(namespace, ""))
