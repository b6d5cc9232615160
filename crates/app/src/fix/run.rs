//! A fix, from the files to the report.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use dependencies::upgrade::{Remedy, Upgrade, upgrades};
use domain::{NotRun, visible};
use similar::TextDiff;
use source_tree::{Selection, SourceTree};

use super::branch::{commit, leave};
use super::commands::commands;
use super::copy::Copy;
use super::gates;
use super::known::Known;
use super::manifests::{raise, text_in};
use super::outcome::{Seen, look, new_wrong, still_wrong};
use super::refresh::{Workshop, may_change};
use super::report::{FixOutcome, FixReport, FixedUpgrade, GateOutcome, UpgradeState};
use super::request::FixMode;
use super::tools::{Tools, Trouble};
use super::words::are_plain;
use crate::check::{FixAllowed, FixNetwork};
use crate::error::{Error, ErrorKind};
use crate::services::Step;

const STEPS: [&str; 6] = [
    "Reading what the project depends on",
    "Copying the last commit",
    "Making the upgrades in the copy",
    "Looking again",
    "Running the project's gates",
    "Leaving the branch",
];

/// The most of a diff that is shown.
const MOST_DIFF: usize = 64 << 10;

/// What is fixed.
pub(super) struct Work<'a> {
    /// The folder by its name.
    pub(super) folder: &'a Path,
    /// A path that leads to the very folder that was opened.
    pub(super) held: &'a Path,
    pub(super) known: &'a Known,
    pub(super) tools: &'a Tools<'a>,
    pub(super) mode: FixMode,
    /// Whether the caller may run anything.
    pub(super) execute: bool,
    /// Today, for the branch: `20261123`.
    pub(super) day: String,
}

impl Work<'_> {
    /// Does it.
    pub(super) fn run(&self) -> Result<FixReport, Error> {
        self.step(1)?;
        let tree = SourceTree::of_folder(self.held, Selection::Tracked).map_err(|error| {
            let message = "The folder cannot be read.";
            Error::new(ErrorKind::Unavailable, message, "Look at its permissions, or name another.").because(error)
        })?;
        let seen = look(&tree, self.known);
        let mut report = self.planned(&tree, &seen);
        if self.mode == FixMode::Plan || report.outcome != FixOutcome::Planned {
            return Ok(report);
        }
        if let Err(why) = self.may_run() {
            report.not_run.push(not_run("upgrades", why, "Make them by the commands of each upgrade."));
            return Ok(report);
        }
        self.step(2)?;
        if let Err(trouble) = self.same_folder() {
            return Err(refused(&trouble));
        }
        let copy = match Copy::of(self.tools, self.folder) {
            Ok(copy) => copy,
            Err(trouble) => {
                self.still_wanted()?;
                return Err(refused(&trouble));
            }
        };
        self.note_uncommitted(&tree, &copy, &mut report);
        match self.in_copy(&copy, &mut report)? {
            Ok(()) => {}
            Err(Trouble(why)) => {
                self.still_wanted()?;
                fail(&mut report, &why);
            }
        }
        report.not_enforced = self.tools.not_enforced();
        Ok(report)
    }

    /// Whether the name still leads to the folder that was opened: it may have been swapped for a link since.
    fn same_folder(&self) -> Result<(), Trouble> {
        #[cfg(unix)]
        let of = |path: &Path| {
            use std::os::unix::fs::MetadataExt as _;
            std::fs::metadata(path).map(|about| (about.dev(), about.ino())).ok()
        };
        #[cfg(not(unix))]
        let of = |path: &Path| path.canonicalize().ok();
        let (held, named) = (of(self.held), of(self.folder));
        if held.is_some() && held == named {
            return Ok(());
        }
        Err(Trouble("the folder was moved or replaced while it was looked at".to_owned()))
    }

    /// What would be done, of the files as they are.
    fn planned(&self, tree: &SourceTree, seen: &Seen) -> FixReport {
        let plan = self.known.with(|known| upgrades(&seen.dependencies, &seen.relations, known));
        let mut report = FixReport {
            project: None,
            folder: visible(&self.folder.display().to_string()).into_owned(),
            outcome: outcome_of(&plan, seen),
            upgrades: plan.into_iter().map(planned).collect(),
            diff: String::new(),
            gates: Vec::new(),
            branch: None,
            commit: None,
            before: seen.wrong.len() as u64,
            after: None,
            not_run: seen.not_run.clone(),
            not_enforced: Vec::new(),
            next: Vec::new(),
        };
        report.diff = self.known.with(|known| {
            let mut texts = std::collections::BTreeMap::new();
            for one in &report.upgrades {
                let now = |name: &str| {
                    texts
                        .get(name)
                        .map_or_else(|| text_in(tree, name), |(_, after): &(String, String)| Some(after.clone()))
                };
                let changes = raise(tree, &one.upgrade, known, &now);
                for change in changes {
                    texts.entry(change.file).or_insert((change.before, String::new())).1 = change.after;
                }
            }
            diff(texts.iter().map(|(name, (before, after))| (name.as_str(), before.as_str(), after.as_str())))
        });
        report.next = next(&report);
        report
    }

    fn may_run(&self) -> Result<(), &'static str> {
        if self.tools.settings.allowed < FixAllowed::Refresh {
            return Err("the operator lets fixes be planned only (checks.fix)");
        }
        if !self.execute {
            return Err("it takes the permission \"execute\", which this caller does not have here");
        }
        Ok(())
    }

    /// Makes the upgrades in the copy. A trouble is one of the project's; an error is the caller's wish to stop.
    fn in_copy(&self, copy: &Copy, report: &mut FixReport) -> Result<Result<(), Trouble>, Error> {
        self.step(3)?;
        let tree = match copy.tree() {
            Ok(tree) => tree,
            Err(trouble) => return Ok(Err(trouble)),
        };
        let before = look(&tree, self.known);
        let plan = self.known.with(|known| upgrades(&before.dependencies, &before.relations, known));
        report.before = before.wrong.len() as u64;
        report.upgrades = plan.into_iter().map(planned).collect();
        // The tree reads its files when it is asked: after the upgrades it has them as they are then.
        let names: Vec<String> =
            tree.files().iter().map(|file| file.name.clone()).filter(|name| may_change(name)).collect();
        let texts = copy.snapshot(&names);
        let network = self.tools.settings.network >= FixNetwork::Refresh;
        self.known.with(|known| {
            let shop = Workshop { tools: self.tools, copy, tree: &tree, known, network };
            for one in report.upgrades.iter_mut().filter(|one| one.state == UpgradeState::Planned) {
                self.still_wanted()?;
                if let Err(Trouble(why)) = shop.make(&one.upgrade) {
                    (one.state, one.why) = (UpgradeState::NotFixed, Some(why));
                }
            }
            self.step(4)?;
            let files = match self.look_again(copy, &before, report) {
                Ok(files) => files,
                Err(trouble) => return Ok(Err(trouble)),
            };
            self.finish(shop, &files, &texts, report)
        })
    }

    /// Says of each upgrade what came of it, as it is seen now; the files that changed.
    fn look_again(&self, copy: &Copy, before: &Seen, report: &mut FixReport) -> Result<Vec<String>, Trouble> {
        let changed = copy.changed(self.tools)?;
        let foreign: Vec<&str> = changed.iter().map(String::as_str).filter(|name| !may_change(name)).collect();
        if !foreign.is_empty() {
            return Err(Trouble(format!("a tool changed what is no manifest or lockfile: {}", foreign.join(", "))));
        }
        let after = look(&copy.tree()?, self.known);
        report.after = Some(after.wrong.len() as u64);
        let new = new_wrong(&before.wrong, &after.wrong);
        if !new.is_empty() {
            return Err(Trouble(format!("with the upgrades there would be new vulnerabilities: {}", new.join(", "))));
        }
        for one in report.upgrades.iter_mut().filter(|one| one.state == UpgradeState::Planned) {
            let still = still_wrong(&one.upgrade, &after.wrong);
            if still.is_empty() {
                one.state = UpgradeState::Fixed;
            } else {
                one.state = UpgradeState::NotFixed;
                one.why = Some(format!("it was made, and {} is still there when looked at again", still.join(", ")));
            }
        }
        Ok(changed.into_iter().collect())
    }

    /// Runs the gates and leaves the branch. The commit is taken before any code of the project runs.
    fn finish(
        &self,
        shop: Workshop<'_>,
        files: &[String],
        before: &BTreeMap<String, Option<String>>,
        report: &mut FixReport,
    ) -> Result<Result<(), Trouble>, Error> {
        let copy = shop.copy;
        let texts: Vec<_> = files
            .iter()
            .map(|name| {
                (
                    name.as_str(),
                    before.get(name).cloned().flatten().unwrap_or_default(),
                    copy.read(name).unwrap_or_default(),
                )
            })
            .collect();
        report.diff = diff(texts.iter().map(|(name, before, after)| (*name, before.as_str(), after.as_str())));
        let fixed: BTreeSet<&str> = report
            .upgrades
            .iter()
            .filter(|one| one.state == UpgradeState::Fixed)
            .map(|one| one.upgrade.package.as_str())
            .collect();
        if fixed.is_empty() || files.is_empty() {
            return Ok(Err(Trouble("none of the upgrades could be made".to_owned())));
        }
        let made = match commit(self.tools, copy, files, &message(report), &self.day) {
            Ok(made) => made,
            Err(trouble) => return Ok(Err(trouble)),
        };
        self.step(5)?;
        if let Err(trouble) = self.gates(shop, report) {
            return Ok(Err(trouble));
        }
        self.step(6)?;
        report.outcome = FixOutcome::Fixed;
        if self.mode == FixMode::Apply {
            match self.same_folder().and_then(|()| leave(self.tools, self.folder, made)) {
                Ok((branch, id)) => (report.branch, report.commit) = (Some(branch), Some(id)),
                Err(trouble) => return Ok(Err(trouble)),
            }
        }
        report.next = next(report);
        Ok(Ok(()))
    }

    fn gates(&self, shop: Workshop<'_>, report: &mut FixReport) -> Result<(), Trouble> {
        let gates = gates::of(shop.copy);
        let hint = "Run the project's tests on the branch before you merge it.";
        if self.tools.settings.allowed < FixAllowed::Gates {
            report.not_run.push(not_run("gates", "the operator lets no code of projects run (checks.fix)", hint));
            return Ok(());
        }
        if gates.is_empty() {
            report.not_run.push(not_run(
                "gates",
                "the project has none that is known: no `make check`, no tests",
                hint,
            ));
            return Ok(());
        }
        report.gates = gates::run(shop, &gates)?;
        match report.gates.iter().find(|gate| gate.outcome == GateOutcome::Failed) {
            Some(failed) => Err(Trouble(format!("the gate `{}` fails with the upgrades", failed.command))),
            None => Ok(()),
        }
    }

    fn note_uncommitted(&self, tree: &SourceTree, copy: &Copy, report: &mut FixReport) {
        let names = tree.files().iter().map(|file| file.name.as_str()).filter(|name| may_change(name));
        let differ: Vec<&str> = names.filter(|name| text_in(tree, name) != copy.read(name)).collect();
        if !differ.is_empty() {
            let reason =
                format!("{} changed since the last commit, and the fix is made of that commit", differ.join(", "));
            report.not_run.push(not_run(
                "uncommitted changes",
                &reason,
                "Commit them and run it again to have them looked at.",
            ));
        }
    }

    fn step(&self, number: u32) -> Result<(), Error> {
        self.still_wanted()?;
        self.tools.watch.step(Step { number, of: STEPS.len() as u32, message: STEPS[number as usize - 1] });
        Ok(())
    }

    fn still_wanted(&self) -> Result<(), Error> {
        if !self.tools.watch.cancelled() {
            return Ok(());
        }
        let message = "The call was cancelled, so nothing was fixed.";
        Err(Error::new(ErrorKind::Cancelled, message, "Call again when you are ready."))
    }
}

fn refused(Trouble(why): &Trouble) -> Error {
    let hint = "Name the top folder of a git repository with at least one commit, or plan only: --dry-run.";
    Error::refused(format!("The upgrades cannot be made here: {why}."), hint)
}

fn planned(upgrade: Upgrade) -> FixedUpgrade {
    let (state, why) = match &upgrade.to {
        None => (UpgradeState::NotPossible, None),
        Some(_) if !are_plain(&upgrade) => {
            (UpgradeState::NotFixed, Some("its name or version is none that could be passed to a program".to_owned()))
        }
        Some(_) => (UpgradeState::Planned, None),
    };
    FixedUpgrade { commands: commands(&upgrade), upgrade, state, why }
}

fn outcome_of(plan: &[Upgrade], seen: &Seen) -> FixOutcome {
    match plan {
        [] if seen.unknown => FixOutcome::Unknown,
        [] => FixOutcome::NothingToFix,
        plan if plan.iter().any(|upgrade| upgrade.to.is_some()) => FixOutcome::Planned,
        _ => FixOutcome::NothingPossible,
    }
}

fn fail(report: &mut FixReport, why: &str) {
    report.outcome = FixOutcome::Failed;
    (report.branch, report.commit) = (None, None);
    for one in report.upgrades.iter_mut().filter(|one| one.state != UpgradeState::NotPossible) {
        one.state = UpgradeState::NotFixed;
        one.why.get_or_insert_with(|| why.to_owned());
    }
    report.next = vec![format!("Nothing was changed: {why}.")];
    report.next.extend(next(report));
}

fn next(report: &FixReport) -> Vec<String> {
    let mut next = Vec::new();
    if let Some(branch) = &report.branch {
        next.push(format!("Look at the branch, then merge it yourself: git diff HEAD...{branch}; git merge {branch}"));
    }
    for one in &report.upgrades {
        for left in &one.upgrade.left {
            let (package, advisory) = (&one.upgrade.package, &left.advisory);
            next.push(match &left.remedy {
                Remedy::NeedsMajor(version) => format!(
                    "{package} needs a major step to {version} for {advisory}, which may break what uses it: read its changelog, then raise it by hand."
                ),
                Remedy::NoneKnown => format!(
                    "No version of {package} is known to mend {advisory}: replace the package, or accept the risk for a time."
                ),
            });
        }
    }
    next.into_iter().map(|line| visible(&line).into_owned()).collect()
}

fn message(report: &FixReport) -> String {
    let fixed = || report.upgrades.iter().filter(|one| one.state == UpgradeState::Fixed).map(|one| &one.upgrade);
    let line = |one: &Upgrade| {
        format!(
            "- {} {} -> {}: clears {}",
            one.package,
            one.from,
            one.to.as_deref().unwrap_or_default(),
            one.clears.join(", ")
        )
    };
    let lines: Vec<String> = fixed().map(line).collect();
    format!("Upgrade packages with known vulnerabilities\n\n{}\n\nMade by smart-begin fix.\n", lines.join("\n"))
}

fn diff<'a>(texts: impl Iterator<Item = (&'a str, &'a str, &'a str)>) -> String {
    let mut all = String::new();
    for (name, before, after) in texts {
        let diff = TextDiff::configure().timeout(std::time::Duration::from_secs(5)).diff_lines(before, after);
        let diff = diff.unified_diff().header(&format!("a/{name}"), &format!("b/{name}")).to_string();
        all.push_str(&diff);
    }
    let shown = visible_lines(&all);
    if shown.len() <= MOST_DIFF {
        return shown;
    }
    let end = shown[..shown.floor_char_boundary(MOST_DIFF)].rfind('\n').map_or(0, |at| at + 1);
    format!("{}… {} more lines\n", &shown[..end], shown[end..].lines().count())
}

fn visible_lines(text: &str) -> String {
    text.split_inclusive('\n')
        .map(|line| match line.strip_suffix('\n') {
            Some(line) => format!("{}\n", visible(line)),
            None => visible(line).into_owned(),
        })
        .collect()
}

fn not_run(check: &str, reason: &str, hint: &str) -> NotRun {
    NotRun { check: check.to_owned(), file: None, reason: reason.to_owned(), hint: hint.to_owned() }
}
