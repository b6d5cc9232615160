"""What a note looks like, on the way in and on the way out."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class NewNote(BaseModel):
    """What a caller may send. Anything else in the body is refused."""

    model_config = ConfigDict(extra="forbid")

    title: Annotated[str, Field(min_length=1, max_length=200)]
    body: Annotated[str, Field(max_length=10_000)] = ""


class _Outgoing(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, from_attributes=True, frozen=True
    )


class Note(_Outgoing):
    """A note as it is kept and answered."""

    id: str
    owner: str
    title: str
    body: str
    created_at: str


class Page(_Outgoing):
    """Some notes, newest first, and where to go on."""

    items: list[Note]
    next_cursor: str | None
