//! The file is read, and whatever is wrong with one is told at once.

use proptest::prelude::*;
use slo::{Severity, Slos, Span};

const HEAD: &str = "version = 1\nscrape_job = \"smart-begin\"\nrunbook_url = \"docs/runbook.md\"\n";

fn alert(id: &str, rest: &str) -> String {
    format!(
        "[[alert]]\nid = \"{id}\"\ntitle = \"A title\"\nseverity = \"page\"\nsummary = \"Words.\"\nrunbook = \"disk-full\"\nfor = \"5m\"\nresolve = \"5m\"\n{rest}\n"
    )
}

fn when(all: &str) -> String {
    format!("[[alert.when]]\nall = [{all}]")
}

fn faults(text: &str) -> Vec<String> {
    Slos::read(text).expect_err("the file has faults").0
}

#[test]
fn the_shipped_file_has_every_alert_whose_cause_exists() {
    let slos = Slos::shipped().unwrap();
    let ids: Vec<&str> = slos.alerts.iter().map(|alert| alert.id.as_str()).collect();
    for id in [
        "availability-fast",
        "availability-slow",
        "latency-fast",
        "latency-slow",
        "errors-fast",
        "errors-slow",
        "cpu-high",
        "memory-high",
        "advisories-old",
        "certificate-ending",
        "certificate-ends",
        "audit-broken",
        "audit-stuck",
        "rotation-overdue",
        "vulnerability-new",
        "satisfaction-low",
        "disk-low",
        "disk-full",
        "job-failing",
        "clock-off",
    ] {
        assert!(ids.contains(&id), "{id}");
    }
    assert!(!ids.iter().any(|id| id.contains("backup") || id.contains("drill")), "{ids:?}");
    let allowed: Vec<f64> = slos.objectives.iter().map(|objective| objective.allowed).collect();
    assert_eq!(allowed, [0.001, 0.01, 0.05]);
    let disk = slos.alert("disk-full").unwrap();
    assert_eq!((disk.severity, disk.pending), (Severity::Page, Span::minutes(5)));
    assert_eq!(disk.prometheus_name(), "SmartBeginDiskFull");
}

#[test]
fn all_faults_of_a_file_are_told_at_once() {
    let text = [
        HEAD.replace("version = 1", "version = 2"),
        alert("Bad Id", &when("{ last = \"a\", above = 1 }")),
        alert("twice", &when("{ last = \"a\", above = 1 }")),
        alert("twice", &when("{ last = \"a\", above = 1 }")),
        alert("misspelt", "fro = \"1m\"\nwhen = []"),
        alert("both", &when("{ last = \"a\", increase = \"b\", over = \"1h\", above = 1 }")),
        alert("neither", &when("{ last = \"a\" }")),
        alert("no-window", &when("{ increase = \"a\", above = 1 }")),
        alert("long-window", &when("{ increase = \"a\", over = \"4d\", above = 1 }")),
        alert("no-metric", &when("{ last = \"a b\", above = 1 }")),
        alert("infinite", &when("{ last = \"a\", above = inf }")),
        alert("empty", "when = []"),
        alert("braces", &when("{ last = \"a\", above = 1 }")).replace("Words.", "{{ .Value }}"),
    ];
    let told = faults(&text.concat());
    for part in [
        "version is 2",
        "`Bad Id`: id",
        "`misspelt`",
        "`both`: a comparison needs exactly one of last",
        "`neither`: a comparison needs exactly one of above",
        "`no-window`: `a`: increase and rate need `over`",
        "`long-window`: `a`: over must be whole minutes from 5m to 3d",
        "`no-metric`: `a b` is no name",
        "`infinite`: a threshold",
        "`empty`: when needs",
        "`braces`: summary must be one line without braces",
    ] {
        assert!(told.iter().any(|line| line.contains(part)), "{part}: {told:#?}");
    }
    let twice = [HEAD.to_owned(), text[2].clone(), text[3].clone()].concat();
    assert_eq!(faults(&twice), ["alert `twice`: there are two of this id; give one another"]);
}

#[test]
fn objectives_that_cannot_be_watched_are_refused() {
    let said = |key: &str| format!("[objective.{key}]\ntitle = \"T\"\nsummary = \"S\"\nrunbook = \"r\"\n");
    let objective = |allowed: &str, events: &str| {
        format!(
            "{HEAD}[[objective]]\nid = \"o\"\ntitle = \"T\"\nsummary = \"S\"\nallowed = {allowed}\nminimum = 10\ntotal = {{ metric = \"a\" }}\n{events}\n{}{}",
            said("fast"),
            said("slow")
        )
    };
    let bad = "bad = { metric = \"b\" }";
    let slos = Slos::read(&objective("0.05", bad)).unwrap();
    assert_eq!(slos.alerts.len(), 2);
    assert!(faults(&objective("0.07", bad))[0].contains("allowed must lie between 0 and 0.069"));
    assert!(faults(&objective("0", bad))[0].contains("allowed"));
    assert!(faults(&objective("nan", bad))[0].contains("allowed"));
    assert!(faults(&objective("0.05", ""))[0].contains("either bad or good"));
    assert!(faults(&objective("0.05", "bad = { metric = \"b\", wher = {} }"))[0].contains("wher"));
}

#[test]
fn a_file_that_is_no_toml_or_too_long_is_refused() {
    assert_eq!(faults("version = ").len(), 1);
    assert_eq!(faults(&"#".repeat(300_000)).len(), 1);
    assert!(faults("")[0].contains("version"));
    let many: String =
        (0..201).map(|place| alert(&format!("a{place}"), &when("{ last = \"a\", above = 1 }"))).collect();
    assert!(faults(&format!("{HEAD}{many}"))[0].contains("200 are the most"));
}

proptest! {
    #[test]
    fn no_file_makes_it_panic(place in 0_usize..14_000, with in "[\\PC\n]{0,12}", cut in 0_usize..40) {
        let whole = std::fs::read_to_string(testkit::workspace().join(slo::FILE)).unwrap();
        let start = whole.floor_char_boundary(place.min(whole.len()));
        let end = whole.floor_char_boundary((start + cut).min(whole.len()));
        let _ = Slos::read(&format!("{}{with}{}", &whole[..start], &whole[end..]));
    }
}
