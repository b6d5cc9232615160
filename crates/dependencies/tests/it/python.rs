//! The lockfiles of poetry, pdm, pipenv and PEP 751.

use crate::tree::{check, relations};

const POETRY: &str = "[[package]]\nname = \"A\"\nversion = \"1.0\"\noptional = false\n[package.dependencies]\nb_b = \">=1\"\n\n[[package]]\nname = \"b-b\"\nversion = \"2.0\"\n\n[[package]]\nname = \"t\"\nversion = \"3.0\"\n\n[[package]]\nname = \"here\"\nversion = \"0.1\"\n[package.source]\ntype = \"directory\"\nurl = \"../here\"\n\n[metadata]\nlock-version = \"2.0\"\n";

#[test]
fn poetry_follows_the_manifest_where_it_marks_nothing() {
    let manifest =
        "[tool.poetry.dependencies]\npython = \"^3\"\na = \"^1\"\n[tool.poetry.group.dev.dependencies]\nt = \"*\"\n";
    let found = check(
        &[("poetry.lock", POETRY), ("pyproject.toml", manifest)],
        &["poetry.lock:1 PyPI a 1.0 +", "poetry.lock:8 PyPI b-b 2.0 -", "poetry.lock:12 PyPI t 3.0 + dev"],
    );
    assert_eq!(relations(&found), ["a>b-b"]);
    check(
        &[("poetry.lock", POETRY)],
        &["poetry.lock:1 PyPI a 1.0 ?", "poetry.lock:8 PyPI b-b 2.0 ?", "poetry.lock:12 PyPI t 3.0 ?"],
    );
}

#[test]
fn poetry_marks_groups_and_used_to_mark_categories() {
    let of = |mark: &str| format!("[[package]]\nname = \"a\"\nversion = \"1\"\n{mark}\n[metadata]\n");
    for (mark, dev) in [
        ("category = \"dev\"", " dev"),
        ("category = \"main\"", ""),
        ("groups = [\"dev\", \"test\"]", " dev"),
        ("groups = [\"main\", \"dev\"]", ""),
    ] {
        check(&[("poetry.lock", &of(mark))], &[&format!("poetry.lock:1 PyPI a 1 ?{dev}")]);
    }
}

#[test]
fn pdm_names_groups() {
    let text = "[metadata]\ngroups = [\"default\", \"test\"]\n\n[[package]]\nname = \"a\"\nversion = \"1.0\"\ngroups = [\"default\"]\ndependencies = [\n    \"b<3,>=1; python_version > '3'\",\n]\n\n[[package]]\nname = \"a\"\nversion = \"1.0\"\nextras = [\"x\"]\n\n[[package]]\nname = \"b\"\nversion = \"2.0\"\ngroups = [\"default\", \"test\"]\n\n[[package]]\nname = \"t\"\nversion = \"3.0\"\ngroups = [\"test\"]\n\n[[package]]\nname = \"here\"\nversion = \"0\"\npath = \".\"\n";
    let manifest = "[project]\nname = \"me\"\ndependencies = [\"A>=1\"]\n[tool.pdm.dev-dependencies]\ntest = [\"t\"]\n";
    let found = check(
        &[("pdm.lock", text), ("pyproject.toml", manifest)],
        &["pdm.lock:4 PyPI a 1.0 +", "pdm.lock:17 PyPI b 2.0 -", "pdm.lock:22 PyPI t 3.0 + dev"],
    );
    assert_eq!(relations(&found), ["a>b"]);
}

#[test]
fn pipenv_has_two_lists() {
    let text = "{\"_meta\":{},\n\"default\":{\n\"a\":{\"version\":\"==1.0\"},\n\"b\":{\"version\":\"==2.0\"},\n\"g\":{\"git\":\"x\"}},\n\"develop\":{\n\"b\":{\"version\":\"==2.0\"},\n\"t\":{\"version\":\"==3.0\"}}}";
    check(
        &[("Pipfile.lock", text), ("Pipfile", "[packages]\nA = \"*\"\n[dev-packages]\nt = \"*\"\n")],
        &["Pipfile.lock:3 PyPI a 1.0 +", "Pipfile.lock:4 PyPI b 2.0 -", "Pipfile.lock:8 PyPI t 3.0 + dev"],
    );
}

#[test]
fn the_standard_lockfile_is_read_under_both_names() {
    let text = "lock-version = \"1.0\"\n[[packages]]\nname = \"a\"\nversion = \"1.0\"\ndependencies = [{name = \"b\", version = \"2.0\"}]\n[[packages]]\nname = \"b\"\nversion = \"2.0\"\n[[packages]]\nname = \"here\"\n[packages.directory]\npath = \".\"\n";
    for name in ["pylock.toml", "pylock.web.toml"] {
        let found = check(&[(name, text)], &[&format!("{name}:2 PyPI a 1.0 ?"), &format!("{name}:6 PyPI b 2.0 ?")]);
        assert_eq!(relations(&found), ["a>b"]);
    }
    let manifest = "[project]\ndependencies = [\"a\"]\n";
    check(
        &[("pylock.toml", text), ("pyproject.toml", manifest)],
        &["pylock.toml:2 PyPI a 1.0 +", "pylock.toml:6 PyPI b 2.0 -"],
    );
}
