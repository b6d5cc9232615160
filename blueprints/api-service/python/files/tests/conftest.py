"""What every test may ask for."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from .support import service


@pytest.fixture
def client() -> Iterator[TestClient]:
    with service() as running:
        yield running
