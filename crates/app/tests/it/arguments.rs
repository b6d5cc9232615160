//! Every argument is checked for meaning, and what has no effect is said.

use app::{BeginRequest, ErrorKind, Mode, open_questions};

use crate::{House, request};

fn refused(change: impl FnOnce(&mut BeginRequest)) -> (ErrorKind, Option<&'static str>, String) {
    let house = House::new();
    let mut wanted = request("demo");
    change(&mut wanted);
    let error = house.begin(wanted).unwrap_err();
    assert!(house.entries().is_empty());
    assert!(!error.message.is_empty() && !error.hint.is_empty());
    (error.kind, error.field, error.to_string())
}

#[test]
fn wrong_values_are_named_with_what_is_right() {
    type Change = fn(&mut BeginRequest);
    let cases: [(&str, Change, &str); 14] = [
        ("projectName", |r| r.project_name = "../x".to_owned(), "path"),
        ("projectName", |r| r.project_name = "json".to_owned(), "python"),
        ("stack", |r| r.stack = Some("pyhton".to_owned()), "Did you mean python?"),
        ("projectTemplate", |r| r.project_template = Some("web-app".to_owned()), "api-service"),
        ("projectTemplate", |r| r.project_template = Some("api-servce".to_owned()), "Did you mean api-service?"),
        ("role", |r| r.role = Some("king".to_owned()), "developer"),
        ("qualityLevel", |r| r.quality_level = Some("best".to_owned()), "enterprise"),
        ("targetUsers", |r| r.target_users = vec!["everybody".to_owned()], "vibe-coders"),
        ("license", |r| r.license = Some("GPL".to_owned()), "MIT"),
        ("year", |r| r.year = Some(1), "1970"),
        ("description", |r| r.description = Some("a\u{202e}b".to_owned()), "invisible"),
        ("businessGoals", |r| r.business_goals = vec!["x".repeat(201)], "200"),
        ("techStack", |r| r.tech_stack = vec!["Node".to_owned(); 21], "20"),
        ("mode", |r| r.mode = Mode::AnalyzeExisting, "analysed, not begun"),
    ];
    for (field, change, part) in cases {
        let (kind, found, text) = refused(change);
        assert_eq!((kind, found), (ErrorKind::Invalid, Some(field)), "{text}");
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn answers_never_echo_what_could_deceive() {
    for name in ["\u{1b}[31mred", "a\u{202e}b", "<script>alert(1)</script>"] {
        let (_, _, text) = refused(|request| request.project_name = name.to_owned());
        assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}') && !text.contains("<script>"), "{text}");
    }
    let (_, _, text) = refused(|request| request.tech_stack = vec!["\u{1b}]0;x".to_owned()]);
    assert!(!text.contains('\u{1b}'), "{text}");
}

#[test]
fn what_has_no_effect_yet_is_said() {
    let house = House::new();
    let report = house
        .begin(BeginRequest {
            apply: false,
            quality_level: Some("enterprise".to_owned()),
            compliance_requirements: vec!["SOC 2".to_owned()],
            existing_project_path: Some("/x".to_owned()),
            analysis_depth: Some("deep".to_owned()),
            tech_stack: vec!["Python".to_owned(), "Flask".to_owned()],
            ..request("Demo Shop")
        })
        .unwrap();
    for start in [
        "qualityLevel:",
        "complianceRequirements:",
        "existingProjectPath:",
        "analysisDepth:",
        "techStack:",
        "projectName:",
        "author:",
        "contact:",
    ] {
        assert!(report.assumptions.iter().any(|line| line.starts_with(start)), "{start} in {:?}", report.assumptions);
    }
    assert_eq!(report.project_name, "demo-shop");
}

#[test]
fn only_what_is_missing_is_asked() {
    let house = House::new();
    let fields = |request: &BeginRequest| {
        open_questions(&house.services, request).iter().map(|question| question.field).collect::<Vec<_>>()
    };
    let bare = BeginRequest { project_name: "demo".to_owned(), ..BeginRequest::default() };
    assert_eq!(fields(&bare), ["stack", "description", "author"]);
    let full = BeginRequest {
        description: Some("x".to_owned()),
        author: Some("y".to_owned()),
        tech_stack: vec!["Rust".to_owned()],
        ..bare
    };
    assert!(fields(&full).is_empty());
}
