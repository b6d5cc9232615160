"""Notes can be kept, read, listed and deleted, by their owner alone."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from .support import ALICE, BOB, service

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NOWHERE = "/v1/notes/00000000-0000-4000-8000-000000000000"


def keep(client: TestClient, title: str = "A", caller: dict[str, str] = ALICE) -> dict[str, Any]:
    answer = client.post("/v1/notes", json={"title": title}, headers=caller)
    assert answer.status_code == 201, answer.text
    note: dict[str, Any] = answer.json()
    return note


def titles(client: TestClient, query: str, caller: dict[str, str] = ALICE) -> list[str]:
    page = client.get(f"/v1/notes{query}", headers=caller).json()
    return [note["title"] for note in page["items"]]


def test_a_new_note_is_answered_with_its_place_owner_and_time(client: TestClient) -> None:
    answer = client.post("/v1/notes", json={"title": "Milk", "body": "2 l"}, headers=ALICE)
    note = answer.json()
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/v1/notes/{note['id']}"
    assert set(note) == {"id", "owner", "title", "body", "createdAt"}
    assert (note["owner"], note["title"], note["body"]) == ("alice", "Milk", "2 l")
    assert UUID.fullmatch(note["id"])
    assert note["createdAt"].endswith("Z")
    assert datetime.fromisoformat(note["createdAt"]).utcoffset() is not None


def test_a_note_without_a_body_has_an_empty_one(client: TestClient) -> None:
    assert keep(client)["body"] == ""


def test_a_note_is_read_as_it_was_kept(client: TestClient) -> None:
    note = keep(client, "Grüße 🌍 '; DROP TABLE notes; --")
    answer = client.get(f"/v1/notes/{note['id']}", headers=ALICE)
    assert (answer.status_code, answer.json()) == (200, note)


def test_a_deleted_note_is_gone(client: TestClient) -> None:
    path = f"/v1/notes/{keep(client)['id']}"
    deleted = client.delete(path, headers=ALICE)
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert client.get(path, headers=ALICE).status_code == 404
    assert client.delete(path, headers=ALICE).status_code == 404


def test_notes_outlive_the_process(tmp_path: Path) -> None:
    path = str(tmp_path / "new" / "notes.db")
    with service(database_path=path) as first:
        note = keep(first)
    with service(database_path=path) as second:
        assert second.get(f"/v1/notes/{note['id']}", headers=ALICE).json() == note


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_anothers_note_looks_like_one_that_does_not_exist(client: TestClient, method: str) -> None:
    note = keep(client, caller=ALICE)
    path = f"/v1/notes/{note['id']}"
    anothers = client.request(method, path, headers=BOB)
    missing = client.request(method, NOWHERE, headers=BOB)
    malformed = client.request(method, "/v1/notes/no-uuid", headers=BOB)
    assert anothers.status_code == missing.status_code == malformed.status_code == 404
    assert anothers.content == missing.content == malformed.content
    assert client.get(path, headers=ALICE).json() == note


def test_a_list_holds_the_callers_own_notes_only(client: TestClient) -> None:
    keep(client, "of alice", ALICE)
    keep(client, "of bob", BOB)
    assert titles(client, "", ALICE) == ["of alice"]
    assert titles(client, "", BOB) == ["of bob"]


def test_a_list_is_newest_first_and_goes_on_at_the_cursor(client: TestClient) -> None:
    notes = [keep(client, str(number)) for number in range(5)]
    first = client.get("/v1/notes?limit=2", headers=ALICE).json()
    assert [note["title"] for note in first["items"]] == ["4", "3"]
    client.delete(f"/v1/notes/{notes[3]['id']}", headers=ALICE)
    keep(client, "newer")
    second = client.get(f"/v1/notes?limit=2&cursor={first['nextCursor']}", headers=ALICE).json()
    assert [note["title"] for note in second["items"]] == ["2", "1"]
    last = client.get(f"/v1/notes?limit=2&cursor={second['nextCursor']}", headers=ALICE).json()
    assert [note["title"] for note in last["items"]] == ["0"]
    assert last["nextCursor"] is None


def test_anothers_cursor_leads_to_ones_own_notes_only(client: TestClient) -> None:
    for number in range(3):
        keep(client, f"of alice {number}", ALICE)
    cursor = client.get("/v1/notes?limit=1", headers=ALICE).json()["nextCursor"]
    assert titles(client, f"?cursor={cursor}", BOB) == []


def test_a_list_has_twenty_notes_unless_asked_for_up_to_a_hundred(client: TestClient) -> None:
    for number in range(101):
        keep(client, str(number))
    assert len(titles(client, "")) == len(titles(client, "?cursor=")) == 20
    assert len(titles(client, "?limit=100")) == 100


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=many", "limit"),
        ("cursor=nonsense", "cursor"),
        ("cursor=%C3%A4", "cursor"),
        ("cursor=" + "A" * 201, "cursor"),
    ],
)
def test_a_list_refuses_a_query_it_does_not_understand(
    client: TestClient, query: str, field: str
) -> None:
    answer = client.get(f"/v1/notes?{query}", headers=ALICE)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize(
    ("note", "field"),
    [
        ({}, "title"),
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": 1}, "title"),
        ({"title": None}, "title"),
        ({"title": "x", "body": "x" * 10_001}, "body"),
        ({"title": "x", "body": None}, "body"),
        ({"title": "x", "owner": "bob"}, "owner"),
        ([], "body"),
    ],
)
def test_a_note_that_is_not_valid_is_refused(client: TestClient, note: Any, field: str) -> None:
    answer = client.post("/v1/notes", json=note, headers=ALICE)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert titles(client, "") == []


def test_the_longest_note_is_accepted(client: TestClient) -> None:
    note = {"title": "ä" * 200, "body": "ä" * 10_000}
    assert client.post("/v1/notes", json=note, headers=ALICE).status_code == 201
