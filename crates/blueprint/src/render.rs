//! Sources and answers become files in memory.

use std::collections::{BTreeMap, BTreeSet};

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{Environment, UndefinedBehavior};
use sha2::{Digest as _, Sha256};

use crate::answers::Answers;
use crate::encode::{FreeText, UNENCODED, add_encoders};
use crate::fault::CatalogueFault;
use crate::manifest::Manifest;
use crate::plan::PlannedFile;
use crate::source::{Bytes, Sources, strip_template, text};

/// The most that one file may render to.
const MAX_FILE_BYTES: usize = 8 * 1024 * 1024;
/// The steps a template may take, so that one with an endless loop ends.
const FUEL: u64 = 2_000_000;
/// In a source's path, stands for the package name.
const PACKAGE: &str = "__package__";
/// Where what is printed is run by the host: no free text there.
const WORKFLOWS: &str = ".github/workflows/";

/// A file that is the same in every project of the blueprint, with its digest.
struct Fixed {
    bytes: Bytes,
    sha256: [u8; 32],
}

/// A blueprint made ready: templates parsed, fixed files hashed.
pub(crate) struct Renderer {
    environment: Environment<'static>,
    fixed: BTreeMap<String, Fixed>,
    templates: Vec<String>,
    executable: BTreeSet<String>,
    manifest: Value,
    catalogue: Value,
}

impl Renderer {
    pub(crate) fn new(sources: &Sources, read: &Manifest, name: &str) -> Result<Self, CatalogueFault> {
        let mut environment = environment(name)?;
        for (part, bytes) in &sources.parts {
            add_template(&mut environment, part, bytes)?;
        }
        let (mut fixed, mut templates) = (BTreeMap::new(), Vec::new());
        for (path, bytes) in &sources.files {
            if strip_template(path).1 {
                add_template(&mut environment, path, bytes)?;
                templates.push(path.clone());
            } else {
                let sha256 = Sha256::digest(bytes).into();
                fixed.insert(path.clone(), Fixed { bytes: bytes.clone(), sha256 });
            }
        }
        let executable = read.executable.iter().cloned().collect();
        let manifest = Value::from(Serde(sources.read_own_manifest(name)?));
        let catalogue = Value::from(Serde(sources.read_catalogue()?));
        Ok(Self { environment, fixed, templates, executable, manifest, catalogue })
    }

    /// Every file for these answers but the record, in no order.
    pub(crate) fn files(&self, answers: &Answers, version: &str) -> Result<Vec<PlannedFile>, CatalogueFault> {
        let mut files = Vec::with_capacity(self.fixed.len() + self.templates.len() + 1);
        for (path, fixed) in &self.fixed {
            let path = output_path(path, answers);
            files.push(PlannedFile {
                executable: self.executable.contains(&path),
                path,
                bytes: fixed.bytes.clone(),
                sha256: fixed.sha256,
            });
        }
        let (context, workflow_context) = (self.context(answers, version, true), self.context(answers, version, false));
        for template in &self.templates {
            let path = output_path(strip_template(template).0, answers);
            let context = if path.starts_with(WORKFLOWS) { &workflow_context } else { &context };
            let text = self.render(template, context)?;
            if !text.trim().is_empty() {
                files.push(PlannedFile::new(path.clone(), text.into_bytes(), self.executable.contains(&path)));
            }
        }
        Ok(files)
    }

    fn render(&self, template: &str, context: &Value) -> Result<String, CatalogueFault> {
        let failed = |source| CatalogueFault::Template { file: template.to_owned(), source };
        let text = self.environment.get_template(template).and_then(|found| found.render(context)).map_err(failed)?;
        if text.contains(UNENCODED) {
            return Err(CatalogueFault::Unencoded(template.to_owned()));
        }
        if text.len() > MAX_FILE_BYTES {
            return Err(CatalogueFault::TooLarge { file: template.to_owned(), limit: MAX_FILE_BYTES });
        }
        Ok(text)
    }

    fn context(&self, answers: &Answers, version: &str, with_free_text: bool) -> Value {
        let list = |items: &[String]| Value::from(items.to_vec());
        let mut context: BTreeMap<&str, Value> = BTreeMap::from([
            ("name", Value::from(answers.name.slug())),
            ("package", Value::from(answers.name.package())),
            ("stack", Value::from(answers.stack.as_str())),
            ("template", Value::from(answers.template.as_str())),
            ("license", Value::from(answers.license.as_str())),
            ("year", Value::from(answers.year.map_or_else(String::new, |year| year.to_string()))),
            ("role", Value::from(answers.role.as_str())),
            ("quality", Value::from(answers.quality.as_str())),
            ("target_users", list(&answers.target_users)),
            ("audience_non_technical", Value::from(answers.audience_is_non_technical())),
            ("blueprint", Value::from(BTreeMap::from([("version", version.to_owned())]))),
            ("manifest", self.manifest.clone()),
            ("catalogue", self.catalogue.clone()),
        ]);
        if with_free_text {
            let texts =
                |items: &[String]| Value::from(items.iter().map(|item| FreeText::value(item)).collect::<Vec<_>>());
            context.extend([
                ("title", FreeText::value(answers.name.title())),
                ("description", FreeText::value(&answers.description)),
                ("author", FreeText::value(&answers.author)),
                ("owner", FreeText::value(&answers.owner)),
                ("contact", FreeText::value(&answers.contact)),
                ("goals", texts(&answers.goals)),
                ("compliance", texts(&answers.compliance)),
                ("code_owner", Value::from(answers.code_owner().unwrap_or_default())),
            ]);
        }
        Value::from(context)
    }
}

fn output_path(path: &str, answers: &Answers) -> String {
    if path.contains(PACKAGE) { path.replace(PACKAGE, answers.name.package()) } else { path.to_owned() }
}

fn environment(name: &str) -> Result<Environment<'static>, CatalogueFault> {
    let failed = |source| CatalogueFault::Template { file: name.to_owned(), source };
    let mut environment = Environment::new();
    // Delimiters that no language of the blueprints uses, so that `${{ }}` and Makefiles need no escapes.
    let syntax = SyntaxConfig::builder()
        .variable_delimiters("{=", "=}")
        .block_delimiters("{%", "%}")
        .comment_delimiters("{##", "##}")
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build()
        .map_err(failed)?;
    environment.set_syntax(syntax);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    environment.set_fuel(Some(FUEL));
    add_encoders(&mut environment);
    Ok(environment)
}

fn add_template(environment: &mut Environment<'static>, name: &str, bytes: &Bytes) -> Result<(), CatalogueFault> {
    let source = text(bytes, name)?.to_owned();
    environment
        .add_template_owned(name.to_owned(), source)
        .map_err(|source| CatalogueFault::Template { file: name.to_owned(), source })
}
