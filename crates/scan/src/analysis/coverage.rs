//! What coverage reports say that somebody's test run left behind. They are read and told as theirs: nothing is run here.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use source_tree::{SourceFile, SourceTree};

/// Where test tools leave their reports, beneath the root.
pub const COVERAGE_FILES: &[&str] = &[
    "lcov.info",
    "coverage.lcov",
    "coverage.xml",
    "cobertura.xml",
    "coverage.json",
    "cover.out",
    "coverage.out",
    "c.out",
    "coverage.txt",
    "profile.cov",
    "clover.xml",
    "jacoco.xml",
    "coverage/lcov.info",
    "coverage/cobertura-coverage.xml",
    "coverage/coverage-summary.json",
    "coverage/clover.xml",
    "coverage/coverage.xml",
    "coverage/coverage.json",
    "target/site/jacoco/jacoco.xml",
    "target/llvm-cov/lcov.info",
    "target/coverage/lcov.info",
    "target/cov/lcov.info",
    "build/reports/jacoco/test/jacocoTestReport.xml",
    "build/reports/kover/report.xml",
];

/// The largest report that is read.
const MOST_BYTES: u64 = 64 << 20;

/// What a coverage report says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Coverage {
    /// The report.
    pub file: String,
    /// Its form: `lcov`, `Cobertura`, `coverage.py`, `Istanbul`, `LLVM`, `Go`, `JaCoCo`, `Clover`.
    pub form: String,
    /// Lines (for Go and Clover: statements) that tests ran.
    pub covered: u64,
    /// All of them.
    pub total: u64,
    /// The part that tests ran, in hundredths of a percent.
    pub percent_hundredths: u32,
}

/// The reports in `tree` among [`COVERAGE_FILES`]; those that cannot be read as such are left out, with why.
#[must_use]
pub fn read_coverage(tree: &SourceTree) -> (Vec<Coverage>, Vec<(String, String)>) {
    let (mut found, mut faults) = (Vec::new(), Vec::new());
    for file in COVERAGE_FILES.iter().filter_map(|name| tree.file(name)) {
        match read(file) {
            Ok(Some(coverage)) => found.push(coverage),
            Ok(None) => {}
            Err(why) => faults.push((file.name.clone(), why)),
        }
    }
    (found, faults)
}

/// None where the file is something else, as a `coverage.txt` may well be.
fn read(file: &SourceFile) -> Result<Option<Coverage>, String> {
    let bytes = file.read(MOST_BYTES).map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&bytes);
    let ending = file.base_name().rsplit_once('.').map_or("", |(_, ending)| ending);
    let seen = match ending {
        "info" | "lcov" => lcov(&text),
        "xml" => xml(&text)?,
        "json" => json(&text)?,
        _ => go(&text),
    };
    let Some((form, covered, total)) = seen else { return Ok(None) };
    if total == 0 || covered > total {
        return Err("its figures do not fit each other".to_owned());
    }
    let hundredths = (u128::from(covered) * 10_000 / u128::from(total)).try_into().unwrap_or(0);
    let form = form.to_owned();
    Ok(Some(Coverage { file: file.name.clone(), form, covered, total, percent_hundredths: hundredths }))
}

type Figures = Option<(&'static str, u64, u64)>;

fn lcov(text: &str) -> Figures {
    let sum = |key: &str| {
        let numbers = text.lines().filter_map(|line| line.trim().strip_prefix(key)?.parse::<u64>().ok());
        numbers.fold(None, |sum: Option<u64>, number| Some(sum.unwrap_or(0).saturating_add(number)))
    };
    Some(("lcov", sum("LH:")?, sum("LF:")?))
}

/// A profile of Go: `file:line.column,line.column statements times`. A block may stand there once for each package.
fn go(text: &str) -> Figures {
    let mut lines = text.lines();
    lines.next()?.strip_prefix("mode: ")?;
    let mut blocks: std::collections::HashMap<&str, (u64, bool)> = std::collections::HashMap::new();
    for line in lines {
        let mut parts = line.rsplitn(3, ' ');
        let (times, statements, block) = (parts.next()?, parts.next()?, parts.next()?);
        let entry = blocks.entry(block).or_insert((statements.parse().ok()?, false));
        entry.1 |= times != "0";
    }
    let covered = blocks.values().filter(|(_, ran)| *ran).fold(0_u64, |sum, (count, _)| sum.saturating_add(*count));
    Some(("Go", covered, blocks.values().fold(0_u64, |sum, (count, _)| sum.saturating_add(*count))))
}

fn json(text: &str) -> Result<Figures, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| format!("it is no JSON: {error}"))?;
    let number = |pointer: &str| value.pointer(pointer).and_then(Value::as_u64);
    let both = |form, covered: &str, total: &str| Some((form, number(covered)?, number(total)?));
    Ok(both("coverage.py", "/totals/covered_lines", "/totals/num_statements")
        .or_else(|| both("Istanbul", "/total/lines/covered", "/total/lines/total"))
        .or_else(|| both("LLVM", "/data/0/totals/lines/covered", "/data/0/totals/lines/count")))
}

/// The figures stand in the first element, or in its children; nothing deeper is looked at, nothing is expanded.
fn xml(text: &str) -> Result<Figures, String> {
    let mut reader = Reader::from_str(text);
    let (mut depth, mut root) = (0_u32, Vec::new());
    loop {
        let (element, opens) = match reader.read_event() {
            Err(error) => return Err(format!("it is no XML: {error}")),
            Ok(Event::Eof) => return Ok(None),
            Ok(Event::End(_)) => {
                depth = depth.saturating_sub(1);
                continue;
            }
            Ok(Event::Start(element)) => (element, true),
            Ok(Event::Empty(element)) => (element, false),
            Ok(_) => continue,
        };
        if depth == 0 {
            root = element.name().as_ref().to_vec();
            if let Some(figures) = cobertura(&element) {
                return Ok(Some(figures));
            }
        }
        let figures = match (root.as_slice(), depth, element.name().as_ref()) {
            (b"report", 1, b"counter") if attribute(&element, "type").as_deref() == Some("LINE") => {
                pair(&element, "covered", "missed")
                    .map(|(covered, missed)| ("JaCoCo", covered, covered.saturating_add(missed)))
            }
            (b"coverage", 2, b"metrics") => {
                pair(&element, "coveredstatements", "statements").map(|(covered, all)| ("Clover", covered, all))
            }
            _ => None,
        };
        if figures.is_some() {
            return Ok(figures);
        }
        depth += u32::from(opens);
    }
}

fn cobertura(element: &BytesStart<'_>) -> Figures {
    let (covered, valid) = pair(element, "lines-covered", "lines-valid")?;
    Some(("Cobertura", covered, valid))
}

fn pair(element: &BytesStart<'_>, first: &str, second: &str) -> Option<(u64, u64)> {
    Some((attribute(element, first)?.parse().ok()?, attribute(element, second)?.parse().ok()?))
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = element.try_get_attribute(name).ok().flatten()?;
    Some(String::from_utf8_lossy(&found.value).into_owned())
}
