//! Checks and the life of vulnerabilities: what opens, what is fixed and what is not, acceptance, bounds, erasing.

use domain::{
    Confidence, Dependency, Ecosystem, Finding, FindingKind, ProjectId, RequestId, Severity,
    VulnerabilityState as State,
};
use store::{
    Accepted, Bound, ErrorKind, KEPT_CHECKS, KEPT_EVENTS, MOST_REPORT_BYTES, Moved, NewCheck, Rematch, Seen, Sla,
    Store, Triage, Vulnerability,
};

use crate::fixture::{Place, abandoned, entry, start};

const DAY: i64 = 86_400_000;

fn npm() -> Ecosystem {
    Ecosystem::new(Ecosystem::NPM)
}

fn finding(package: &str, advisory: &str, severity: Severity) -> Finding {
    Finding {
        kind: FindingKind::Vulnerability,
        rule: advisory.to_owned(),
        file: Some("web/package-lock.json".to_owned()),
        line: None,
        column: None,
        severity,
        confidence: Confidence::High,
        fingerprint: format!("{package} {advisory}"),
        message: format!("{package} is vulnerable."),
        hint: "Upgrade it.".to_owned(),
        engines: Vec::new(),
        commit: None,
        redacted: None,
        package: Some(package.to_owned()),
        ecosystem: Some(npm()),
        version: Some("1.0.0".to_owned()),
        advisory: Some(advisory.to_owned()),
        aliases: Vec::new(),
        fixed: Some("1.0.1".to_owned()),
        score: None,
        epss: None,
        direct: None,
        dev: None,
    }
}

fn seen(findings: Vec<Finding>) -> Seen {
    let (matched_with, sla) = ("monday".to_owned(), Sla::default());
    let (matched, undecided) = (vec![npm()], Vec::new());
    Seen { dependencies: Vec::new(), unread: Vec::new(), findings, matched, undecided, matched_with, sla }
}

fn check(project: &ProjectId, at_ms: i64, vulnerabilities: Option<Seen>) -> NewCheck {
    NewCheck {
        project: project.clone(),
        at_ms,
        caller: "ada".to_owned(),
        request: RequestId::random().unwrap(),
        subject: Some("abc".to_owned()),
        duration_ms: 12,
        advisories_at_ms: Some(5),
        summary: "{}".to_owned(),
        report: format!(r#"{{"at":{at_ms}}}"#),
        cut: 0,
        vulnerabilities,
    }
}

fn add(store: &Store, project: &ProjectId, at_ms: i64, findings: Vec<Finding>) -> Moved {
    store.add_check(check(project, at_ms, Some(seen(findings))), &entry()).unwrap()
}

fn only(store: &Store, project: &ProjectId) -> Vulnerability {
    let [one] = <[Vulnerability; 1]>::try_from(store.vulnerabilities(project).unwrap()).unwrap();
    one
}

fn triage(store: &Store, project: &ProjectId, triage: Triage, now_ms: i64) -> bool {
    let fingerprints: Vec<_> = store.vulnerabilities(project).unwrap().into_iter().map(|v| v.fingerprint).collect();
    let request = RequestId::random().unwrap();
    store.triage(project, &fingerprints, &triage, "bob", &request, now_ms, &entry()).unwrap()
}

fn accept(until_ms: i64) -> Triage {
    Triage::Accept(Accepted { by: "bob".to_owned(), why: "not reachable".to_owned(), until_ms })
}

#[test]
fn a_vulnerability_opens_is_fixed_and_opens_again_and_all_of_it_is_told() {
    let place = Place::new();
    let store = place.open();
    let project = start(&store, "ada").id;
    let moved = add(&store, &project, 1_000, vec![finding("left-pad", "GHSA-1", Severity::Critical)]);
    assert_eq!(moved, Moved { opened: 1, ..Moved::default() });
    let open = only(&store, &project);
    assert_eq!((open.state, open.first_seen_ms, open.due_ms), (State::Open, 1_000, 1_000 + 7 * DAY));
    assert_eq!(add(&store, &project, 2_000, vec![finding("left-pad", "GHSA-1", Severity::High)]), Moved::default());
    let open = only(&store, &project);
    assert_eq!((open.last_seen_ms, open.due_ms), (2_000, 1_000 + 30 * DAY), "the severity is another now");
    assert_eq!(add(&store, &project, 3_000, Vec::new()), Moved { fixed: 1, ..Moved::default() });
    let fixed = only(&store, &project);
    assert_eq!((fixed.state, fixed.fixed_ms, fixed.last_seen_ms), (State::Fixed, Some(3_000), 2_000));
    assert_eq!(add(&store, &project, 4_000, Vec::new()), Moved::default());
    let moved = add(&store, &project, 5_000, vec![finding("left-pad", "GHSA-1", Severity::High)]);
    assert_eq!(moved, Moved { reopened: 1, ..Moved::default() });
    let again = only(&store, &project);
    assert_eq!((again.state, again.first_seen_ms, again.due_ms), (State::Reopened, 1_000, 5_000 + 30 * DAY));
    let told = store.vulnerability_events(&project, &again.fingerprint).unwrap();
    let told: Vec<_> = told.iter().map(|change| (change.at_ms, change.state, change.caller.as_str())).collect();
    assert_eq!(told, [(1_000, State::Open, "ada"), (3_000, State::Fixed, "ada"), (5_000, State::Reopened, "ada")]);
}

#[test]
fn what_was_not_looked_at_is_never_fixed() {
    let place = Place::new();
    let store = place.open();
    let project = start(&store, "ada").id;
    let found = || vec![finding("left-pad", "GHSA-1", Severity::Low)];
    add(&store, &project, 1_000, found());
    let none = Seen { matched: Vec::new(), ..seen(Vec::new()) };
    let unread = |name: &str| Seen { unread: vec![name.to_owned()], ..seen(Vec::new()) };
    let other = Seen { matched: vec![Ecosystem::new(Ecosystem::GO)], ..seen(Vec::new()) };
    let listed = |version: Option<&str>| Dependency {
        ecosystem: npm(),
        name: "left-pad".to_owned(),
        version: version.map(str::to_owned),
        requirement: None,
        file: "web/package-lock.json".to_owned(),
        line: None,
        direct: None,
        dev: false,
        license: None,
    };
    let range = Seen { dependencies: vec![listed(Some("1.0.1")), listed(None)], ..unread("web/package-lock.json") };
    let unread_file = unread("web/package-lock.json");
    let all = [None, Some(none), Some(unread_file.clone()), Some(unread("web")), Some(other), Some(range)];
    for (at, looked) in (2_000..).zip(all) {
        assert_eq!(store.add_check(check(&project, at, looked), &entry()).unwrap(), Moved::default(), "{at}");
        assert_eq!(only(&store, &project).state, State::Open);
    }
    // Another line of the file could not be read, and this package's could.
    let answered = Seen { dependencies: vec![listed(Some("1.0.1"))], ..unread_file };
    assert_eq!(store.add_check(check(&project, 3_000, Some(answered)), &entry()).unwrap().fixed, 1);
    add(&store, &project, 4_000, found());
    let elsewhere = unread("we");
    assert_eq!(
        store.add_check(check(&project, 5_000, Some(elsewhere)), &entry()).unwrap().fixed,
        1,
        "not in that folder"
    );
}

#[test]
fn what_is_accepted_stays_so_until_its_day_and_opens_by_itself() {
    let place = Place::new();
    let store = place.open();
    let project = start(&store, "ada").id;
    let found = || vec![finding("left-pad", "GHSA-1", Severity::Critical)];
    add(&store, &project, 1_000, found());
    assert!(triage(&store, &project, accept(10_000), 2_000));
    assert_eq!(add(&store, &project, 3_000, found()), Moved::default());
    let accepted = only(&store, &project);
    assert_eq!((accepted.state_at(9_999), accepted.state_at(10_000)), (State::Accepted, State::Open));
    assert_eq!(store.vulnerabilities_to_clear(9_999).unwrap(), []);
    assert_eq!(store.vulnerabilities_to_clear(10_000).unwrap(), [(Severity::Critical, 1, 0)]);
    assert_eq!(store.vulnerabilities_to_clear(1_001 + 7 * DAY).unwrap(), [(Severity::Critical, 1, 1)]);
    let request = RequestId::random().unwrap();
    assert_eq!(store.end_acceptances(9_999, 10, &request, &entry()).unwrap(), 0);
    let before = store.audit_size().unwrap();
    assert_eq!(store.end_acceptances(10_000, 10, &request, &entry()).unwrap(), 1);
    assert_eq!(store.end_acceptances(10_000, 10, &request, &entry()).unwrap(), 0);
    assert_eq!(store.audit_size().unwrap() - before, 1);
    assert_eq!((only(&store, &project).state, only(&store, &project).accepted), (State::Open, None));
    // A check that comes first does it as well.
    assert!(triage(&store, &project, accept(20_000), 11_000));
    assert_eq!(add(&store, &project, 20_000, found()), Moved { expired: 1, ..Moved::default() });
    let open = only(&store, &project);
    assert_eq!((open.state, open.due_ms), (State::Open, 1_000 + 7 * DAY), "living with it gave no more time");
    let told = store.vulnerability_events(&project, &open.fingerprint).unwrap();
    let told: Vec<_> = told.iter().map(|change| (change.state, change.caller.as_str(), change.why.as_str())).collect();
    let over = (State::Open, "smart-begin", "The time for which it was accepted is over.");
    let accepted = (State::Accepted, "bob", "not reachable");
    assert_eq!(told[1..], [accepted, over, accepted, over]);
}

#[test]
fn people_change_only_what_is_in_a_state_for_it_and_all_or_none() {
    let place = Place::new();
    let store = place.open();
    let project = start(&store, "ada").id;
    let found = || vec![finding("left-pad", "GHSA-1", Severity::Low), finding("right-pad", "GHSA-2", Severity::Low)];
    add(&store, &project, 1_000, found());
    let before = store.audit_size().unwrap();
    assert!(!triage(&store, &project, Triage::Reopen { why: "no".to_owned() }, 2_000), "they are open");
    let request = RequestId::random().unwrap();
    let some = ["left-pad GHSA-1".to_owned(), "nowhere".to_owned()];
    assert!(!store.triage(&project, &some, &accept(9_000), "bob", &request, 2_000, &entry()).unwrap());
    assert_eq!(store.audit_size().unwrap(), before, "what did not happen is not logged");
    assert!(store.vulnerabilities(&project).unwrap().iter().all(|found| found.state == State::Open));
    assert!(triage(&store, &project, Triage::PatchReady { patch: "fix/left-pad".to_owned() }, 2_000));
    assert_eq!(add(&store, &project, 2_500, found()), Moved::default());
    let ready = store.vulnerabilities(&project).unwrap();
    assert!(
        ready.iter().all(|found| found.state == State::PatchReady && found.patch.as_deref() == Some("fix/left-pad"))
    );
    assert_eq!(add(&store, &project, 3_000, found()[..1].to_vec()).fixed, 1);
    assert!(!triage(&store, &project, accept(9_000), 4_000), "what is fixed needs no acceptance");
    let one = ["right-pad GHSA-2".to_owned()];
    let reopen = Triage::Reopen { why: "it is still there".to_owned() };
    assert!(store.triage(&project, &one, &reopen, "bob", &request, 5_000, &entry()).unwrap());
    let again = &store.vulnerabilities(&project).unwrap()[1];
    assert_eq!((again.state, again.due_ms, again.fixed_ms), (State::Reopened, 5_000 + 180 * DAY, None));
}

#[test]
fn a_vulnerability_is_the_same_by_another_of_its_names() {
    let place = Place::new();
    let store = place.open();
    let project = start(&store, "ada").id;
    let first = Finding { aliases: vec!["CVE-1".to_owned()], ..finding("left-pad", "GHSA-1", Severity::Low) };
    add(&store, &project, 1_000, vec![first]);
    assert!(triage(&store, &project, accept(99_000), 2_000));
    let renamed = Finding { aliases: vec!["GHSA-1".to_owned()], ..finding("left-pad", "CVE-1", Severity::Low) };
    let other = finding("right-pad", "CVE-1", Severity::Low);
    assert_eq!(add(&store, &project, 3_000, vec![renamed, other]), Moved { opened: 1, ..Moved::default() });
    let all = store.vulnerabilities(&project).unwrap();
    assert_eq!((all.len(), all[0].state, all[0].advisory.as_str()), (2, State::Accepted, "CVE-1"));
}

#[test]
fn newer_advisories_open_findings_without_a_look_at_the_files() {
    let place = Place::new();
    let store = place.open();
    let project = start(&store, "ada").id;
    add(&store, &project, 1_000, Vec::new());
    let rematch = |listed_at_ms, at_ms, findings| Rematch {
        project: project.clone(),
        listed_at_ms,
        at_ms,
        request: RequestId::random().unwrap(),
        seen: Seen { matched_with: "tuesday".to_owned(), ..seen(findings) },
    };
    assert_eq!(store.dependency_lists_not_matched_with("monday", 9).unwrap(), []);
    assert_eq!(store.dependency_lists_not_matched_with("tuesday", 9).unwrap(), std::slice::from_ref(&project));
    let before = store.audit_size().unwrap();
    assert_eq!(store.rematch(rematch(1_000, 2_000, Vec::new()), &entry()).unwrap(), Some(Moved::default()));
    assert_eq!(store.audit_size().unwrap(), before, "nothing moved");
    assert_eq!(store.dependency_lists_not_matched_with("tuesday", 9).unwrap(), []);
    let found = || vec![finding("left-pad", "GHSA-1", Severity::High)];
    let moved = store.rematch(rematch(1_000, 3_000, found()), &entry()).unwrap();
    assert_eq!(moved, Some(Moved { opened: 1, ..Moved::default() }));
    assert_eq!(store.audit_size().unwrap() - before, 1);
    let told = store.vulnerability_events(&project, "left-pad GHSA-1").unwrap();
    assert_eq!(
        (told[0].caller.as_str(), told[0].why.as_str()),
        ("smart-begin", "A match with newer advisories found it.")
    );
    // Somebody checked the project while the old list was matched.
    add(&store, &project, 4_000, Vec::new());
    assert_eq!(store.rematch(rematch(1_000, 5_000, found()), &entry()).unwrap(), None);
    assert_eq!(only(&store, &project).state, State::Fixed);
}

#[test]
fn the_newest_checks_are_kept_and_no_report_is_too_large() {
    let place = Place::new();
    let store = place.open();
    let (project, other) = (start(&store, "ada").id, start(&store, "ada").id);
    store.add_check(check(&other, 1, None), &entry()).unwrap();
    for at in 0..i64::from(KEPT_CHECKS) + 3 {
        store.add_check(check(&project, at, None), &entry()).unwrap();
    }
    let kept = store.checks(&project, 1_000).unwrap();
    assert_eq!((kept.len(), kept[0].at_ms, kept.last().unwrap().at_ms), (50, 52, 3));
    assert_eq!(store.check_report(&project, None).unwrap().unwrap(), r#"{"at":52}"#);
    assert_eq!(store.check_report(&project, Some(kept[1].number)).unwrap().unwrap(), r#"{"at":51}"#);
    assert_eq!(store.checks(&other, 9).unwrap().len(), 1);
    assert_eq!(store.check_report(&other, Some(kept[1].number)).unwrap(), None, "another project's");
    let large = NewCheck { report: format!("\"{}\"", "x".repeat(MOST_REPORT_BYTES)), ..check(&project, 99, None) };
    let error = store.add_check(large, &entry()).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Full(Bound::CheckReport));
    for at in 0..i64::from(KEPT_EVENTS) {
        add(&store, &project, 100 + at, if at % 2 == 0 { vec![finding("a", "b", Severity::Low)] } else { Vec::new() });
    }
    add(&store, &project, 9_000, vec![finding("a", "b", Severity::Low)]);
    assert_eq!(store.vulnerability_events(&project, "a b").unwrap().len(), KEPT_EVENTS as usize);
}

#[test]
fn what_was_found_goes_with_its_project_and_who_looked_is_forgotten() {
    let place = Place::new();
    let store = place.open();
    let (project, other) = (start(&store, "ada").id, start(&store, "eve").id);
    for project in [&project, &other] {
        store.abandon_project(project, &abandoned(project), &entry()).unwrap();
        add(&store, project, 1_000, vec![finding("left-pad", "GHSA-1", Severity::Low)]);
    }
    assert!(triage(&store, &other, accept(i64::MAX), 2_000));
    store.erase_person("ada", "ada", "erased", 1, &entry()).unwrap();
    store.erase_person("bob", "bob", "erased", 1, &entry()).unwrap();
    assert_eq!(store.vulnerabilities(&project).unwrap(), [], "it told of ada's project");
    assert_eq!((store.checks(&project, 9).unwrap(), store.dependency_list(&project).unwrap()), (vec![], None));
    assert_eq!(store.checks(&other, 9).unwrap()[0].caller, "erased");
    let kept = only(&store, &other);
    assert_eq!(kept.accepted.as_ref().unwrap().by, "erased");
    let told = store.vulnerability_events(&other, &kept.fingerprint).unwrap();
    assert!(told.iter().all(|change| change.caller == "erased"), "{told:?}");
    assert!(store.delete_project(&other, &entry()).unwrap());
    let left = "SELECT (SELECT count(*) FROM checks) + (SELECT count(*) FROM vulnerabilities)
        + (SELECT count(*) FROM vulnerability_events) + (SELECT count(*) FROM project_dependencies)";
    assert_eq!(place.sql().query_row(left, [], |row| row.get::<_, i64>(0)).unwrap(), 0);
}
