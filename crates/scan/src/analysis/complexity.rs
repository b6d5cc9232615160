//! Complexity and duplication, as the tool lizard counts them: its answer is read here, and started elsewhere.

use schemars::JsonSchema;
use serde::Serialize;

/// The tool's name on the search path.
pub const LIZARD: &str = "lizard";
/// From this many ways through it a function counts as complex; McCabe's bound of 1976, doubled by most tools to 15 or 20.
pub const COMPLEX_FROM: u32 = 15;
/// How many of the most complex functions are told.
const MOST_SHOWN: usize = 10;

/// Endings of files that lizard reads.
pub const SOURCE_ENDINGS: &[&str] = &[
    "c", "cc", "cpp", "cxx", "h", "hpp", "java", "cs", "js", "jsx", "mjs", "cjs", "ts", "tsx", "vue", "m", "mm",
    "swift", "py", "rb", "php", "scala", "go", "lua", "rs", "kt", "kts", "sol", "erl", "zig", "pl", "r",
];

/// What was counted.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Complexity {
    /// What counted, with its version.
    pub tool: String,
    /// Functions.
    pub functions: u64,
    /// The mean of the ways through a function (cyclomatic complexity).
    pub mean: f64,
    /// The most ways through one.
    pub highest: u32,
    /// Functions with 15 ways through them or more.
    pub complex: u64,
    /// The most complex ones.
    pub worst: Vec<ComplexFunction>,
    /// Tokens of code that stands elsewhere as well, in percent; missing where the tool did not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duplication_percent: Option<f64>,
}

/// A function with many ways through it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ComplexFunction {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub file: String,
    /// Where it begins.
    pub line: u32,
    /// The ways through it.
    pub complexity: u32,
}

/// Reads what `lizard --csv -Eduplicate` wrote. None where that is nothing it would write.
#[must_use]
pub fn read_lizard(tool: &str, answer: &str) -> Option<Complexity> {
    let mut functions: Vec<ComplexFunction> = Vec::new();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(answer.as_bytes());
    for record in reader.records().filter_map(Result::ok) {
        let field = |index: usize| record.get(index).unwrap_or_default();
        let numbers = (field(1).parse::<u32>(), field(9).parse::<u32>());
        if let ((Ok(complexity), Ok(line)), 11) = (numbers, record.len()) {
            let short = |text: &str| text.chars().filter(|letter| !letter.is_control()).take(200).collect::<String>();
            let file = short(field(6).trim_start_matches("./"));
            functions.push(ComplexFunction { name: short(field(7)), file, line, complexity });
        }
    }
    let duplication = answer.lines().find_map(|line| line.trim().strip_prefix("Total duplicate rate:"));
    let duplication = duplication.and_then(|rate| rate.trim().strip_suffix('%')?.parse::<f64>().ok());
    if functions.is_empty() && duplication.is_none() {
        return None;
    }
    let sum: u64 = functions.iter().map(|function| u64::from(function.complexity)).sum();
    let count = functions.len() as u64;
    let mean = if count == 0 { 0.0 } else { (sum as f64 / count as f64 * 100.0).round() / 100.0 };
    let complex = functions.iter().filter(|function| function.complexity >= COMPLEX_FROM).count() as u64;
    functions.sort_by(|left, right| {
        (right.complexity, &left.file, left.line).cmp(&(left.complexity, &right.file, right.line))
    });
    let highest = functions.first().map_or(0, |function| function.complexity);
    functions.truncate(MOST_SHOWN);
    Some(Complexity {
        tool: tool.to_owned(),
        functions: count,
        mean,
        highest,
        complex,
        worst: functions,
        duplication_percent: duplication,
    })
}
