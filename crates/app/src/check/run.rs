//! A check, from the request to the report.

use std::time::{Duration, Instant};

use domain::{CheckReport, Finding, FindingKind, NotRun, Suppressed, visible};
use observe::{CheckCounts, CheckOutcome};
use source_tree::SourceTree;

use super::baseline::Baseline;
use super::request::CheckRequest;
use super::subject;
use super::turn::Turn;
use super::{engines, repository, secrets, suppress, vulnerabilities};
use crate::advisory_ages::advisory_ages;
use crate::error::{Error, ErrorKind};
use crate::services::{Call, Services, Step};
use crate::vulnerability::{Kept, SeenPackages, accepted, keep_check};

const STEPS: [&str; 5] = [
    "Looking for the files",
    "Looking for secrets",
    "Looking for vulnerable packages",
    "Looking at the repository",
    "Putting the report together",
];

/// Checks what the request names. Findings are no failure: they are the answer.
///
/// # Errors
/// When the caller may not, there is nothing at the path, an argument cannot be used, or the caller gave up. What could not be
/// looked at inside is told in the report.
pub fn check(services: &Services, call: &Call<'_>, request: &CheckRequest) -> Result<CheckReport, Error> {
    let began = Instant::now();
    let outcome = look(services, call, request, began);
    count(&services.checks.counts, &outcome, began.elapsed());
    outcome
}

fn count(counts: &CheckCounts, outcome: &Result<CheckReport, Error>, took: Duration) {
    let ended = match outcome {
        Ok(report) if report.summary.failed => CheckOutcome::Failed,
        Ok(_) => CheckOutcome::Passed,
        Err(_) => CheckOutcome::Error,
    };
    counts.ran(ended, took);
    for finding in outcome.iter().flat_map(|report| &report.findings) {
        counts.found(finding.kind.as_str(), finding.severity.name());
    }
}

fn look(services: &Services, call: &Call<'_>, request: &CheckRequest, began: Instant) -> Result<CheckReport, Error> {
    let mut opened = subject::open(services, call, &request.subject)?;
    let _turn = Turn::take(&services.checks.running)?;
    let engines = engines::wanted(services, call, request)?;
    let baseline = request.baseline.as_deref().map(Baseline::parse).transpose()?;
    // Before they are asked: newer ones that come meanwhile are matched later.
    let advisories = opened.project.as_ref().map(|_| advisory_ages(services)).unwrap_or_default();
    step(call, 1)?;
    let (tree, added) = opened.tree()?;
    let mut report = CheckReport::default();
    report.not_run.extend(opened.note.clone());
    report.not_run.extend(unreadable(&tree));
    report.summary.files = tree.files().len() as u64;
    report.summary.commit = opened.project.as_ref().and_then(|_| opened.commit());
    step(call, 2)?;
    if request.wants(FindingKind::Secret) {
        secrets::look(services, call, &opened, &tree, &mut report)?;
    }
    step(call, 3)?;
    let look = || vulnerabilities::look(services, call.watch, request.offline, &tree, &mut report);
    let packages = request.wants(FindingKind::Vulnerability).then(look);
    step(call, 4)?;
    if request.wants(FindingKind::Repository) {
        repository::look(call, request, &tree, &mut report);
    }
    if !engines.is_empty() || request.compare {
        engines::look(services, call, (request, &engines), &opened, &tree, &mut report)?;
    }
    step(call, 5)?;
    if let Some(added) = &added {
        let is_new = |finding: &Finding| finding.file.as_ref().is_none_or(|file| added.hold(file, finding.line));
        report.findings.retain(is_new);
        report.suppressed.retain(|suppressed| is_new(&suppressed.finding));
    }
    if let Some(baseline) = &baseline {
        suppress::known(&mut report, baseline);
    }
    let project = opened.project.take();
    if let Some((project, _)) = &project {
        let accepted = accepted(services, &project.id)?;
        suppress::by(&mut report, "accepted", |finding| accepted.covers(finding));
    }
    finish(&mut report, request.fail_on.unwrap_or(services.checks.fail_on));
    if let Some((project, draft)) = project {
        let took = began.elapsed();
        let packages = packages.as_ref().map(|packages| SeenPackages {
            dependencies: &packages.inventory.dependencies,
            online: &packages.online,
            undecided: &packages.undecided,
        });
        let (project, report, advisories) = (&project.id, &report, &advisories);
        keep_check(services, call, draft, Kept { project, report, packages, advisories, took })?;
    }
    Ok(report)
}

/// Tells of a step, and stops before it when the caller gave up.
fn step(call: &Call<'_>, number: u32) -> Result<(), Error> {
    if call.watch.cancelled() {
        let message = "The call was cancelled, so the check was not finished.";
        return Err(Error::new(ErrorKind::Cancelled, message, "Call again when you are ready."));
    }
    call.watch.step(Step { number, of: STEPS.len() as u32, message: STEPS[number as usize - 1] });
    Ok(())
}

fn unreadable(tree: &SourceTree) -> impl Iterator<Item = NotRun> + '_ {
    tree.unreadable().iter().map(|each| NotRun {
        check: "files".to_owned(),
        file: Some(each.name.clone()).filter(|name| !name.is_empty()),
        reason: format!("it cannot be read: {}", each.why),
        hint: "Look at its permissions.".to_owned(),
    })
}

/// Puts the worst first, counts, and shows what others wrote with nothing hidden.
fn finish(report: &mut CheckReport, fail_on: domain::Severity) {
    report.findings.iter_mut().for_each(show);
    report.suppressed.iter_mut().for_each(|Suppressed { finding, reason, .. }| {
        show(finding);
        reason.iter_mut().for_each(show_text);
    });
    for not_run in &mut report.not_run {
        not_run.file.iter_mut().for_each(show_text);
        show_text(&mut not_run.reason);
    }
    report.findings.sort_by(|left, right| {
        let order =
            |finding: &Finding| (u8::MAX - finding.severity.rank(), u8::MAX - finding.confidence as u8, finding.kind);
        order(left).cmp(&order(right)).then_with(|| {
            (&left.file, left.line, left.column, &left.rule).cmp(&(&right.file, right.line, right.column, &right.rule))
        })
    });
    let summary = &mut report.summary;
    report.findings.iter().for_each(|finding| summary.count(finding.severity));
    summary.suppressed = report.suppressed.len() as u64;
    summary.fail_on = Some(fail_on);
    summary.failed = report.findings.iter().any(|finding| finding.severity.reaches(fail_on));
}

fn show(finding: &mut Finding) {
    let texts = [&mut finding.rule, &mut finding.message, &mut finding.hint];
    texts.into_iter().for_each(show_text);
    let optional =
        [&mut finding.file, &mut finding.package, &mut finding.version, &mut finding.fixed, &mut finding.redacted];
    optional.into_iter().flatten().for_each(show_text);
    if let Some(commit) = &mut finding.commit {
        show_text(&mut commit.author);
    }
}

fn show_text(text: &mut String) {
    if let std::borrow::Cow::Owned(shown) = visible(text) {
        *text = shown;
    }
}
