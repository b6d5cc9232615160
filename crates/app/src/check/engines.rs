//! Other scanners that look beside the embedded one.

use dependencies::advisories::archives;
use domain::{CheckReport, Face, FindingKind};
use scan::engines::{Engine, EngineSettings, Material, compare, join, run};
use source_tree::SourceTree;

use super::request::CheckRequest;
use super::subject::Opened;
use super::watch::with_flag;
use crate::error::Error;
use crate::services::{Call, Services};

/// The engines that were asked for.
///
/// # Errors
/// One has no such name, or the operator does not let clients use it.
pub(super) fn wanted(services: &Services, call: &Call<'_>, request: &CheckRequest) -> Result<Vec<Engine>, Error> {
    let mut engines = Vec::new();
    for name in &request.engines {
        let engine: Engine = name.parse().map_err(|_| {
            let names: Vec<&str> = Engine::ALL.iter().map(|engine| engine.name()).collect();
            Error::invalid("engines", "There is no scanner of that name.", format!("Name one of {}.", names.join(", ")))
        })?;
        // The one at the command line may run any program of this machine anyway.
        if call.caller.face != Face::Cli && !services.checks.engines.contains_key(engine.name()) {
            let message = format!("The operator of this server does not let {engine} be used.");
            let hint = format!("Leave it out, or have the operator set checks.engines.{engine}.");
            return Err(Error::refused(message, hint).on("engines"));
        }
        if !engines.contains(&engine) {
            engines.push(engine);
        }
    }
    Ok(engines)
}

/// Lets them look, and joins what they saw with what is in the report.
pub(super) fn look(
    services: &Services,
    call: &Call<'_>,
    (request, engines): (&CheckRequest, &[Engine]),
    opened: &Opened<'_>,
    tree: &SourceTree,
    report: &mut CheckReport,
) -> Result<(), Error> {
    let advisories = services.checks.advisories.as_deref().map(archives);
    let looked_for = |kind: FindingKind| request.wants(kind);
    for engine in engines.iter().copied().filter(|engine| looked_for(engine.kind())) {
        let fallback = || EngineSettings { search: std::env::var_os("PATH"), ..EngineSettings::default() };
        let mut settings = services.checks.engines.get(engine.name()).cloned().unwrap_or_else(fallback);
        settings.cache = services.checks.engine_cache.clone();
        let material = Material {
            tree,
            scanner: services.checks.scanner()?,
            folder: opened.folder.as_ref().map(safe_fs::OpenFolder::path),
            advisories: advisories.as_deref(),
        };
        let seen = with_flag(call.watch, |cancelled| run(engine, &settings, material, cancelled));
        join(&mut report.findings, seen.findings);
        report.not_run.extend(seen.not_run);
    }
    if request.compare {
        report.comparison = Some(compare(&report.findings, engines));
    }
    Ok(())
}
