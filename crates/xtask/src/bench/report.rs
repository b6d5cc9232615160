//! The report as people read it, in Markdown.

use std::fmt::Write as _;

use super::row::Row;

/// Rows that were measured in one way, how that was, and where the time goes in those that missed their aim.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Section {
    /// Its heading.
    pub title: String,
    /// Its part of the table.
    pub rows: Vec<Row>,
    /// How it was measured: a sentence or two each.
    pub how: Vec<String>,
    /// Where the time or the memory goes, as measured.
    pub where_it_goes: Vec<String>,
}

/// Everything that was measured in one run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// The day.
    pub date: String,
    /// What the machine is, and what runs on it.
    pub machine: Vec<String>,
    /// What was compared, by name and version.
    pub versions: Vec<(String, String)>,
    /// What was measured.
    pub sections: Vec<Section>,
}

const HEAD: &str = "# Performance

Written by `cargo xtask bench`; do not edit. Each row is measured in one run, ours and the peer's in turns
(ours, peer, ours, peer, …) after one turn that does not count. A ratio is ours through the peer's, pair by pair: the
middle one of all pairs, and in brackets the middle half of them.
";

impl Report {
    /// The whole document.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let mut text = HEAD.to_owned();
        let _ = writeln!(text, "\nMeasured on {}.\n\n{}", self.date, self.summary());
        text.push_str("\n| What | Ours | Peer | Ratio | Aim | Result |\n| --- | --- | --- | --- | --- | --- |\n");
        for row in self.rows() {
            let (ours, peer) = (row.with_unit(row.ours), row.with_unit(row.peer));
            let (ratio, aim, verdict) = (row.ratio_text(), row.aim_text(), row.verdict());
            let _ = writeln!(text, "| {} | {ours} | {peer} | {ratio} | {aim} | {verdict} |", row.subject);
        }
        for section in &self.sections {
            let _ = write!(text, "\n## {}\n\n{}", section.title, list(&section.how));
            if !section.where_it_goes.is_empty() {
                let _ = write!(text, "\nWhere it goes:\n\n{}", list(&section.where_it_goes));
            }
        }
        let _ = write!(text, "\n## The machine\n\n{}", list(&self.machine));
        let versions: Vec<String> = self.versions.iter().map(|(name, version)| format!("{name} {version}")).collect();
        let _ = write!(text, "\n## The versions\n\n{}", list(&versions));
        text
    }

    fn rows(&self) -> impl Iterator<Item = &Row> {
        self.sections.iter().flat_map(|section| &section.rows)
    }

    fn summary(&self) -> String {
        let aimed = self.rows().filter(|row| row.is_met().is_some()).count();
        let missed: Vec<&str> =
            self.rows().filter(|row| row.is_met() == Some(false)).map(|row| row.subject.as_str()).collect();
        if missed.is_empty() {
            return format!("All {aimed} aims are met.");
        }
        format!("{} of {aimed} aims are met. Missed: {}.", aimed - missed.len(), missed.join("; "))
    }
}

fn list(lines: &[String]) -> String {
    lines.iter().fold(String::new(), |text, line| text + "- " + line + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::row::{Aim, Unit};

    fn row(subject: &str, ours: f64, peer: f64, aim: Option<Aim>) -> Row {
        Row { subject: subject.to_owned(), unit: Unit::Milliseconds, ours, peer, ratio: None, aim }
    }

    #[test]
    fn a_report_says_what_was_met_what_was_missed_and_where_it_goes() {
        let rows = vec![
            row("`new` against `cp`", 20.0, 30.0, Some(Aim::RatioAtMost(0.5))),
            row("first reply", 5.0, 250.0, Some(Aim::OursBelow(10.0))),
            row("in memory", 5.0, 10.0, None),
        ];
        let report = Report {
            date: "2026-11-23".to_owned(),
            machine: vec!["2 cores".to_owned()],
            versions: vec![("git".to_owned(), "2.39.5".to_owned())],
            sections: vec![Section {
                title: "Beginning a project".to_owned(),
                rows,
                how: vec!["Both write the same files.".to_owned()],
                where_it_goes: vec!["12 ms wait for the disk.".to_owned()],
            }],
        };
        let text = report.to_markdown();
        let expected = "Measured on 2026-11-23.

1 of 2 aims are met. Missed: `new` against `cp`.

| What | Ours | Peer | Ratio | Aim | Result |
| --- | --- | --- | --- | --- | --- |
| `new` against `cp` | 20 ms | 30 ms | 0.667 | at most 0.5 | **missed**: 1.33 times the aim |
| first reply | 5 ms | 250 ms | 1/50 | under 10 ms | met: 0.5 times the aim |
| in memory | 5 ms | 10 ms | 0.5 | - | - |

## Beginning a project

- Both write the same files.

Where it goes:

- 12 ms wait for the disk.

## The machine

- 2 cores

## The versions

- git 2.39.5
";
        assert!(text.ends_with(expected), "{text}");
    }

    #[test]
    fn without_a_miss_it_says_so() {
        let section = Section { rows: vec![row("x", 1.0, 100.0, Some(Aim::OursBelow(2.0)))], ..Section::default() };
        let text = Report { sections: vec![section], ..Report::default() }.to_markdown();
        assert!(text.contains("All 1 aims are met."), "{text}");
        assert!(!text.contains("Where it goes"), "{text}");
    }
}
