//! The report as one page that needs nothing else: no script, no picture, no address to load from.

use app::{ComplianceReport, ComplianceRow, ComplianceStatus, Error};
use askama::Template;

use super::words;

#[derive(Template)]
#[template(path = "compliance.html")]
struct Page<'a> {
    report: &'a ComplianceReport,
}

/// The report.
pub(super) fn page(report: &ComplianceReport) -> Result<String, Error> {
    Page { report }.render().map_err(Error::internal)
}

impl Page<'_> {
    fn rows(&self, status: ComplianceStatus) -> Vec<&ComplianceRow> {
        let rows = self.report.catalogues.iter().flat_map(|catalogue| &catalogue.rows);
        rows.filter(|row| row.status == status).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use app::{ComplianceSubject, Seen, describe_compliance};

    use super::page;

    #[test]
    fn the_page_needs_nothing_else_and_what_a_probe_saw_stays_text() {
        let hostile = "<script>alert(1)</script>\"'&";
        let seen = BTreeMap::from([("https", Seen::bad(hostile, hostile))]);
        let subject = ComplianceSubject { version: "1", environment: hostile };
        let html = page(&describe_compliance(subject, &seen).unwrap()).unwrap();
        assert!(!html.contains("<script") && html.contains("&#60;script&#62;"), "{html}");
        for loaded in ["src=", "href=\"http", "url(", "@import", "<link", "<iframe", " on"] {
            let found = html.match_indices(loaded).any(|(at, _)| loaded != " on" || html[at..].starts_with(" onclick"));
            assert!(!found, "{loaded}");
        }
        assert!(html.contains("name=\"viewport\"") && html.starts_with("<!doctype html>"));
    }
}
