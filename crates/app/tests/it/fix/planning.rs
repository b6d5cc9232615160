//! What is told before anything is run.

use app::{FixAllowed, FixMode, FixOutcome, UpgradeState};
use dependencies::upgrade::Remedy;
use domain::{Ecosystem, Face};

use super::{Site, index, record, upgrade};
use crate::{Steps, data_owner};

const MANIFEST: &str =
    "[package]\nname = \"old\"\nversion = \"0.1.0\"\n\n[dependencies]\nsmallvec = \"0.6.9\"\ntime = \"0.1.40\"\n";
const LOCK: &str = "version = 3\n\n[[package]]\nname = \"old\"\nversion = \"0.1.0\"\ndependencies = [\n \"smallvec\",\n \"time\",\n]\n\n[[package]]\nname = \"smallvec\"\nversion = \"0.6.9\"\nsource = \"INDEX\"\n\n[[package]]\nname = \"time\"\nversion = \"0.1.40\"\nsource = \"INDEX\"\n";

fn site() -> Site {
    let records = [
        record("A-1", Ecosystem::CARGO, "smallvec", &[("0", "0.6.10")]),
        record("A-9", Ecosystem::CARGO, "time", &[("0", "0.3.0")]),
    ];
    Site::new(&records, &[("Cargo.toml", MANIFEST), ("Cargo.lock", &LOCK.replace("INDEX", &index()))])
}

#[test]
fn a_plan_says_what_changes_and_what_is_left_to_do() {
    let site = site();
    let before = site.state();
    let report = site.fix(FixMode::Plan);
    assert_eq!((report.outcome, report.before, report.after), (FixOutcome::Planned, 2, None));
    let one = upgrade(&report, "smallvec");
    assert_eq!(
        (one.state, one.commands.join(";")),
        (UpgradeState::Planned, "cargo update -p smallvec@0.6.9 --precise 0.6.10".to_owned())
    );
    assert!(report.diff.contains("-smallvec = \"0.6.9\"\n+smallvec = \"0.6.10\"\n"), "{}", report.diff);
    let time = upgrade(&report, "time");
    assert_eq!(
        (time.state, &time.upgrade.left[0].remedy),
        (UpgradeState::NotPossible, &Remedy::NeedsMajor("0.3.0".into()))
    );
    assert!(report.next.iter().any(|line| line.contains("time needs a major step to 0.3.0")), "{:?}", report.next);
    assert!(site.state() == before);
}

#[test]
fn whoever_may_not_run_anything_gets_the_commands() {
    let mut site = site();
    let mut caller = data_owner(Face::Cli);
    caller.permissions = caller.permissions.without(domain::Permission::Execute);
    let before = site.state();
    let told = site.fix_as(&caller, FixMode::Apply, &app::Quiet).unwrap();
    site.house.services.checks.fix.allowed = FixAllowed::Plan;
    let off = site.fix(FixMode::Apply);
    for report in [told, off] {
        assert_eq!((report.outcome, report.branch.as_ref()), (FixOutcome::Planned, None));
        assert!(report.not_run.iter().any(|not_run| not_run.check == "upgrades"), "{report:#?}");
        assert!(!upgrade(&report, "smallvec").commands.is_empty());
    }
    assert!(site.state() == before);
}

#[test]
fn without_advisories_nothing_is_known() {
    let mut site = site();
    site.house.services.checks.advisories = Some(site.house.folder.path().join("none"));
    let report = site.fix(FixMode::Apply);
    assert_eq!((report.outcome, report.upgrades.len()), (FixOutcome::Unknown, 0), "{report:#?}");
    assert!(!report.not_run.is_empty());
}

#[test]
fn whoever_gives_up_leaves_nothing_behind() {
    let site = site();
    let before = site.state();
    for give_up_after in 0..4 {
        let watch = Steps { seen: std::sync::Mutex::default(), give_up_after };
        let error = site.fix_as(&data_owner(Face::Cli), FixMode::Apply, &watch).unwrap_err();
        assert_eq!(error.kind, app::ErrorKind::Cancelled, "{error}");
    }
    assert!(site.state() == before);
}

#[test]
fn only_the_top_of_a_repository_is_fixed() {
    let site = site();
    std::fs::rename(site.project.join(".git"), site.project.join("git")).unwrap();
    let error = site.fix_as(&data_owner(Face::Cli), FixMode::Apply, &app::Quiet).unwrap_err();
    assert!(error.to_string().contains("top of a git repository"), "{error}");
    std::fs::write(site.project.join(".git"), "gitdir: git\n").unwrap();
    let error = site.fix_as(&data_owner(Face::Cli), FixMode::Try, &app::Quiet).unwrap_err();
    assert_eq!(error.kind, app::ErrorKind::Refused, "{error}");
}
