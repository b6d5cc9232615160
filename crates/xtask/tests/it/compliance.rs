//! The table of requirements rests on things that exist.

use testkit::workspace;
use xtask::compliance::check;
use xtask::repository::Repository;

use crate::files;

const REQUIREMENTS: &str = "| Id | It must |\n| --- | --- |\n| T1.1 | run |\n| D1 | be there |\n";
const TEST: &str = "#[test]\nfn it_runs() {}\n\n#[tokio::test]\nasync fn it_waits() {}\n\n#[test]\n#[ignore = \"slow\"]\nfn it_rests() {}\n\nfn no_test() {}\n";

fn with(rows: &str) -> Vec<String> {
    let repository = files(&[
        ("docs/requirements.md", REQUIREMENTS),
        ("docs/http.md", "# HTTP\n\n## Limits\n"),
        ("scripts/test", "#!/bin/sh\nsteps=(format tests)\n"),
        ("crates/server/tests/it/tls.rs", TEST),
        ("crates/server/src/http/mod.rs", TEST),
        ("crates/app/src/compliance/rows/all.toml", rows),
    ]);
    check(&repository).unwrap()
}

#[test]
fn every_name_in_the_table_exists_and_every_requirement_has_a_row() {
    let repository = Repository::read(&workspace()).unwrap();
    assert_eq!(check(&repository).unwrap(), Vec::<String>::new());
}

#[test]
fn a_name_that_leads_nowhere_is_found() {
    let rows = |evidence: &str| format!("[[row]]\nid = \"T1.1\"\n{evidence}\n[[row]]\nid = \"D1\"\n");
    for good in [
        "tests = [\"server::it::tls::it_runs\", \"server::it::tls::it_waits\", \"server::http::it_runs\"]",
        "gates = [\"tests\"]",
        "documents = [\"docs/http.md#Limits\"]",
    ] {
        assert_eq!(with(&rows(good)), Vec::<String>::new(), "{good}");
    }
    for bad in [
        "tests = [\"server::it::tls::it_run\"]",
        "tests = [\"server::it::tls::no_test\"]",
        "tests = [\"server::it::tls::it_rests\"]",
        "tests = [\"server::it::gone::it_runs\"]",
        "tests = [\"it_runs\"]",
        "gates = [\"test\"]",
        "documents = [\"docs/http.md#Limit\"]",
        "documents = [\"docs/gone.md#Limits\"]",
        "documents = [\"docs/http.md\"]",
    ] {
        assert_eq!(with(&rows(bad)).len(), 1, "{bad}");
    }
}

#[test]
fn proof_of_the_threat_model_that_does_not_exist_is_found() {
    let model = "| `it_runs_and_runs_on` | `it_is_not_there_any_more` | probe `https` | `data.folder` |\n";
    let test = "#[test]\nfn it_runs_and_runs_on() {}\n";
    let repository = files(&[("docs/threat-model.md", model), ("crates/app/src/a.rs", test)]);
    assert_eq!(check(&repository).unwrap(), ["docs/threat-model.md: there is no test it_is_not_there_any_more"]);
}

#[test]
fn a_requirement_without_a_row_is_found() {
    let told = with("[[row]]\nid = \"T1.1\"\n");
    assert_eq!(told, ["docs/requirements.md: D1 has no row in crates/app/src/compliance/rows/"]);
}
