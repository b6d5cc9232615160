//! Reports: whatever a finding says, a report stays a report. JSON parses, a page has no element that we did not write, a line
//! stays a line.

use domain::{CheckReport, Confidence, Ecosystem, Finding, FindingKind, Severity};

use crate::target::Target;

pub(super) const TARGET: Target = Target {
    name: "reports",
    run: |data| {
        let text = String::from_utf8_lossy(data);
        let mut parts = text.split('\0').map(str::to_owned);
        let mut next = || parts.next().unwrap_or_default();
        let finding = Finding {
            kind: FindingKind::Vulnerability,
            rule: next(),
            file: Some(next()),
            line: Some(3),
            column: None,
            severity: Severity::High,
            confidence: Confidence::Low,
            fingerprint: "0".repeat(32),
            message: next(),
            hint: next(),
            engines: vec![next()],
            commit: None,
            redacted: Some(next()),
            package: Some(next()),
            ecosystem: Some(Ecosystem::new(next())),
            version: Some(next()),
            advisory: Some(next()),
            aliases: vec![next()],
            fixed: Some(next()),
            score: None,
            epss: None,
            direct: None,
            dev: None,
        };
        let report = |finding| CheckReport { findings: vec![finding], ..CheckReport::default() };
        let plain = Finding { rule: "x".to_owned(), ..finding.clone() };
        let sarif = report::sarif(&report(finding.clone()));
        assert!(serde_json::from_str::<serde_json::Value>(&sarif).is_ok(), "{sarif}");
        let page = report::html(&report(finding.clone()));
        assert!(!page.contains("<script") && !page.contains("<img") && !page.contains("href=\"javascript"), "{page}");
        let _ = (
            report::markdown(&report(finding.clone())),
            report::csv(&report(finding)),
            report::markdown(&report(plain)),
        );
    },
    seeds: || {
        vec![
            b"RULE-1\0src/a.rs\0It is bad\0Mend it\0smart-begin\0gh***\0a\0npm\x001.0.0\0A-1\0CVE-2026-1\x001.0.1".to_vec(),
            b"<script>\0a\"onload=x\0| a | [b](javascript:alert) @c <img src=x>\0=1+1\0\x1b[31m\0`\0@a/b\0PyPI\0-1\0A\0B\0C".to_vec(),
        ]
    },
    words: &[
        "<script",
        "<img",
        "</td>",
        "\"",
        "'",
        "javascript:alert",
        "](",
        "|",
        "`",
        "\r\n",
        "=1+1",
        "@x",
        "\u{1b}[2J",
        "\u{202e}",
        "&lt;",
        "%0a",
        "\\",
    ],
};
