//! The real scanners on planted secrets, made at run time, in trees that try to switch them off.

use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use domain::{Finding, FindingKind};
use scan::engines::{Engine, EngineSeen, EngineSettings, Material, compare, join, parse, run};
use scan::secrets::check_tree;
use source_tree::{Selection, SourceFile, SourceTree};
use testkit::TempDir;

use crate::secrets::shipped;
use crate::secrets::template::expand;

const SCANNERS: [Engine; 4] = [Engine::Gitleaks, Engine::Betterleaks, Engine::Trufflehog, Engine::Kingfisher];

fn token(seed: &str) -> String {
    expand("ghp_{base62:30}{crc62}", seed)
}

/// A tree with two secrets, and with all that could have a scanner leave them out.
fn hostile() -> TempDir {
    let folder = testkit::folder();
    let all = "[allowlist]\npaths = ['''.*''']\n";
    let comment = ["gitleaks:allow", "betterleaks:allow", "trufflehog:ignore", "kingfisher:ignore"].join(" ");
    let files = [
        ("plain.conf", format!("one\ntoken = \"{}\"\n", token("plain"))),
        ("deep/er/asks.py", format!("token = \"{}\"  # {comment}\n", token("asks"))),
        ("-odd name.conf", format!("token = \"{}\"\n", token("odd"))),
        (".gitleaks.toml", all.to_owned()),
        (".betterleaks.toml", all.to_owned()),
        ("kingfisher.toml", all.to_owned()),
        (".gitleaksignore", "plain.conf:github-pat:2\nfiles/plain.conf:github-pat:2\n".to_owned()),
        (".ignore", "*\n".to_owned()),
    ];
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn settings(engine: Engine) -> Option<EngineSettings> {
    let program = testkit::tool(engine.name())?;
    let (time, cache) = (Duration::from_secs(300), Path::new(env!("CARGO_TARGET_TMPDIR")).join("rules"));
    fs::create_dir_all(&cache).unwrap();
    Some(EngineSettings { program: Some(program), time, cache: Some(cache), ..EngineSettings::default() })
}

fn look(engine: Engine, settings: &EngineSettings, tree: &SourceTree, advisories: Option<&Path>) -> EngineSeen {
    let material = Material { tree, scanner: shipped(), folder: None, advisories };
    run(engine, settings, material, &AtomicBool::new(false))
}

fn reasons(seen: &EngineSeen) -> String {
    seen.not_run.iter().map(|not_run| format!("{}: {} {}\n", not_run.check, not_run.reason, not_run.hint)).collect()
}

/// Without what this kernel does not enforce, which is told each time.
fn real_reasons(seen: &EngineSeen) -> String {
    reasons(seen).lines().filter(|line| !line.contains("NOT ENFORCED")).collect()
}

#[test]
fn real_scanners_see_what_a_tree_tries_to_hide_and_no_value_leaves() {
    let folder = hostile();
    let tree = SourceTree::of_folder(folder.path(), Selection::All).unwrap();
    let own = check_tree(shipped(), &tree, &AtomicBool::new(false)).findings;
    assert_eq!(own.len(), 3, "{own:#?}");
    let mut joined = own.clone();
    let mut engines = Vec::new();
    for engine in SCANNERS {
        let Some(settings) = settings(engine) else { continue };
        let seen = look(engine, &settings, &tree, None);
        assert_eq!(real_reasons(&seen), "", "{engine}");
        let mut files: Vec<&str> = seen.findings.iter().map(|found| found.file.as_deref().unwrap()).collect();
        files.sort_unstable();
        files.dedup();
        assert_eq!(files, ["-odd name.conf", "deep/er/asks.py", "plain.conf"], "{engine}");
        let plain = seen.findings.iter().find(|found| found.file.as_deref() == Some("plain.conf")).unwrap();
        assert_eq!(
            (plain.kind, plain.line, &plain.engines[..]),
            (FindingKind::Secret, Some(2), &[engine.to_string()][..])
        );
        if plain.rule == "github-pat" {
            let ours = own.iter().find(|found| found.file == plain.file).unwrap();
            assert_eq!(
                (&plain.rule, &plain.fingerprint, &plain.redacted),
                (&ours.rule, &ours.fingerprint, &ours.redacted)
            );
        }
        let shown = format!("{seen:?}{}", serde_json::to_string(&seen.findings).unwrap());
        for seed in ["plain", "asks", "odd"] {
            assert!(!shown.contains(&token(seed)[4..]), "{engine} shows a value");
        }
        join(&mut joined, seen.findings);
        engines.push(engine);
    }
    let comparison = compare(&joined, &engines);
    assert_eq!((joined.len(), comparison.shared), (3, 3), "{joined:#?}");
    assert!(comparison.engines.iter().all(|share| share.found == 3 && share.alone.is_empty()), "{comparison:?}");
}

#[test]
fn files_in_memory_are_given_to_scanners_whatever_their_names() {
    let Some(settings) = settings(Engine::Gitleaks) else { return };
    let text = format!("token = \"{}\"\n", token("memory"));
    let names = ["../../out.conf", "/etc/absolute.conf", "a", "a/b.conf", ".git/config", "x\\y.conf", "good.conf"];
    let tree = SourceTree::of_files(names.map(|name| SourceFile::in_memory(name, text.clone().into_bytes())));
    let seen = look(Engine::Gitleaks, &settings, &tree, None);
    let mut files: Vec<&str> = seen.findings.iter().map(|found| found.file.as_deref().unwrap()).collect();
    let mut expected = names.to_vec();
    files.sort_unstable();
    expected.sort_unstable();
    assert_eq!(files, expected, "{}", reasons(&seen));
}

#[test]
fn a_program_that_is_not_the_pinned_one_is_refused_and_so_is_one_of_the_tree() {
    let folder = testkit::folder();
    let mark = folder.path().join("mark");
    let program = folder.path().join("gitleaks");
    fs::write(&program, format!("#!/bin/sh\ntouch {}\necho '[]'\n", mark.display())).unwrap();
    testkit::Run::new("chmod").arg("755").arg(&program).run().expect_ok();
    let tree = SourceTree::of_files([SourceFile::in_memory("a", *b"x")]);
    let with =
        |sha256: Option<String>| EngineSettings { program: Some(program.clone()), sha256, ..EngineSettings::default() };
    let seen = look(Engine::Gitleaks, &with(Some("0".repeat(64))), &tree, None);
    assert!(reasons(&seen).contains("and not the configured") && !mark.exists(), "{}", reasons(&seen));
    let material = Material { tree: &tree, scanner: shipped(), folder: Some(folder.path()), advisories: None };
    let seen = run(Engine::Gitleaks, &with(None), material, &AtomicBool::new(false));
    assert!(reasons(&seen).contains("lies in the folder that is checked") && !mark.exists(), "{}", reasons(&seen));
    let right = testkit::Run::new("sha256sum").arg(&program).run().expect_ok().stdout[..64].to_uppercase();
    let seen = look(Engine::Gitleaks, &with(Some(right)), &tree, None);
    assert!(mark.exists() && real_reasons(&seen).is_empty(), "{}", reasons(&seen));
    let relative = EngineSettings { program: Some("gitleaks".into()), ..EngineSettings::default() };
    assert!(reasons(&look(Engine::Gitleaks, &relative, &tree, None)).contains("not absolute"));
    let none = EngineSettings { search: Some("/nowhere:.".into()), ..EngineSettings::default() };
    let said = reasons(&look(Engine::Trufflehog, &none, &tree, None));
    assert!(said.contains("there is no program") && said.contains("checks.engines.trufflehog.path"), "{said}");
}

#[test]
fn programs_that_fail_hang_babble_or_lie_are_told_in_plain_words() {
    let folder = testkit::folder();
    let tree = SourceTree::of_files([SourceFile::in_memory("a", *b"x")]);
    let cases = [
        ("exit 3", "failed: it ended with exit code 3"),
        ("echo '{\"not\": \"a list\"}'", "was not understood"),
        ("echo '[{\"RuleID\":'", "was not understood"),
        ("yes | head -c 3000000", "printed more than"),
        ("sleep 60", "did not end within 1 s"),
        ("env | grep -q SECRET && exit 9; env | grep -c . >&2; echo '[]'", ""),
    ];
    for (number, (script, expected)) in cases.into_iter().enumerate() {
        let program = folder.path().join(format!("p{number}"));
        fs::write(&program, format!("#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")).unwrap();
        testkit::Run::new("chmod").arg("755").arg(&program).run().expect_ok();
        let time = if script.starts_with("sleep") { 1 } else { 60 };
        let settings = EngineSettings {
            program: Some(program),
            time: Duration::from_secs(time),
            output_bytes: 1 << 20,
            ..EngineSettings::default()
        };
        let said = real_reasons(&look(Engine::Gitleaks, &settings, &tree, None));
        assert!(if expected.is_empty() { said.is_empty() } else { said.contains(expected) }, "{script}: {said}");
    }
}

#[test]
fn a_file_outside_that_a_program_names_is_no_finding() {
    let folder = testkit::folder();
    let program = folder.path().join("liar");
    let leak = |file: &str| format!("{{\"RuleID\":\"r\",\"StartLine\":1,\"Secret\":\"s3cr3t\",\"File\":\"{file}\"}}");
    let text = format!("[{},{},{}]", leak("/etc/passwd"), leak("files/a"), leak("../home/x"));
    fs::write(&program, format!("#!/bin/sh\necho '{text}'\n")).unwrap();
    testkit::Run::new("chmod").arg("755").arg(&program).run().expect_ok();
    let settings = EngineSettings { program: Some(program), ..EngineSettings::default() };
    let tree = SourceTree::of_files([SourceFile::in_memory("a", *b"x")]);
    let seen = look(Engine::Gitleaks, &settings, &tree, None);
    assert_eq!(seen.findings.iter().map(|found| found.file.as_deref().unwrap()).collect::<Vec<_>>(), ["a"]);
}

fn lock(name: &str, version: &str) -> String {
    format!(
        "version = 4\n\n[[package]]\nname = \"{name}\"\nversion = \"{version}\"\nsource = \"registry+https://github.com/rust-lang/crates{}-index\"\n",
        ".io"
    )
}

fn zip(folder: &Path, records: &[(&str, String)]) {
    let json = folder.join("records.json");
    let all: Vec<(&str, &str)> = records.iter().map(|(name, text)| (*name, text.as_str())).collect();
    fs::write(&json, serde_json::to_string(&all).unwrap()).unwrap();
    let script = "import json,sys,zipfile\nz=zipfile.ZipFile(sys.argv[2],'w')\nfor n,t in json.load(open(sys.argv[1])): z.writestr(n,t)\nz.close()";
    testkit::Run::new("python3").args(["-c", script]).arg(&json).arg(folder.join("all.zip")).run().expect_ok();
}

#[test]
fn the_real_osv_scanner_finds_what_the_advisories_say_offline_and_heeds_no_file_of_the_tree() {
    let Some(settings) = settings(Engine::OsvScanner) else { return };
    let folder = testkit::folder();
    let advisories = folder.path().join("advisories");
    fs::create_dir_all(advisories.join("cargo")).unwrap();
    let record = format!(
        "{{\"schema_version\":\"1.7.0\",\"id\":\"TEST-2026-0001\",\"modified\":\"2026-01-01T00:00:00Z\",\"aliases\":[\"CVE-2026-1\"],\
         \"summary\":\"It breaks\",\"affected\":[{{\"package\":{{\"ecosystem\":\"{}\",\"name\":\"left\"}},\
         \"ranges\":[{{\"type\":\"SEMVER\",\"events\":[{{\"introduced\":\"0\"}},{{\"fixed\":\"1.2.0\"}}]}}]}}]}}",
        domain::Ecosystem::CARGO
    );
    zip(&advisories.join("cargo"), &[("TEST-2026-0001.json", record)]);
    let tree = SourceTree::of_files([
        SourceFile::in_memory("app/Cargo.lock", lock("left", "1.1.0").into_bytes()),
        SourceFile::in_memory("go.mod", *b"module example.org/x\n\ngo 1.26\n\nrequire example.org/y v1.0.0\n"),
        SourceFile::in_memory("app/osv-scanner.toml", *b"[[IgnoredVulns]]\nid = \"TEST-2026-0001\"\n"),
        SourceFile::in_memory(".gitignore", *b"*\n"),
    ]);
    let seen = look(Engine::OsvScanner, &settings, &tree, Some(&advisories));
    assert_eq!(seen.findings.len(), 1, "{}", reasons(&seen));
    let found = &seen.findings[0];
    assert_eq!((found.file.as_deref(), found.advisory.as_deref()), (Some("app/Cargo.lock"), Some("TEST-2026-0001")));
    assert_eq!((found.package.as_deref(), found.version.as_deref()), (Some("left"), Some("1.1.0")));
    assert_eq!(found.aliases, ["CVE-2026-1"]);
    assert!(reasons(&seen).contains("osv-scanner has no advisories for Go"), "{}", reasons(&seen));
    let alias = Finding {
        advisory: Some("CVE-2026-1".into()),
        aliases: vec![],
        engines: vec!["smart-begin".into()],
        ..found.clone()
    };
    let mut joined = vec![alias];
    join(&mut joined, seen.findings);
    assert_eq!((joined.len(), compare(&joined, &[Engine::OsvScanner]).shared), (1, 1));
    let none = SourceTree::of_files([SourceFile::in_memory("a.txt", *b"nothing")]);
    let seen = look(Engine::OsvScanner, &settings, &none, Some(&advisories));
    assert_eq!((seen.findings.len(), real_reasons(&seen)), (0, String::new()));
    assert!(reasons(&look(Engine::OsvScanner, &settings, &none, None)).contains("advisories update"));
}

#[test]
fn what_each_engine_alone_saw_is_told_by_its_place() {
    let finding = |line: u32, engine: &str| {
        let text = format!("[{{\"RuleID\":\"r\",\"StartLine\":{line},\"Secret\":\"value {line}\",\"File\":\"f\"}}]");
        assert_eq!(parse::gitleaks(text.as_bytes()).unwrap()[0].line, line);
        let seen = check_tree(
            shipped(),
            &SourceTree::of_files([SourceFile::in_memory("f", format!("token = \"{}\"\n", token("f")).into_bytes())]),
            &AtomicBool::new(false),
        );
        Finding { line: Some(line), rule: "r".into(), engines: vec![engine.into()], ..seen.findings[0].clone() }
    };
    let mut all = vec![finding(1, "smart-begin"), finding(2, "smart-begin")];
    join(&mut all, vec![finding(2, "gitleaks"), finding(3, "gitleaks")]);
    join(&mut all, vec![finding(3, "kingfisher"), finding(2, "kingfisher")]);
    let told = compare(&all, &[Engine::Gitleaks, Engine::Kingfisher]);
    assert_eq!((all.len(), told.shared), (3, 1));
    let share = |at: usize| (told.engines[at].engine.as_str(), told.engines[at].found, told.engines[at].alone.clone());
    assert_eq!(share(0), ("smart-begin", 2, vec!["f:1 r".to_owned()]));
    assert_eq!(share(1), ("gitleaks", 2, vec![]));
    assert_eq!(share(2), ("kingfisher", 2, vec![]));
}

#[test]
fn output_that_is_no_output_is_refused_and_never_repeated() {
    let secret = token("bad");
    let texts = [
        String::new(),
        "{".into(),
        "[]".into(),
        "{}".into(),
        "null".into(),
        "[null]".into(),
        "\u{0}".into(),
        format!("[{{\"RuleID\": {secret}}}]"),
        format!("{{\"findings\": \"{secret}\"}}"),
        "[".repeat(100_000),
        "{\"findings\":[{}],\"scan\":{\"state\":\"complete\"}}".into(),
        format!("{{\"Raw\":\"{secret}\"}}\n{{"),
        "{\"results\":[{\"source\":{\"path\":\"x\"},\"packages\":[{\"package\":{\"name\":1}}]}]}".into(),
        "[{\"RuleID\":\"r\",\"StartLine\":-1,\"Secret\":\"x\",\"File\":\"f\"}]".into(),
        "{\"findings\":null,\"scan\":{\"state\":\"partial\"}}".into(),
    ];
    for text in texts {
        let bytes = text.as_bytes();
        let all = [
            parse::gitleaks(bytes).map(drop),
            parse::betterleaks(bytes).map(drop),
            parse::kingfisher(bytes).map(drop),
            parse::trufflehog(bytes).map(drop),
            parse::osv_scanner(bytes).map(drop),
        ];
        for error in all.into_iter().filter_map(Result::err) {
            assert!(!error.to_string().contains(&secret), "{error}");
        }
    }
    assert!(parse::betterleaks(b"{\"findings\":null,\"scan\":{\"state\":\"partial\"}}").is_err());
    assert!(parse::gitleaks(b"[{}]").is_err() && parse::trufflehog(b"{}").is_err() && parse::kingfisher(b"").is_err());
}
