//! Every blueprint that can be begun, and every version that ever could.

use std::sync::OnceLock;

use serde::Serialize;

use crate::answers::Answers;
use crate::fault::CatalogueFault;
use crate::manifest::Manifest;
use crate::plan::{Plan, PlannedFile, check_paths, hex};
use crate::render::Renderer;
use crate::shipped::Shipped;
use crate::source::{self, Sources};

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
    pub(crate) fn new(template: String, stack: String, sources: Sources) -> Result<Self, CatalogueFault> {
        let (manifest, _) = sources.read_manifest(&format!("{template}/{stack}/blueprint.toml"))?;
        let catalogue = sources.read_catalogue()?;
        let version = catalogue.get("version").and_then(toml::Value::as_str);
        let catalogue_version =
            version.ok_or_else(|| CatalogueFault::Missing("version in catalogue.toml".to_owned()))?.to_owned();
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
        let ready = Renderer::new(&self.sources, &format!("{}/{}", self.template, self.stack))?;
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

/// All blueprints of this binary.
pub struct Catalogue {
    current: Vec<Blueprint>,
    shipped: OnceLock<Vec<Shipped>>,
}

impl Catalogue {
    /// Reads the blueprints that lie in the binary.
    ///
    /// # Errors
    /// When one of them is broken.
    pub fn open() -> Result<Self, CatalogueFault> {
        let blueprints =
            source::current()?.into_iter().map(|(template, stack, sources)| Blueprint::new(template, stack, sources));
        Ok(Self { current: blueprints.collect::<Result<_, _>>()?, shipped: OnceLock::new() })
    }

    /// The blueprints that can be begun, by template and stack.
    #[must_use]
    pub fn blueprints(&self) -> &[Blueprint] {
        &self.current
    }

    /// The newest blueprint for a template and stack.
    #[must_use]
    pub fn find(&self, template: &str, stack: &str) -> Option<&Blueprint> {
        self.current.iter().find(|blueprint| blueprint.template == template && blueprint.stack == stack)
    }

    /// The stacks in which a template can be begun.
    #[must_use]
    pub fn stacks(&self, template: &str) -> Vec<&str> {
        self.current.iter().filter(|blueprint| blueprint.template == template).map(Blueprint::stack).collect()
    }

    /// The templates that can be begun.
    #[must_use]
    pub fn templates(&self) -> Vec<&str> {
        let mut templates: Vec<&str> = self.current.iter().map(Blueprint::template).collect();
        templates.dedup();
        templates
    }

    /// The date of the dependency catalogue.
    #[must_use]
    pub fn version(&self) -> &str {
        self.current.first().map_or("none", Blueprint::catalogue_version)
    }

    /// The blueprint with exactly this hash, current or of any version ever shipped.
    ///
    /// # Errors
    /// When the frozen versions cannot be read.
    pub fn by_hash(&self, hash: &str) -> Result<Option<&Blueprint>, CatalogueFault> {
        if let Some(current) = self.current.iter().find(|blueprint| blueprint.hash() == hash) {
            return Ok(Some(current));
        }
        Ok(self.shipped()?.iter().map(|shipped| &shipped.blueprint).find(|blueprint| blueprint.hash() == hash))
    }

    /// Every version ever shipped, with what it renders to.
    ///
    /// # Errors
    /// When one of them cannot be read.
    pub fn shipped(&self) -> Result<&[Shipped], CatalogueFault> {
        if let Some(ready) = self.shipped.get() {
            return Ok(ready);
        }
        let ready = source::shipped_files()
            .map(|(name, bytes)| Shipped::unpack(&name, bytes))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(self.shipped.get_or_init(|| ready))
    }
}
