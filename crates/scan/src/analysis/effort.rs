//! How much work it is to close a gate: a table, each row with its basis. What depends on code that nobody measured is unknown.

use schemars::JsonSchema;
use serde::Serialize;

/// How much work something is.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Effort {
    /// At least so many hours; missing where it is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours_from: Option<f64>,
    /// At most so many hours; missing where it is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours_to: Option<f64>,
    /// What the range is based on, or why it is unknown.
    pub basis: String,
}

/// A row: the rule, hours at least and at most for the thing itself, minutes at least and at most for each place, and the basis.
type Row = (&'static str, [f64; 2], [f64; 2], &'static str);

/// The hours are our own estimate for somebody who does it for the first time, with the hint at hand; the basis says what is
/// counted. None is measured.
const TABLE: &[Row] = &[
    ("untrusted-checkout", [0.5, 2.0], [30.0, 120.0], "the workflow is split in two, and both are tried"),
    ("script-injection", [0.1, 0.25], [5.0, 15.0], "each place becomes a variable"),
    ("token-permissions", [0.1, 0.25], [5.0, 20.0], "two lines a workflow, and one run to see what is missing"),
    ("pinned-actions", [0.1, 0.25], [2.0, 5.0], "each commit is looked up and written, or a tool does it"),
    ("pinned-images", [0.1, 0.25], [2.0, 5.0], "each digest is looked up and written"),
    ("pinned-downloads", [0.0, 0.25], [15.0, 60.0], "each download gets a checksum, or comes from a package"),
    ("pinned-installs", [0.0, 0.25], [5.0, 20.0], "each version is chosen and written"),
    ("binary-artifacts", [0.0, 0.5], [15.0, 120.0], "each program is built or installed instead"),
    (
        "environment-files",
        [0.5, 2.0],
        [15.0, 60.0],
        "the file is taken out, and every secret that was in it is changed",
    ),
    ("locked-dependencies", [0.1, 0.5], [5.0, 15.0], "one command a manifest, and a run of the tests"),
    ("dependency-updates", [0.25, 1.0], [0.0, 5.0], "one file, and its first proposals are looked at"),
    ("vulnerability-scanning", [0.25, 1.0], [0.0, 0.0], "one step of the pipeline; what it finds is not counted"),
    ("secret-scanning", [0.25, 1.0], [0.0, 0.0], "one step and one hook; what it finds is not counted"),
    ("static-analysis", [0.5, 2.0], [0.0, 0.0], "one workflow; what it finds is not counted"),
    ("tests-in-ci", [0.5, 4.0], [0.0, 0.0], "one workflow, for tests that run already"),
    ("coverage-gate", [0.5, 2.0], [0.0, 0.0], "a bound at what there is today; better coverage is not counted"),
    ("linting", [0.5, 4.0], [0.0, 0.0], "the linter and one step; what it finds first is not counted"),
    ("security-policy", [0.5, 1.0], [0.0, 0.0], "one page, and an address that somebody reads"),
    ("license", [0.25, 1.0], [0.0, 0.0], "the decision, and one file"),
    ("code-owners", [0.1, 0.25], [0.0, 0.0], "one line a folder"),
    ("readme", [1.0, 4.0], [0.0, 0.0], "one page that somebody else has tried"),
    ("contributing", [0.5, 2.0], [0.0, 0.0], "one page that somebody else has tried"),
    ("changelog", [0.25, 1.0], [0.0, 0.0], "one file, and the habit"),
    ("release-provenance", [0.5, 2.0], [0.0, 0.0], "one step of the release, and one release to see it"),
];

/// How much work it is to close the gate `rule`, which fails at `places` places.
#[must_use]
pub fn effort_of(rule: &str, places: usize) -> Effort {
    let Some((_, whole, each, basis)) = TABLE.iter().find(|(name, ..)| *name == rule) else {
        let basis = match rule {
            "tests-present" | "fuzzing" => {
                "it depends on the code, of which nobody has measured how easily it is tested"
            }
            _ => "nobody has estimated it",
        };
        return Effort { hours_from: None, hours_to: None, basis: basis.to_owned() };
    };
    let count = u32::try_from(places).unwrap_or(u32::MAX);
    let hours = |index: usize| {
        let hours = whole[index] + each[index] / 60.0 * f64::from(count);
        (hours.max(0.1) * 10.0).round() / 10.0
    };
    let places = if each[1] > 0.0 { format!("; {places} places") } else { String::new() };
    let basis = format!("estimate: {basis}{places}");
    Effort { hours_from: Some(hours(0)), hours_to: Some(hours(1)), basis }
}
