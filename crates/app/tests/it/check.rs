//! Checks through the use case: what is looked at, what is listed apart, what is refused.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

use app::{
    BeginRequest, CheckPart, CheckRequest, CheckScope, CheckSubject, Error, ErrorKind, InlineFile, baseline_of, check,
    part_of,
};
use domain::{CheckReport, Face, FindingKind, Severity};

use crate::{House, Quiet, Steps, data_owner, request, with_call};

/// A token as GitHub would issue it, made here: none is written into a file of this repository.
fn token(seed: u64) -> String {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let body: String = (0..36)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from(letters[(state >> 33) as usize % letters.len()])
        })
        .collect();
    format!("{}_{body}", "ghp")
}

fn line(token: &str) -> String {
    format!("GITHUB_TOKEN = \"{token}\"\n")
}

fn git(folder: &Path, words: &[&str]) {
    let identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false"];
    let done = Command::new("git").current_dir(folder).args(identity).args(words).output().unwrap();
    assert!(done.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&done.stderr));
}

fn run(house: &House, request: &CheckRequest) -> Result<CheckReport, Error> {
    with_call(&data_owner(Face::Stdio), &Quiet, |call| check(&house.services, call, request))
}

fn secrets_of(path: &str, scope: CheckScope) -> CheckRequest {
    let subject = CheckSubject::Folder { path: path.to_owned(), scope };
    CheckRequest { kinds: vec![FindingKind::Secret], ..CheckRequest::of(subject) }
}

fn files(report: &CheckReport) -> Vec<&str> {
    report.findings.iter().filter_map(|finding| finding.file.as_deref()).collect()
}

#[test]
fn a_folder_beneath_a_root_is_checked_and_no_other() {
    let house = House::new();
    let folder = house.root().join("mine");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("app.py"), line(&token(1))).unwrap();
    let report = run(&house, &secrets_of("mine", CheckScope::Tracked)).unwrap();
    assert_eq!(files(&report), ["app.py"]);
    assert!(report.summary.failed && report.summary.critical == 1, "{:?}", report.summary);
    let told = serde_json::to_string(&report).unwrap();
    assert!(!told.contains(&token(1)) && !told.contains(&token(1)[8..20]), "{told}");
    for (path, kind) in [("../mine", ErrorKind::Refused), ("/etc", ErrorKind::Refused), ("none", ErrorKind::Invalid)] {
        let error = run(&house, &secrets_of(path, CheckScope::Tracked)).unwrap_err();
        assert_eq!((error.kind, error.field), (kind, Some("path")), "{path}: {error}");
        assert!(!error.to_string().contains("/proc/"), "{error}");
    }
}

#[test]
fn what_is_ignored_staged_new_and_past_is_looked_at_when_asked_for() {
    let house = House::new();
    let folder = house.root().join("mine");
    fs::create_dir(&folder).unwrap();
    git(&folder, &["init", "--quiet", "--initial-branch=main"]);
    fs::write(folder.join("old.py"), line(&token(2))).unwrap();
    git(&folder, &["add", "."]);
    git(&folder, &["commit", "--quiet", "-m", "one"]);
    fs::write(folder.join("old.py"), "nothing\n").unwrap();
    fs::write(folder.join(".gitignore"), ".env\n").unwrap();
    fs::write(folder.join(".env"), line(&token(3))).unwrap();
    git(&folder, &["add", "."]);
    git(&folder, &["commit", "--quiet", "-m", "two"]);
    fs::write(folder.join("staged.py"), line(&token(4))).unwrap();
    git(&folder, &["add", "staged.py"]);
    fs::write(folder.join("new.py"), line(&token(5))).unwrap();

    let seen = |scope| {
        let report = run(&house, &secrets_of("mine", scope)).unwrap();
        let mut names: Vec<String> = files(&report).into_iter().map(str::to_owned).collect();
        names.sort();
        names.join(" ")
    };
    assert_eq!(seen(CheckScope::Tracked), "new.py staged.py");
    assert_eq!(seen(CheckScope::All), ".env new.py staged.py");
    assert_eq!(seen(CheckScope::Staged), "staged.py");
    assert_eq!(seen(CheckScope::Since("main".to_owned())), "new.py staged.py");
    assert_eq!(seen(CheckScope::History), "new.py old.py staged.py");
    let report = run(&house, &secrets_of("mine", CheckScope::History)).unwrap();
    let past = report.findings.iter().find(|finding| finding.file.as_deref() == Some("old.py")).unwrap();
    assert!(past.commit.as_ref().unwrap().author.contains("Ada") && report.summary.commits == Some(2));

    let error = run(&house, &secrets_of("mine", CheckScope::Since("none".to_owned()))).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Invalid, "{error}");
}

#[test]
fn a_repository_is_needed_for_what_git_knows() {
    let house = House::new();
    fs::create_dir(house.root().join("bare")).unwrap();
    for scope in [CheckScope::Staged, CheckScope::Since("main".to_owned()), CheckScope::History] {
        let error = run(&house, &secrets_of("bare", scope.clone())).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Invalid, "{scope:?}: {error}");
        assert!(error.message.contains("no git repository") && error.message.contains("bare"), "{error}");
    }
}

#[test]
fn a_baseline_takes_known_values_out_wherever_they_move_and_lists_them() {
    let house = House::new();
    let folder = house.root().join("mine");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("app.py"), line(&token(6))).unwrap();
    let request = secrets_of("mine", CheckScope::Tracked);
    let baseline = baseline_of(&run(&house, &request).unwrap().findings);
    assert!(!baseline.contains(&token(6)), "{baseline}");

    // The known one moves, and a new one takes its line.
    fs::write(folder.join("app.py"), format!("{}\n\n{}", line(&token(7)), line(&token(6)))).unwrap();
    let report = run(&house, &CheckRequest { baseline: Some(baseline), ..request.clone() }).unwrap();
    assert_eq!((report.findings.len(), report.suppressed.len()), (1, 1), "{report:?}");
    assert_eq!((report.findings[0].line, report.suppressed[0].finding.line), (Some(1), Some(4)));
    assert_eq!((report.suppressed[0].suppressed_by.as_str(), report.summary.suppressed), ("baseline", 1));

    for bad in ["", "{}", "[]", r#"{"format":"other","findings":[]}"#, "\u{0}"] {
        let error = run(&house, &CheckRequest { baseline: Some(bad.to_owned()), ..request.clone() }).unwrap_err();
        assert_eq!((error.kind, error.field), (ErrorKind::Invalid, Some("baseline")), "{bad:?}: {error}");
    }
}

#[test]
fn what_is_checked_cannot_take_findings_out_by_itself() {
    let house = House::new();
    let folder = house.root().join("mine");
    fs::create_dir_all(folder.join("below")).unwrap();
    let text = line(&token(8)).replace('\n', "  # gitleaks:allow\n");
    fs::write(folder.join("app.py"), &text).unwrap();
    let allow = "[allowlist]\npaths = ['.*']\n";
    for (name, text) in [(".gitleaks.toml", allow), (".gitleaksignore", "app.py:github-pat:1\n"), (".ignore", "*\n")] {
        fs::write(folder.join(name), text).unwrap();
    }
    let report = run(&house, &secrets_of("mine", CheckScope::Tracked)).unwrap();
    assert_eq!(files(&report), ["app.py"], "{report:?}");
}

#[test]
fn files_that_come_along_are_checked_within_bounds() {
    let house = House::new();
    let of = |files: Vec<InlineFile>| CheckRequest::of(CheckSubject::Files(files));
    let file = |path: &str, text: String| InlineFile { path: path.to_owned(), text };
    let report = run(&house, &of(vec![file("src/app.py", line(&token(9)))])).unwrap();
    assert_eq!(files(&report), ["src/app.py"]);
    for bad in ["", "/etc/passwd", "../x", "a/../b", "a\0b", "a\\b"] {
        let error = run(&house, &of(vec![file(bad, String::new())])).unwrap_err();
        assert_eq!((error.kind, error.field), (ErrorKind::Invalid, Some("files")), "{bad:?}");
    }
    let error = run(&house, &of(Vec::new())).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Invalid);
    let large = vec![file("a", "x".repeat(11 * 1024 * 1024))];
    assert_eq!(run(&house, &of(large)).unwrap_err().kind, ErrorKind::Invalid);
}

#[test]
fn a_part_of_a_report_begins_with_the_worst_and_says_where_it_goes_on() {
    let house = House::new();
    let texts = (0..7).map(|number| InlineFile { path: format!("{number}.py"), text: line(&token(20 + number)) });
    let whole = run(&house, &CheckRequest::of(CheckSubject::Files(texts.collect()))).unwrap();
    let part = |least, offset, limit| part_of(whole.clone(), CheckPart { least, offset, limit });
    let first = part(None, 0, 3);
    assert_eq!((first.report.findings.len(), first.total, first.next_offset), (3, 7, Some(3)));
    let last = part(None, 6, 3);
    assert_eq!((last.report.findings.len(), last.next_offset), (1, None));
    assert_eq!(part(Some(Severity::Critical), 0, 100).total, 7);
    assert_eq!(part(None, usize::MAX, usize::MAX).report.findings.len(), 0);
    assert_eq!(first.report.summary, whole.summary, "the figures are those of the whole");
}

#[test]
fn a_secret_in_an_answer_stops_the_project_before_anything_is_written() {
    let house = House::new();
    // A key of AWS: 16 letters of base32. A token of GitHub that is made up has a wrong checksum, and is doubtful.
    let key = format!("{}{}", "AKIA", token(30)[4..].to_uppercase().replace(['0', '1', '8', '9'], "Q"));
    let key = &key[..20];
    let request = BeginRequest { description: Some(format!("Uses {key} there")), ..request("demo") };
    let error = house.begin(request).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Refused, "{error}");
    assert!(error.message.contains("secret") && !error.to_string().contains(key), "{error}");
    assert!(house.entries().is_empty());
    let listed = with_call(&data_owner(Face::Stdio), &Quiet, |call| {
        app::list_projects(&house.services, call, None, None).unwrap().projects
    });
    assert!(listed.is_empty(), "nothing was begun");
}

#[test]
fn every_blueprint_passes_the_check_before_it_is_written() {
    let house = House::new();
    for stack in ["python", "rust", "typescript"] {
        let name = format!("my-{stack}");
        let report = house.begin(BeginRequest { stack: Some(stack.to_owned()), ..request(&name) }).unwrap();
        let told: Vec<(&str, &str)> =
            report.checks.iter().map(|check| (check.name.as_str(), check.status.as_str())).collect();
        assert_eq!(told, [("secrets", "PASS"), ("vulnerabilities", "NOT RUN")], "no advisories are here");
        let whole = run(&house, &secrets_of(&name, CheckScope::History)).unwrap();
        assert!(whole.findings.is_empty(), "{stack}: {:?}", whole.findings);
    }
}

#[test]
fn a_registered_project_is_checked_by_its_id_also_when_it_was_handed_over() {
    let house = House::new();
    let there = house.begin(request("there")).unwrap().project_id.unwrap();
    fs::write(house.root().join("there/leak.py"), line(&token(31))).unwrap();
    let of = |id: &str| CheckRequest {
        kinds: vec![FindingKind::Secret],
        ..CheckRequest::of(CheckSubject::Project { id: id.to_owned() })
    };
    assert_eq!(files(&run(&house, &of(&there)).unwrap()), ["leak.py"]);
    let archive = BeginRequest { delivery: Some(app::Delivery::Archive), ..request("away") };
    let away = house.begin(archive).unwrap().project_id.unwrap();
    let report = run(&house, &of(&away)).unwrap();
    assert!(report.findings.is_empty() && report.not_run.iter().any(|each| each.check.contains("since it was begun")));
    assert_eq!(run(&house, &of("none")).unwrap_err().kind, ErrorKind::NotFound);
    fs::remove_dir_all(house.root().join("there")).unwrap();
    let error = run(&house, &of(&there)).unwrap_err();
    assert_eq!((error.kind, error.field), (ErrorKind::NotFound, Some("projectId")), "{error}");
}

#[test]
fn whoever_gives_up_is_given_no_report_at_any_step() {
    let house = House::new();
    fs::write(house.root().join("requirements.txt"), "six==1.16.0\n").unwrap();
    let subject = CheckSubject::Folder { path: house.root().display().to_string(), scope: CheckScope::All };
    let request = CheckRequest::of(subject);
    for give_up_after in 0..5 {
        let steps = Steps { seen: Mutex::default(), give_up_after };
        let outcome = with_call(&data_owner(Face::Stdio), &steps, |call| check(&house.services, call, &request));
        assert_eq!(outcome.unwrap_err().kind, ErrorKind::Cancelled, "after {give_up_after} steps");
    }
    assert!(run(&house, &request).is_ok(), "its turns came back");
}

#[test]
fn what_the_operators_files_of_gitleaks_know_is_listed_with_the_file_that_knows_it() {
    let mut house = House::new();
    let folder = house.root().join("mine");
    fs::create_dir(&folder).unwrap();
    for seed in 1..=3 {
        fs::write(folder.join(format!("{seed}.py")), line(&token(seed))).unwrap();
    }
    let places = house.folder.path().join("old.gitleaksignore");
    let rule = run(&house, &secrets_of("mine", CheckScope::Tracked)).unwrap().findings[0].rule.clone();
    fs::write(&places, format!("# known\n1.py:{rule}:1\n")).unwrap();
    let values = house.folder.path().join("report.json");
    let known = serde_json::json!([{ "RuleID": rule, "File": "else.py", "StartLine": 9, "Secret": token(2) }]);
    fs::write(&values, known.to_string()).unwrap();
    let settings = |paths: &[&Path]| {
        let mut checks = app::CheckSettings::default();
        checks.gitleaks_known = paths.iter().map(|path| path.to_path_buf()).collect();
        checks
    };
    house.services.checks = settings(&[&places, &values]);
    let report = run(&house, &secrets_of("mine", CheckScope::Tracked)).unwrap();
    assert_eq!(files(&report), ["3.py"]);
    let mut told: Vec<_> = report
        .suppressed
        .iter()
        .map(|each| (each.finding.file.clone().unwrap(), each.reason.clone().unwrap()))
        .collect();
    told.sort();
    let from = |file: &str, known: &str| (file.to_owned(), format!("known to gitleaks by {known}"));
    assert_eq!(told, [from("1.py", "old.gitleaksignore"), from("2.py", "report.json")]);

    let large = house.folder.path().join("large");
    fs::write(&large, " ".repeat((16 << 20) + 1)).unwrap();
    let none = house.folder.path().join("none");
    let wrong = house.folder.path().join("wrong");
    fs::write(&wrong, "[{]").unwrap();
    for (path, why) in [(large, "more than 16 MiB"), (none, "cannot be read"), (wrong, "is not as gitleaks writes it")]
    {
        house.services.checks = settings(&[&path]);
        let error = run(&house, &secrets_of("mine", CheckScope::Tracked)).unwrap_err();
        assert!(error.message.contains(why) && error.hint.contains("checks.gitleaks_known"), "{error}");
    }
}
