//! The analysis of a project that exists, through the use case.

use std::fs;

use app::{
    AnalysisDepth, AnalysisReport, AnalyzeRequest, BeginRequest, Error, ErrorKind, Mode, analyze_existing,
    analyze_project,
};
use domain::Face;

use crate::{House, Quiet, data_owner, request, with_call};

fn existing(house: &House, more: BeginRequest) -> Result<AnalysisReport, Error> {
    let asked = BeginRequest { project_name: "Shop".to_owned(), mode: Mode::AnalyzeExisting, ..more };
    with_call(&data_owner(Face::Stdio), &Quiet, |call| analyze_existing(&house.services, call, &asked))
}

fn at(path: &str, depth: &str) -> BeginRequest {
    BeginRequest {
        existing_project_path: Some(path.to_owned()),
        analysis_depth: Some(depth.to_owned()),
        ..BeginRequest::default()
    }
}

#[test]
fn a_project_that_was_begun_here_is_told_with_its_gates_and_what_nobody_knows() {
    let house = House::new();
    house.begin(request("shop")).unwrap();
    let report = existing(&house, at("shop", "standard")).unwrap();
    assert_eq!((report.project_name.as_str(), report.applied), ("Shop", false));
    assert!(report.project_structure.config_files.iter().any(|file| file == "Makefile"), "{report:?}");
    let state = |id: &str| report.analysis_results.gates.iter().find(|gate| gate.id == id).unwrap().status.as_str();
    assert_eq!(
        (state("token-permissions"), state("pinned-actions"), state("branch-rules")),
        ("PASS", "PASS", "UNKNOWN")
    );
    assert_eq!(report.quality_gates.len(), report.analysis_results.gates.len());
    assert_eq!(report.analysis_results.findings.as_ref().map(|seen| seen.summary.critical), Some(0));
    assert!(report.analysis_results.unknown.iter().any(|unknown| unknown.what == "coverage"));
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["technicalMetrics"]["securityScore"], "unknown");
    assert_eq!(json["technicalMetrics"]["complexityScore"], "unknown");
    assert_eq!(json["businessValue"]["costPrevention"], "unknown");
}

#[test]
fn quick_judges_no_gate_and_says_so() {
    let house = House::new();
    fs::create_dir(house.root().join("old")).unwrap();
    fs::write(house.root().join("old/app.py"), "print('x')\n").unwrap();
    let report = existing(&house, at("old", "quick")).unwrap();
    assert!(report.quality_gates.is_empty() && report.analysis_results.findings.is_none());
    assert_eq!(report.analysis_results.description.languages[0].language, "Python");
    assert!(report.next_steps[0].contains("standard"), "{:?}", report.next_steps);
}

#[test]
fn a_coverage_report_that_git_ignores_is_read_and_no_link_is_followed() {
    let house = House::new();
    let project = house.root().join("old");
    fs::create_dir_all(project.join("coverage")).unwrap();
    fs::write(project.join(".gitignore"), "coverage/\nlcov.info\n").unwrap();
    fs::write(project.join("coverage/lcov.info"), "LF:4\nLH:3\n").unwrap();
    #[cfg(unix)]
    {
        fs::write(house.root().join("outside.info"), "LF:9\nLH:9\n").unwrap();
        std::os::unix::fs::symlink("../outside.info", project.join("lcov.info")).unwrap();
    }
    let report = existing(&house, at("old", "quick")).unwrap();
    let seen: Vec<_> = report.analysis_results.coverage.iter().map(|each| (each.file.as_str(), each.covered)).collect();
    assert_eq!(seen, [("coverage/lcov.info", 3)]);
}

#[test]
fn bad_arguments_are_named() {
    let house = House::new();
    fs::create_dir(house.root().join("old")).unwrap();
    for (asked, field, kind) in [
        (BeginRequest::default(), "existingProjectPath", ErrorKind::Invalid),
        (at("missing", "quick"), "existingProjectPath", ErrorKind::Invalid),
        (at("../data", "quick"), "existingProjectPath", ErrorKind::Refused),
        (at("/etc", "quick"), "existingProjectPath", ErrorKind::Refused),
        (at("old", "abyss"), "analysisDepth", ErrorKind::Invalid),
    ] {
        let error = existing(&house, asked).unwrap_err();
        assert_eq!((error.field, error.kind), (Some(field), kind), "{error}");
    }
    let any = AnalyzeRequest { path: "/".to_owned(), depth: AnalysisDepth::Quick, name: None };
    let refused = with_call(&data_owner(Face::Http), &Quiet, |call| analyze_project(&house.services, call, &any));
    assert_eq!(refused.unwrap_err().kind, ErrorKind::Refused);
}
