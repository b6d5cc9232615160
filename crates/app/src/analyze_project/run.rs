//! An analysis, from the request to the report.

use std::time::Instant;

use domain::{Finding, FindingKind, Operation, Resource, visible};
use safe_fs::OpenFolder;
use scan::analysis::describe;
use scan::repository::{GateStatus, RepositorySeen};
use source_tree::{Selection, SourceTree};

use super::depth::AnalysisDepth;
use super::report::{AnalysisReport, AnalysisResults, FindingsSeen, NotKnown};
use super::{measure, missing, structure};
use crate::authorise::authorise;
use crate::check::{CheckRequest, CheckScope, CheckSubject, Turn, check, open_folder, with_flag};
use crate::error::{Error, ErrorKind};
use crate::report::{BusinessValue, Figure, TechnicalMetrics, Unmeasured};
use crate::services::{Call, Services, Step, Watch};

const STEPS: [&str; 6] = [
    "Looking for the files",
    "Finding out what it is",
    "Looking at the gates",
    "Looking for secrets and vulnerable packages",
    "Looking for secrets in the history",
    "Counting complexity and duplication",
];

/// How many findings an analysis tells.
const WORST: usize = 20;

/// What an analysis is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnalyzeRequest {
    /// The folder: any on the command line, beneath a root over MCP.
    pub path: String,
    /// How deep to look.
    pub depth: AnalysisDepth,
    /// What the project is called, where it is not called like its folder.
    pub name: Option<String>,
}

/// Looks at a project that exists. Nothing is written, and nothing of the project is run.
///
/// # Errors
/// When the caller may not, there is no such folder, or the caller gave up. What could not be looked at inside is told in the
/// report.
pub fn analyze_project(
    services: &Services,
    call: &Call<'_>,
    request: &AnalyzeRequest,
) -> Result<AnalysisReport, Error> {
    let began = Instant::now();
    authorise(services, call, Operation::CheckFiles, Resource::default())?;
    let work = Analysis { services, call, request, folder: open_folder(services, call, &request.path)? };
    let turn = Turn::take(&services.checks.running)?;
    work.step(1)?;
    let tree = work.tree()?;
    work.step(2)?;
    let mut results = AnalysisResults {
        depth: request.depth,
        description: describe(&tree),
        gates: Vec::new(),
        findings: None,
        coverage: Vec::new(),
        complexity: None,
        missing: Vec::new(),
        unknown: Vec::new(),
        not_run: Vec::new(),
    };
    if request.depth >= AnalysisDepth::Standard {
        work.look_at_gates(&tree, &mut results)?;
        // The check takes a turn of its own.
        drop(turn);
        work.look_for_findings(&mut results)?;
    }
    results.coverage = measure::coverage(&work.folder, &mut results.unknown);
    if request.depth == AnalysisDepth::Deep {
        work.look_at_history(&mut results)?;
        work.count_complexity(&tree, &mut results)?;
    } else {
        results.unknown.push(only_deep());
    }
    Ok(work.report(&tree, results, began))
}

/// One analysis.
struct Analysis<'a> {
    services: &'a Services,
    call: &'a Call<'a>,
    request: &'a AnalyzeRequest,
    folder: OpenFolder,
}

impl Analysis<'_> {
    /// Stops when the caller gave up.
    fn goes_on(&self) -> Result<(), Error> {
        if self.call.watch.cancelled() {
            let message = "The call was cancelled, so the analysis was not finished.";
            return Err(Error::new(ErrorKind::Cancelled, message, "Call again when you are ready."));
        }
        Ok(())
    }

    /// Tells of a step, and stops before it when the caller gave up.
    fn step(&self, number: u32) -> Result<(), Error> {
        self.goes_on()?;
        let of = match self.request.depth {
            AnalysisDepth::Quick => 2,
            AnalysisDepth::Standard => 4,
            AnalysisDepth::Deep => 6,
        };
        self.call.watch.step(Step { number, of, message: STEPS[number as usize - 1] });
        Ok(())
    }

    fn tree(&self) -> Result<SourceTree, Error> {
        SourceTree::of_folder(&self.folder.held_path(), Selection::Tracked).map_err(|error| {
            let message = format!("The folder {} cannot be read.", self.folder.path().display());
            Error::new(ErrorKind::Unavailable, message, "Look at its permissions.").on("path").because(error)
        })
    }

    fn look_at_gates(&self, tree: &SourceTree, results: &mut AnalysisResults) -> Result<(), Error> {
        self.step(3)?;
        let seen = with_flag(self.call.watch, |cancelled| scan::repository::check_unless(tree, cancelled));
        self.goes_on()?;
        let RepositorySeen { findings, gates, not_run } = seen;
        results.missing = missing::missing(&gates, &findings);
        results.unknown.extend(missing::unknown(&gates));
        results.gates = gates;
        results.not_run.extend(not_run);
        Ok(())
    }

    fn look_for_findings(&self, results: &mut AnalysisResults) -> Result<(), Error> {
        self.step(4)?;
        let kinds = vec![FindingKind::Secret, FindingKind::Vulnerability];
        let report = self.check(CheckScope::Tracked, kinds)?;
        let total = report.findings.len() as u64;
        let worst = worst(report.findings);
        results.findings = Some(FindingsSeen { summary: report.summary, worst, total });
        let known = std::mem::take(&mut results.not_run);
        results.not_run = report.not_run;
        results.not_run.extend(known);
        Ok(())
    }

    fn look_at_history(&self, results: &mut AnalysisResults) -> Result<(), Error> {
        self.step(5)?;
        let report = match self.check(CheckScope::History, vec![FindingKind::Secret]) {
            Ok(report) => report,
            Err(error) if error.kind == ErrorKind::Cancelled => return Err(error),
            Err(error) => {
                results.unknown.push(NotKnown {
                    what: "secrets in the history".to_owned(),
                    reason: error.message,
                    hint: error.hint,
                });
                return Ok(());
            }
        };
        let seen = results.findings.get_or_insert_with(|| FindingsSeen {
            summary: report.summary.clone(),
            worst: Vec::new(),
            total: 0,
        });
        let known: Vec<String> = seen.worst.iter().map(|finding| finding.fingerprint.clone()).collect();
        let past: Vec<Finding> =
            report.findings.into_iter().filter(|finding| !known.contains(&finding.fingerprint)).collect();
        past.iter().for_each(|finding| seen.summary.count(finding.severity));
        seen.summary.commits = report.summary.commits;
        seen.total += past.len() as u64;
        seen.worst.extend(past);
        seen.worst = worst(std::mem::take(&mut seen.worst));
        results.not_run.extend(report.not_run);
        Ok(())
    }

    fn count_complexity(&self, tree: &SourceTree, results: &mut AnalysisResults) -> Result<(), Error> {
        self.step(6)?;
        match measure::complexity(self.call, &self.folder, tree) {
            Ok(counted) => results.complexity = Some(counted),
            Err(unknown) => results.unknown.push(unknown),
        }
        self.goes_on()
    }

    /// A check of the same folder, whose steps are not told: this one's are.
    fn check(&self, scope: CheckScope, kinds: Vec<FindingKind>) -> Result<domain::CheckReport, Error> {
        let subject = CheckSubject::Folder { path: self.request.path.clone(), scope };
        let request = CheckRequest { kinds, ..CheckRequest::of(subject) };
        let watch = Silent(self.call.watch);
        check(self.services, &Call { caller: self.call.caller, request: self.call.request, watch: &watch }, &request)
    }

    fn report(&self, tree: &SourceTree, results: AnalysisResults, began: Instant) -> AnalysisReport {
        let (project_structure, assumptions) = structure::of(tree);
        let folder = visible(&self.folder.path().display().to_string()).into_owned();
        let of_folder = || folder.rsplit(['/', '\\']).find(|part| !part.is_empty()).unwrap_or("project").to_owned();
        let stand = results.gates.iter().filter(|gate| gate.status == GateStatus::Pass);
        let complexity_score = match &results.complexity {
            Some(counted) => Figure::Measured(counted.mean),
            None => Figure::Unknown(Unmeasured::Unknown),
        };
        AnalysisReport {
            project_name: self.request.name.clone().unwrap_or_else(of_folder),
            target_directory: folder,
            applied: false,
            project_structure,
            quality_gates: missing::quality_gates(&results.gates),
            next_steps: missing::next_steps(&results),
            assumptions,
            business_value: BusinessValue {
                cost_prevention: Unmeasured::Unknown,
                time_saved: Unmeasured::Unknown,
                quality_improvements: stand.map(|gate| gate.title.clone()).collect(),
            },
            technical_metrics: TechnicalMetrics {
                response_time: (began.elapsed().as_secs_f64() * 100_000.0).round() / 100.0,
                security_score: Unmeasured::Unknown,
                complexity_score,
            },
            analysis_results: results,
        }
    }
}

/// The worst findings, and few.
fn worst(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by_key(|finding| u8::MAX - finding.severity.rank());
    findings.truncate(WORST);
    findings
}

fn only_deep() -> NotKnown {
    NotKnown {
        what: "secrets in the history, complexity and duplication".to_owned(),
        reason: "They are looked at with the depth deep alone.".to_owned(),
        hint: "Analyse with the depth deep; it takes longer.".to_owned(),
    }
}

/// Hears of no step, and gives up with the one it stands for.
struct Silent<'a>(&'a dyn Watch);

impl Watch for Silent<'_> {
    fn step(&self, _step: Step) {}

    fn cancelled(&self) -> bool {
        self.0.cancelled()
    }
}
