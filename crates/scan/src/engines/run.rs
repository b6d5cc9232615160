//! Runs an engine on a copy of the files, and tells what it saw.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use domain::{Finding, NotRun};
use source_tree::{SourceFile, SourceTree};
use subprocess::{Command, End, Ended, Environment, Limits, Network, Program, Resources};

use super::copy::Copy;
use super::engine::Engine;
use super::hit::{Hit, Unreadable};
use super::program::{self, EngineSettings, Refusal};
use super::{betterleaks, gitleaks, kingfisher, osv_scanner, secret_finding, trufflehog};
use crate::secrets::Scanner;

/// What an engine looks at, and what its answers are held against.
#[derive(Clone, Copy, Debug)]
pub struct Material<'a> {
    /// The files.
    pub tree: &'a SourceTree,
    /// The embedded engine: it names values.
    pub scanner: &'a Scanner,
    /// The folder they lie in, where they lie in one. No program in it is run.
    pub folder: Option<&'a Path>,
    /// Advisories for osv-scanner: a folder with one for each ecosystem, each with an `all.zip`.
    pub advisories: Option<&'a Path>,
}

/// What an engine saw.
#[derive(Clone, Debug, Default)]
pub struct EngineSeen {
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// What it did not look at, and what the kernel did not enforce while it ran.
    pub not_run: Vec<NotRun>,
    /// How long it ran.
    pub took: Duration,
}

/// Runs `engine`. That it could not be run is part of the answer.
#[must_use]
pub fn run(engine: Engine, settings: &EngineSettings, material: Material<'_>, cancelled: &AtomicBool) -> EngineSeen {
    let mut seen = EngineSeen::default();
    if let Err(Refusal(reason, hint)) = attempt(engine, settings, material, cancelled, &mut seen) {
        seen.not_run.push(not_run(engine, None, reason, hint));
    }
    seen
}

fn not_run(engine: Engine, file: Option<String>, reason: String, hint: String) -> NotRun {
    NotRun { check: format!("engine {engine}"), file, reason, hint }
}

fn attempt(
    engine: Engine,
    settings: &EngineSettings,
    material: Material<'_>,
    cancelled: &AtomicBool,
    seen: &mut EngineSeen,
) -> Result<(), Refusal> {
    let program = program::find(engine, settings, material.folder)?;
    let wanted = |file: &SourceFile| engine != Engine::OsvScanner || osv_scanner::may_name_packages(file.base_name());
    let copy = Copy::of(material.tree, &wanted, cancelled).map_err(|error| no_copy(engine, &error))?;
    for (file, why) in &copy.left_out {
        let hint = "Look at the file by other means, or make it smaller".to_owned();
        seen.not_run.push(not_run(engine, Some(file.clone()), format!("it was not given to {engine}: {why}"), hint));
    }
    let session = Session { engine, settings, program, copy, cancelled };
    if engine == Engine::OsvScanner { session.vulnerabilities(material, seen) } else { session.secrets(material, seen) }
}

fn no_copy(engine: Engine, error: &std::io::Error) -> Refusal {
    let hint = "Make room in the folder for temporary files, or check fewer files".to_owned();
    Refusal(format!("the files could not be copied for {engine}: {error}"), hint)
}

struct Session<'a> {
    engine: Engine,
    settings: &'a EngineSettings,
    program: Program,
    copy: Copy,
    cancelled: &'a AtomicBool,
}

impl Session<'_> {
    fn secrets(&self, material: Material<'_>, seen: &mut EngineSeen) -> Result<(), Refusal> {
        let (arguments, found, parse) = self.manner()?;
        let cache = self.settings.cache.iter().map(|folder| (kingfisher::CACHE, folder.clone()));
        let variables: Vec<_> = cache.filter(|_| self.engine == Engine::Kingfisher).collect();
        let ended = self.start(arguments, &variables)?;
        self.keep_account(&ended, seen);
        let hits = self.answer(&ended, &[0, found], parse)?;
        for hit in hits {
            if let Some(file) = self.copy.name(&hit.file) {
                seen.findings.push(secret_finding::finding(self.engine, material.scanner, &hit, file));
            }
        }
        Ok(())
    }

    fn manner(&self) -> Result<(Vec<String>, i32, Parser), Refusal> {
        Ok(match self.engine {
            Engine::Gitleaks => {
                let config = self.own_file("gitleaks.toml", gitleaks::CONFIG)?;
                let nothing = self.copy.home();
                let arguments = gitleaks::arguments(&config.to_string_lossy(), &nothing.to_string_lossy());
                (arguments, gitleaks::FOUND, gitleaks::parse)
            }
            Engine::Betterleaks => (betterleaks::arguments(), betterleaks::FOUND, betterleaks::parse),
            Engine::Kingfisher => (kingfisher::arguments(), kingfisher::FOUND, kingfisher::parse),
            Engine::Trufflehog | Engine::OsvScanner => (trufflehog::arguments(), trufflehog::FOUND, trufflehog::parse),
        })
    }

    fn vulnerabilities(&self, material: Material<'_>, seen: &mut EngineSeen) -> Result<(), Refusal> {
        let advisories = material.advisories.ok_or_else(|| {
            let hint = "Import advisories first: smart-begin advisories update".to_owned();
            Refusal("there are no advisories for osv-scanner".to_owned(), hint)
        })?;
        let database = self.copy.folder().join("database");
        let mut lacking = osv_scanner::prepare(&database, advisories).map_err(|error| {
            let hint = "Look at whether the folder may be read, and import the advisories again".to_owned();
            Refusal(format!("the advisories could not be laid out for osv-scanner: {error}"), hint)
        })?;
        let config = self.own_file("osv-scanner.toml", "")?;
        let arguments = osv_scanner::arguments(&config.to_string_lossy());
        let variables = osv_scanner::VARIABLES.map(|name| (name, database.clone()));
        loop {
            let ended = self.start(arguments.clone(), &variables)?;
            let missing = osv_scanner::missing_ecosystems(&String::from_utf8_lossy(ended.stderr.bytes()));
            let fresh: Vec<String> = missing.into_iter().filter(|name| !lacking.contains(name)).collect();
            if fresh.is_empty() {
                return self.vulnerable(&ended, &lacking, seen);
            }
            // It gives up where one is missing, and what is there should still be looked at.
            for name in fresh {
                osv_scanner::add_empty(&database, &name).map_err(|error| no_copy(self.engine, &error))?;
                lacking.push(name);
            }
        }
    }

    fn vulnerable(&self, ended: &Ended, lacking: &[String], seen: &mut EngineSeen) -> Result<(), Refusal> {
        self.keep_account(ended, seen);
        for name in lacking {
            let reason = format!("osv-scanner has no advisories for {name}, so nothing is known of its packages");
            let hint = format!("smart-begin advisories update --ecosystem {name}");
            seen.not_run.push(not_run(self.engine, None, reason, hint));
        }
        if ended.end == End::Code(osv_scanner::NO_PACKAGES) {
            return Ok(());
        }
        let parse = |output: &[u8]| osv_scanner::parse(output, &|path| self.copy.name(path));
        seen.findings = self.answer(ended, &[0, osv_scanner::FOUND], parse)?;
        Ok(())
    }

    fn own_file(&self, name: &str, text: &str) -> Result<PathBuf, Refusal> {
        self.copy.own_file(name, text).map_err(|error| no_copy(self.engine, &error))
    }

    fn start(&self, arguments: Vec<String>, variables: &[(&str, PathBuf)]) -> Result<Ended, Refusal> {
        let hint = || format!("Run {} by itself to see what is wrong", self.engine);
        let refusal = |error: subprocess::Error| Refusal(format!("{} could not be run: {error}", self.engine), hint());
        let mut environment = Environment::empty();
        let home = self.copy.home();
        for name in ["HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"] {
            environment.set(name, home.as_os_str()).map_err(refusal)?;
        }
        for (name, value) in variables {
            environment.set(name, value.as_os_str()).map_err(refusal)?;
        }
        for (name, value) in [("LC_ALL", "C"), ("NO_COLOR", "1")] {
            environment.set(name, value).map_err(refusal)?;
        }
        let limits = Limits {
            time: self.settings.time,
            output_bytes: self.settings.output_bytes,
            resources: Resources { memory_bytes: Some(self.settings.memory_bytes), ..Resources::default() },
            network: Network::Denied,
            ..Limits::default()
        };
        let command = Command::new(self.program.clone()).arguments(arguments).environment(environment);
        let command = command.folder(self.copy.top()).limits(limits);
        command.run_while(&|| !self.cancelled.load(Ordering::Relaxed)).map_err(refusal)
    }

    /// How long it ran, and what was not enforced meanwhile.
    fn keep_account(&self, ended: &Ended, seen: &mut EngineSeen) {
        seen.took = ended.took;
        for sentence in ended.enforced.not_enforced() {
            let hint = "Run it where the kernel can enforce it, or leave the engine out".to_owned();
            seen.not_run.push(not_run(self.engine, None, format!("while {} ran: {sentence}", self.engine), hint));
        }
    }

    fn answer<T>(
        &self,
        ended: &Ended,
        good: &[i32],
        parse: impl Fn(&[u8]) -> Result<T, Unreadable>,
    ) -> Result<T, Refusal> {
        let engine = self.engine;
        match ended.end {
            End::Code(code) if good.contains(&code) => {}
            End::TimedOut => {
                let reason = format!("{engine} did not end within {} s", self.settings.time.as_secs());
                return Err(Refusal(reason, "Check fewer files, or leave the engine out".to_owned()));
            }
            // What it says of its failure may repeat a secret; it is for whoever runs it by itself.
            end => {
                return Err(Refusal(format!("{engine} failed: {end}"), format!("Run {engine} by itself to see why")));
            }
        }
        if ended.stdout.is_cut() {
            let reason = format!("{engine} printed more than {} bytes", self.settings.output_bytes);
            return Err(Refusal(reason, "Check fewer files, or mend what the other engines found first".to_owned()));
        }
        parse(ended.stdout.bytes()).map_err(|error| {
            let hint = format!("Use a version of {engine} that docs/engines.md names");
            Refusal(format!("the output of {engine} was not understood: {error}"), hint)
        })
    }
}

type Parser = fn(&[u8]) -> Result<Vec<Hit>, Unreadable>;
