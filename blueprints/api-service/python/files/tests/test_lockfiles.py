"""The lockfiles hold what pyproject.toml asks for, checked by hash, from wherever you fetch."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCKFILES = {
    "requirements.lock": PROJECT["project"]["dependencies"],
    "requirements-dev.lock": PROJECT["project"]["dependencies"]
    + PROJECT["dependency-groups"]["dev"],
}


def locked(lockfile: str) -> list[Requirement]:
    lines = (ROOT / lockfile).read_text("utf-8").replace("\\\n", " ").splitlines()
    assert all(re.search(r" --hash=sha256:[0-9a-f]{64}", line) for line in lines)
    return [Requirement(line.partition(" --hash")[0]) for line in lines]


@pytest.mark.parametrize("lockfile", LOCKFILES)
def test_the_lockfile_has_what_the_project_asks_for(lockfile: str) -> None:
    versions = {requirement.name: str(requirement.specifier) for requirement in locked(lockfile)}
    wanted = {Requirement(line).name: Requirement(line) for line in LOCKFILES[lockfile]}
    stale = {name for name, need in wanted.items() if versions.get(name) != str(need.specifier)}
    assert not stale, "run: make lock"


def test_tests_run_against_what_runs_in_production() -> None:
    production = {str(requirement) for requirement in locked("requirements.lock")}
    assert production <= {str(requirement) for requirement in locked("requirements-dev.lock")}
