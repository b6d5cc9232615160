"""The routes under `/v1/notes`. A route checks and translates; the store does the work."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response

from .auth import Caller
from .notes_models import NewNote, Note, Page
from .notes_store import InvalidCursorError, NotesStore
from .problem import InvalidRequestError

router = APIRouter(prefix="/v1/notes")

# Another's note and one that does not exist must look alike, so both say this.
_NO_SUCH_NOTE = "There is no such note."


def _store_of(request: Request) -> NotesStore:
    return NotesStore(request.app.state.database)


Store = Annotated[NotesStore, Depends(_store_of)]


@router.post("", status_code=201)
async def create_note(caller: Caller, store: Store, new: NewNote, response: Response) -> Note:
    """Keep a new note for the caller."""
    note = await store.create(caller, new)
    response.headers["Location"] = f"{router.prefix}/{note.id}"
    return note


@router.get("")
async def list_notes(
    caller: Caller,
    store: Store,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Page:
    """List the caller's notes, newest first."""
    try:
        return await store.list_newest_first(caller, limit, cursor)
    except InvalidCursorError as error:
        message = "This is not a cursor that this service gave out."
        raise InvalidRequestError(field="cursor", message=message) from error


@router.get("/{note_id}")
async def read_note(caller: Caller, store: Store, note_id: str) -> Note:
    """Read one of the caller's notes."""
    note = await store.find(caller, note_id)
    if note is None:
        raise HTTPException(404, _NO_SUCH_NOTE)
    return note


@router.delete("/{note_id}", status_code=204)
async def delete_note(caller: Caller, store: Store, note_id: str) -> None:
    """Delete one of the caller's notes."""
    if not await store.delete(caller, note_id):
        raise HTTPException(404, _NO_SUCH_NOTE)
