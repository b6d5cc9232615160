//! A blueprint: a template for one stack, in one version, and the plan it makes of answers.

use std::sync::OnceLock;

use serde::Serialize;

use crate::answers::Answers;
use crate::fault::CatalogueFault;
use crate::manifest::Manifest;
use crate::plan::{Plan, PlannedFile, check_paths, hex};
use crate::render::Renderer;
use crate::source::Sources;

/// Where a project records what it was begun with.
const RECORD: &str = ".smart-begin.toml";
const RECORD_HEAD: &str = "# What this project was begun with. smart-begin reads it to bring the project up to date; please leave it as it is.\n";
/// The form of the record; raised when its keys change.
const RECORD_FORMAT: u32 = 1;

/// A blueprint: a template for one stack, in one version.
pub struct Blueprint {
    template: String,
    stack: String,
    manifest: Manifest,
    catalogue_version: String,
    sources: Sources,
    hash: OnceLock<String>,
    renderer: OnceLock<Renderer>,
}

#[derive(Serialize)]
struct Record<'a> {
    format: u32,
    blueprint: RecordedBlueprint<'a>,
    answers: &'a Answers,
}

#[derive(Serialize)]
struct RecordedBlueprint<'a> {
    template: &'a str,
    stack: &'a str,
    version: &'a str,
    hash: &'a str,
    catalogue: &'a str,
}

impl Blueprint {
    pub(crate) fn new(
        template: String,
        stack: String,
        sources: Sources,
        catalogue_version: String,
    ) -> Result<Self, CatalogueFault> {
        let manifest = sources.read_manifest(&format!("{template}/{stack}/blueprint.toml"))?;
        Ok(Self {
            template,
            stack,
            manifest,
            catalogue_version,
            sources,
            hash: OnceLock::new(),
            renderer: OnceLock::new(),
        })
    }

    /// The kind of project.
    #[must_use]
    pub fn template(&self) -> &str {
        &self.template
    }

    /// The language and its tools.
    #[must_use]
    pub fn stack(&self) -> &str {
        &self.stack
    }

    /// Its template, stack and version, for people.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}/{} {}", self.template, self.stack, self.manifest.version)
    }

    /// What the blueprint says about itself.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The date of the dependency catalogue it was made with.
    #[must_use]
    pub fn catalogue_version(&self) -> &str {
        &self.catalogue_version
    }

    /// SHA-256 over everything it is made of, as `sha256:` and 64 hex digits.
    #[must_use]
    pub fn hash(&self) -> &str {
        self.hash.get_or_init(|| format!("sha256:{}", hex(&self.sources.hash())))
    }

    pub(crate) fn sources(&self) -> &Sources {
        &self.sources
    }

    /// The plan for `answers`: pure, no clock, no randomness, no machine.
    ///
    /// # Errors
    /// When the blueprint itself is at fault.
    pub fn plan(&self, answers: &Answers) -> Result<Plan, CatalogueFault> {
        let mut files = self.renderer()?.files(answers, &self.manifest.version)?;
        files.push(PlannedFile::new(RECORD.to_owned(), self.record(answers)?.into_bytes(), false));
        check_paths(&mut files)?;
        Ok(Plan { files })
    }

    /// The path and content by which a project on disk is told to be the one that was planned.
    #[must_use]
    pub fn record_path() -> &'static str {
        RECORD
    }

    fn renderer(&self) -> Result<&Renderer, CatalogueFault> {
        if let Some(ready) = self.renderer.get() {
            return Ok(ready);
        }
        let name = format!("{}/{}", self.template, self.stack);
        let ready = Renderer::new(&self.sources, &self.manifest, &name)?;
        Ok(self.renderer.get_or_init(|| ready))
    }

    fn record(&self, answers: &Answers) -> Result<String, CatalogueFault> {
        let blueprint = RecordedBlueprint {
            template: &self.template,
            stack: &self.stack,
            version: &self.manifest.version,
            hash: self.hash(),
            catalogue: &self.catalogue_version,
        };
        let record = Record { format: RECORD_FORMAT, blueprint, answers };
        let text = toml::to_string(&record)
            .map_err(|source| CatalogueFault::Encoding { what: "the record", source: source.into() })?;
        Ok(format!("{RECORD_HEAD}{text}"))
    }
}
