//! What a project's own code gets to see while its gates run.

use std::ffi::OsString;

use app::{FixMode, FixOutcome, GateOutcome};
use domain::Ecosystem;

use super::{Site, record};

#[test]
fn gates_get_a_home_of_their_own_and_neither_proxies_nor_registries_and_that_they_may_read_files_is_said() {
    let word = "hunter".repeat(2);
    let records = [record("D-1", Ecosystem::PYPI, "idna", &[("0", "3.7")])];
    // It tells what it sees, and fails so that its output is shown.
    let makefile =
        format!("check:\n\t@env\n\t@echo fetched https://ada:{word}@x.example/y\n\t@touch $$HOME/mine && exit 1\n");
    let mut site = Site::new(&records, &[("requirements.txt", "idna==3.4\n"), ("Makefile", &makefile)]);
    let home = site.house.folder.path().join("home");
    std::fs::create_dir(&home).unwrap();
    let variables = &mut site.house.services.checks.fix.variables;
    let told = [
        "HTTPS_PROXY",
        "http_proxy",
        "NPM_CONFIG_REGISTRY",
        "GOPROXY",
        "UV_DEFAULT_INDEX",
        "XDG_CONFIG_HOME",
        "MY_OWN",
    ];
    variables.retain(|(name, _)| name == "PATH" || name == "LANG");
    variables.extend(told.map(|name| (name.into(), OsString::from(format!("https://ada:{word}@registry.example")))));
    variables.push(("HOME".into(), home.clone().into()));
    let report = site.fix(FixMode::Apply);
    assert_eq!((report.outcome, report.gates[0].outcome), (FixOutcome::Failed, GateOutcome::Failed), "{report:#?}");
    let seen = &report.gates[0].output;
    let of = |name: &str| seen.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('=')).map(str::to_owned);
    assert!(!seen.contains("registry.example") && told.iter().all(|name| of(name).is_none()), "{seen}");
    assert!(of("HOME").is_some_and(|own| own != home.display().to_string()), "{seen}");
    assert_eq!(of("CARGO_HOME").as_deref(), home.join(".cargo").to_str(), "toolchains are where they were");
    assert_eq!(std::fs::read_dir(&home).unwrap().count(), 0, "nothing is left in the operator's own");
    assert!(seen.contains("x.example/y") && !seen.contains(&word), "{seen}");
    assert!(report.not_enforced.iter().any(|one| one.starts_with("files NOT ENFORCED")), "{report:#?}");
    // Where none of its code runs there is nothing to say.
    site.house.services.checks.fix.allowed = app::FixAllowed::Refresh;
    let report = site.fix(FixMode::Try);
    assert_eq!(report.outcome, FixOutcome::Fixed, "{report:#?}");
    assert!(!report.not_enforced.iter().any(|one| one.starts_with("files NOT ENFORCED")), "{report:#?}");
}
