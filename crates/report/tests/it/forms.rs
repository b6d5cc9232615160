//! Reports of findings and vulnerabilities: valid by the published schemas, and what others wrote stays text in each form.

use domain::{
    Acceptance, CheckReport, CommitInfo, Confidence, Ecosystem, Finding, FindingKind, NotRun, Severity, Suppressed,
    TrackedVulnerability, VulnerabilityEvent, VulnerabilityReport, VulnerabilityState, VulnerabilitySummary,
};
use report::{
    csv, html, markdown, openvex, sarif, vulnerabilities_csv, vulnerabilities_cyclonedx, vulnerabilities_html,
    vulnerabilities_markdown, vulnerabilities_sarif,
};
use serde_json::{Value, json};

/// What somebody may call a file, a package or an advisory.
const HOSTILE: [&str; 12] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "[click](javascript:alert(1)) ![x](http://evil.example/x.png)",
    "=HYPERLINK(\"http://evil.example\")",
    "+1|cmd",
    "@SUM(1)",
    "# heading\n\n- list\n| a | b |",
    "`code` ``` \u{202e}txt.exe \u{1b}[2J",
    "https://evil.example www.evil.example @maintainer #1",
    "{0} {{x}} $(id) ${id} %s",
    "<!-- --> &lt; &amp; ]]>",
    "..\\..\\a b?c#d:e%00",
];

fn finding(text: &str) -> Finding {
    Finding {
        kind: FindingKind::Vulnerability,
        rule: text.to_owned(),
        file: Some(text.to_owned()),
        line: Some(3),
        column: Some(7),
        severity: Severity::High,
        confidence: Confidence::High,
        fingerprint: "0123456789abcdef0123456789abcdef".to_owned(),
        message: text.to_owned(),
        hint: text.to_owned(),
        engines: vec!["smart-begin".to_owned(), "smart-begin".to_owned()],
        commit: Some(CommitInfo {
            id: "a".repeat(40),
            author: "Ada <ada@example.com>".to_owned(),
            date: "2026-11-23T10:00:00Z".to_owned(),
        }),
        redacted: Some(text.to_owned()),
        package: Some(text.to_owned()),
        ecosystem: Some(Ecosystem::new(Ecosystem::NPM)),
        version: Some(text.to_owned()),
        advisory: Some(text.to_owned()),
        aliases: vec![text.to_owned()],
        fixed: Some(text.to_owned()),
        score: Some("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H".to_owned()),
        epss: domain::Probability::new(0.5),
        direct: Some(true),
        dev: None,
    }
}

fn report() -> CheckReport {
    let mut findings: Vec<Finding> = HOSTILE.iter().map(|text| finding(text)).collect();
    // The same thing twice in a file, and one of the whole project without anything that can be left out.
    findings.push(Finding { line: Some(9), ..findings[0].clone() });
    let bare: Finding = serde_json::from_value(json!({
        "kind": "repository", "rule": "licence", "severity": "unknown", "confidence": "low", "fingerprint": "f",
        "message": "There is no licence.", "hint": "Add one.",
    }))
    .unwrap();
    findings.push(bare);
    let suppressed = ["gitleaks:allow", "accepted"].map(|by| Suppressed {
        finding: finding(HOSTILE[0]),
        suppressed_by: by.to_owned(),
        reason: Some(HOSTILE[1].to_owned()),
    });
    let not_run = HOSTILE.iter().map(|text| NotRun {
        check: (*text).to_owned(),
        file: Some((*text).to_owned()),
        reason: (*text).to_owned(),
        hint: (*text).to_owned(),
    });
    let mut report =
        CheckReport { findings, suppressed: suppressed.to_vec(), not_run: not_run.collect(), ..CheckReport::default() };
    report.findings.iter().for_each(|finding| report.summary.count(finding.severity));
    report
}

fn vulnerability(text: &str, state: VulnerabilityState) -> TrackedVulnerability {
    let time = || "2026-11-23T10:00:00Z".to_owned();
    let accepted = Acceptance { by: text.to_owned(), why: text.to_owned(), until: time() };
    TrackedVulnerability {
        project: "prj_0123456789abcdefghjkmnpq".to_owned(),
        project_name: text.to_owned(),
        fingerprint: format!("{state}{}", text.len()),
        advisory: text.to_owned(),
        aliases: vec!["CVE-2026-1".to_owned(), text.to_owned()],
        ecosystem: Ecosystem::new(Ecosystem::NPM),
        package: text.to_owned(),
        versions: vec!["1.0.0".to_owned(), text.to_owned()],
        fixed: Some(text.to_owned()),
        files: vec![text.to_owned()],
        severity: Severity::Critical,
        score: Some("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N".to_owned()),
        epss: None,
        direct: None,
        dev: None,
        message: text.to_owned(),
        hint: text.to_owned(),
        state,
        first_seen: time(),
        last_seen: time(),
        due: state.counts().then(time),
        overdue: state.counts(),
        fixed_at: (state == VulnerabilityState::Fixed).then(time),
        accepted: (state == VulnerabilityState::Accepted).then_some(accepted),
        patch: (state == VulnerabilityState::PatchReady).then(|| text.to_owned()),
        checked: None,
        history: vec![VulnerabilityEvent { at: time(), state, by: text.to_owned(), why: text.to_owned() }],
    }
}

fn vulnerabilities() -> VulnerabilityReport {
    let all = HOSTILE.iter().zip(VulnerabilityState::ALL.into_iter().cycle());
    let vulnerabilities: Vec<_> = all.map(|(text, state)| vulnerability(text, state)).collect();
    VulnerabilityReport {
        generated: "2026-11-23T10:00:00Z".to_owned(),
        summary: VulnerabilitySummary::of(&vulnerabilities),
        vulnerabilities,
        ..VulnerabilityReport::default()
    }
}

/// Judges documents, one a line, by a JSON schema: a line for each.
const SCHEMA: &str = "import json, sys
from jsonschema import Draft4Validator, FormatChecker
judge = Draft4Validator(json.loads(open(sys.argv[1]).read()), format_checker=FormatChecker())
for line in sys.stdin:
    faults = sorted(judge.iter_errors(json.loads(line)), key=str)
    print(repr([f.message[:200] + ' at ' + str(list(f.path)) for f in faults[:5]]) if faults else 'valid')";

const CYCLONEDX: &str = "import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
judge = JsonStrictValidator(SchemaVersion.V1_6)
for line in sys.stdin:
    fault = judge.validate_str(line)
    print('valid' if fault is None else repr(str(fault))[:600])";

fn judged(script: &str, arguments: &[&str], documents: &[&str]) -> Option<Vec<String>> {
    let python = testkit::tool("tools-python")?;
    let lines = documents.iter().map(|text| serde_json::from_str::<Value>(text).unwrap().to_string() + "\n");
    let run = testkit::Run::new(python).args(["-c", script]).args(arguments);
    Some(run.stdin(lines.collect::<String>()).run().expect_ok().stdout.lines().map(str::to_owned).collect())
}

/// The published schema of SARIF, as a library that is pinned with osv-scanner brings it along, in a file.
fn sarif_schema(folder: &std::path::Path) -> Option<std::path::PathBuf> {
    const MODULE: &str = "github.com/owenrumney/go-sarif/v3";
    let locks = testkit::workspace().join("scripts/locks/go/osv-scanner");
    let run = testkit::Run::new("go").args(["mod", "download", "-json", MODULE]).folder(locks).run();
    let told: Value = serde_json::from_str(&run.stdout).unwrap_or_default();
    let Some(found) = told["Dir"].as_str().filter(|_| run.ok()) else {
        testkit::skip("the Go module with the schema of SARIF cannot be had");
        return None;
    };
    let source = std::fs::read_to_string(format!("{found}/pkg/report/v210/sarif/schema.go")).unwrap();
    let schema = source.split('`').nth(1).unwrap();
    assert!(schema.contains("sarif-schema-2.1.0.json"), "it is another file now");
    let path = folder.join("sarif.json");
    std::fs::write(&path, schema).unwrap();
    Some(path)
}

#[test]
fn sarif_is_valid_by_its_schema() {
    let folder = testkit::folder();
    let Some(schema) = sarif_schema(folder.path()) else { return };
    let texts = [sarif(&report()), sarif(&CheckReport::default()), vulnerabilities_sarif(&vulnerabilities())];
    let broken = texts[0].replace("\"warning\"", "\"grave\"");
    let documents = [texts[0].as_str(), &texts[1], &texts[2], &broken];
    let Some(told) = judged(SCHEMA, &[schema.to_str().unwrap()], &documents) else { return };
    assert_eq!(told[..3], ["valid", "valid", "valid"], "{told:?}");
    assert_ne!(told[3], "valid", "it judges nothing");
}

#[test]
fn sarif_tells_all_there_is_and_stays_the_same_when_lines_move() {
    let document: Value = serde_json::from_str(&sarif(&report())).unwrap();
    let run = &document["runs"][0];
    let results = run["results"].as_array().unwrap();
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!((results.len(), rules.len()), (HOSTILE.len() + 4, HOSTILE.len() + 1));
    for result in results {
        let place = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[place]["id"], result["ruleId"]);
        let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
        assert!(uri.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/%".contains(&byte)), "{uri}");
    }
    let hash = |at: usize| results[at]["partialFingerprints"]["primaryLocationLineHash"].as_str().unwrap();
    assert_ne!(hash(0), hash(HOSTILE.len()), "twice in one file are two");
    assert_eq!(hash(0).split(':').next(), hash(HOSTILE.len()).split(':').next());
    let mut moved = report();
    moved.findings[0].line = Some(300);
    let moved: Value = serde_json::from_str(&sarif(&moved)).unwrap();
    assert_eq!(moved["runs"][0]["results"][0]["partialFingerprints"], results[0]["partialFingerprints"]);
    let suppressed: Vec<_> = results.iter().filter_map(|result| result["suppressions"][0]["kind"].as_str()).collect();
    assert_eq!(suppressed, ["inSource", "external"]);
    let told = run["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
    assert_eq!(told.len(), HOSTILE.len());
    assert!(told[0]["message"]["text"].as_str().unwrap().starts_with("NOT RUN: "));
    assert!(!document.to_string().contains("ada@example.com"), "nobody's address leaves the house");
    let link = results.iter().find(|result| result["ruleId"].as_str().unwrap().starts_with("[click]")).unwrap();
    assert!(!link["message"]["text"].as_str().unwrap().contains("]("), "{link}");
}

#[test]
fn vulnerabilities_are_valid_cyclonedx() {
    let text = vulnerabilities_cyclonedx(&vulnerabilities());
    let none = vulnerabilities_cyclonedx(&VulnerabilityReport { vulnerabilities: Vec::new(), ..vulnerabilities() });
    let broken = text.replace("\"in_triage\"", "\"perhaps\"");
    let Some(told) = judged(CYCLONEDX, &[], &[&text, &none, &broken]) else { return };
    assert_eq!(told[..2], ["valid", "valid"], "{told:?}");
    assert_ne!(told[2], "valid", "it judges nothing");
}

/// The published schema is in no registry: what the specification 0.2.0 demands is looked at here.
#[test]
fn openvex_says_what_its_specification_demands() {
    testkit::not_run("the schema of OpenVEX 0.2.0 is in no package registry; its rules are looked at by hand");
    let text = openvex(&vulnerabilities());
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["@context"], "https://openvex.dev/ns/v0.2.0");
    for field in ["@id", "author", "timestamp"] {
        assert!(document[field].as_str().is_some_and(|text| !text.is_empty()), "{field}");
    }
    assert_eq!(document["version"], 1);
    let allowed = [
        "vulnerability",
        "timestamp",
        "last_updated",
        "products",
        "status",
        "status_notes",
        "action_statement",
        "action_statement_timestamp",
    ];
    for statement in document["statements"].as_array().unwrap() {
        assert!(statement.as_object().unwrap().keys().all(|key| allowed.contains(&key.as_str())), "{statement}");
        assert!(statement["vulnerability"]["name"].as_str().is_some());
        let status = statement["status"].as_str().unwrap();
        assert!(["affected", "fixed"].contains(&status));
        assert_eq!(statement["action_statement"].is_string(), status == "affected", "{statement}");
        let product = &statement["products"][0];
        assert!(product["@id"].as_str().unwrap().starts_with("pkg:generic/"));
        for part in product["subcomponents"].as_array().unwrap() {
            assert_eq!(part["@id"], part["identifiers"]["purl"]);
        }
    }
    assert_eq!(openvex(&vulnerabilities()), text, "the same each time");
    let other = VulnerabilityReport { generated: "2026-11-24T10:00:00Z".to_owned(), ..vulnerabilities() };
    let other: Value = serde_json::from_str(&openvex(&other)).unwrap();
    assert_ne!(other["@id"], document["@id"]);
}

/// Tells of a page: the tags, the attributes that could do something, and the text that is read.
const PAGE: &str = "import json, sys
from html.parser import HTMLParser
class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.live, self.text = set(), [], []
    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.live += [a for a, v in attributes if a.startswith('on') or a in ('src', 'href', 'style', 'action', 'formaction')]
    def handle_data(self, data): self.text.append(data)
page = Page()
page.feed(sys.stdin.read())
print(json.dumps([sorted(page.tags), page.live, ' '.join(page.text)]))";

#[test]
fn pages_hold_nothing_but_text_that_others_wrote() {
    let Some(python) = testkit::tool("tools-python") else { return };
    for page in [html(&report()), vulnerabilities_html(&vulnerabilities())] {
        let run = testkit::Run::new(&python).args(["-c", PAGE]).stdin(&page).run().expect_ok();
        let (tags, live, text): (Vec<String>, Vec<String>, String) = serde_json::from_str(&run.stdout).unwrap();
        assert!(live.is_empty(), "{live:?}");
        for tag in ["script", "img", "a", "iframe", "form", "link", "object"] {
            assert!(!tags.iter().any(|found| found == tag), "{tag}");
        }
        for seen in ["<script>alert(1)</script>", "=HYPERLINK(\"http://evil.example\")", "\\u{202e}"] {
            assert!(text.contains(seen), "{seen}");
        }
        assert!(page.contains("default-src 'none'") && page.contains("name=\"viewport\""));
        assert!(!page.contains('\u{202e}') && !page.contains('\u{1b}'));
    }
}

#[test]
fn tables_hold_no_formula_and_come_back_whole() {
    let Some(python) = testkit::tool("tools-python") else { return };
    let read =
        "import csv, io, json, sys; print(json.dumps(list(csv.reader(io.StringIO(sys.stdin.read(), newline='')))))";
    for table in [csv(&report()), vulnerabilities_csv(&vulnerabilities())] {
        let run = testkit::Run::new(&python).args(["-c", read]).stdin(&table).run().expect_ok();
        let rows: Vec<Vec<String>> = serde_json::from_str(&run.stdout).unwrap();
        assert!(rows.len() > HOSTILE.len());
        for row in &rows {
            assert_eq!(row.len(), rows[0].len(), "{row:?}");
            for cell in row {
                assert!(!cell.starts_with(['=', '+', '-', '@', '|', '%', '\t', '\r']), "{cell}");
            }
        }
        assert!(rows.iter().flatten().any(|cell| cell.starts_with("'=HYPERLINK")));
    }
}

#[test]
fn markdown_makes_no_link_no_image_and_no_heading_of_what_others_wrote() {
    let Some(node) = testkit::tool("node") else { return };
    let modules = node.parent().unwrap().parent().unwrap().join("npm/node_modules");
    if !modules.join("micromark-extension-gfm-autolink-literal").exists() {
        return testkit::skip("the reader of Markdown is not there");
    }
    let at = |name: &str| format!("{}/{name}/index.js", modules.display());
    let script = format!(
        "import {{micromark}} from '{}';
        import {{gfmAutolinkLiteral, gfmAutolinkLiteralHtml}} from '{}';
        import {{gfmTable, gfmTableHtml}} from '{}';
        let text = ''; for await (const part of process.stdin) text += part;
        const options = {{allowDangerousHtml: true, extensions: [gfmAutolinkLiteral(), gfmTable()],
            htmlExtensions: [gfmAutolinkLiteralHtml(), gfmTableHtml()]}};
        process.stdout.write(micromark(text, options));",
        at("micromark"),
        at("micromark-extension-gfm-autolink-literal"),
        at("micromark-extension-gfm-table")
    );
    for (page, headings) in
        [(markdown(&report()), HOSTILE.len() + 6), (vulnerabilities_markdown(&vulnerabilities()), 4)]
    {
        let run = testkit::Run::new(&node).args(["--input-type=module", "-e", &script]).stdin(&page).run().expect_ok();
        let shown = run.stdout;
        for tag in ["<a ", "<img", "<script", "onerror=alert(1)>"] {
            assert!(!shown.contains(tag), "{tag}: {shown}");
        }
        let found = ["<h1", "<h2", "<h3"].iter().map(|heading| shown.matches(heading).count()).sum::<usize>();
        assert_eq!(found, headings, "{shown}");
        assert!(shown.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
        let outside = shown.split("<code>").map(|part| part.split_once("</code>").map_or(part, |(_, rest)| rest));
        assert!(!outside.collect::<String>().contains(" @maintainer"), "nobody is called: {shown}");
    }
}
