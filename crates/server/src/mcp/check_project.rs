//! The tool `check_project`: secrets, vulnerable packages and missing safeguards, in a folder, a project or files that come along.

use std::sync::{Arc, OnceLock};

use app::{Call, CheckAnswer, CheckPart, CheckRequest, CheckScope, CheckSubject, Error, InlineFile, Services};
use domain::{FindingKind, Severity};
use rmcp::model::*;
use rmcp::service::{RequestContext, RoleServer};
use schemars::JsonSchema;
use serde::Deserialize;

use super::arguments::{decode, without_nulls};
use super::blocking::{self, Line};
use super::schema;
use crate::call::Identity;
use crate::fault;

/// The tool's name.
pub(crate) const NAME: &str = "check_project";

const TITLE: &str = "Check a project";
const DESCRIPTION: &str = "Looks for secrets in files, packages with known vulnerabilities, and safeguards that a repository \
    lacks. Give `path` (a folder beneath one that the operator opened), `projectId` (a project begun here; what is found is \
    kept), or `files` (their text). The worst findings come first, 20 at a time; `notRun` says what could not be looked at, \
    of which nothing is known. Values of secrets are never in the answer.";

/// The findings in an answer, where nobody asks for another number.
const FEW: usize = 20;

/// What a client sends. The comments become the descriptions in the schema.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Arguments {
    /// A folder beneath one that the operator opened to clients.
    #[schemars(length(min = 1, max = 4096))]
    path: Option<String>,
    /// The id of a project that was begun here.
    #[schemars(length(min = 1, max = 64))]
    project_id: Option<String>,
    /// Files with their text, where they are on no disk of this server.
    #[schemars(length(min = 1, max = 2000))]
    files: Option<Vec<File>>,
    /// What to look for: `secret`, `vulnerability`, `repository`. All of them by default.
    #[serde(default)]
    #[schemars(length(max = 3))]
    kinds: Vec<FindingKind>,
    /// Which files of the folder: `tracked` (what git tracks or would track, the default), `all`, `staged`, `history`.
    #[serde(default)]
    scope: Scope,
    /// Only what came since this commit, branch or tag.
    #[schemars(length(min = 1, max = 256))]
    since: Option<String>,
    /// Other scanners that look as well, where the operator allows them.
    #[serde(default)]
    #[schemars(length(max = 5))]
    engines: Vec<String>,
    /// Whether to tell what each engine alone saw.
    #[serde(default)]
    compare: bool,
    /// Only findings of this severity or worse.
    min_severity: Option<Severity>,
    /// How many findings to leave out from the beginning: `nextOffset` of the answer before.
    #[serde(default)]
    #[schemars(range(max = 1_000_000))]
    offset: usize,
    /// The most findings in the answer; 20 by default.
    #[schemars(range(min = 1, max = 500))]
    limit: Option<usize>,
}

/// A file that comes along.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct File {
    /// Its path in the project, for example `src/main.py`.
    #[schemars(length(min = 1, max = 1024))]
    path: String,
    /// What is in it.
    #[schemars(length(max = 1_048_576))]
    text: String,
}

#[derive(Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Scope {
    #[default]
    Tracked,
    All,
    Staged,
    History,
}

/// The tool with what it needs. Its schemas are made when somebody asks.
pub(crate) struct CheckProject {
    services: Arc<Services>,
    tool: OnceLock<Tool>,
}

impl CheckProject {
    pub(crate) fn new(services: Arc<Services>) -> Self {
        Self { services, tool: OnceLock::new() }
    }

    /// How clients see the tool. A check of a registered project is kept, so that it does not only read.
    pub(crate) fn tool(&self) -> &Tool {
        self.tool.get_or_init(|| {
            let hints = ToolAnnotations::with_title(TITLE).read_only(false).destructive(false).open_world(false);
            Tool::new(NAME, DESCRIPTION, schema::of_input::<Arguments>())
                .with_title(TITLE)
                .with_raw_output_schema(Arc::new(schema::of_output::<CheckAnswer>()))
                .with_annotations(hints)
        })
    }

    /// One call.
    pub(crate) async fn call(
        &self,
        params: CallToolRequestParams,
        identity: &Identity,
        context: RequestContext<RoleServer>,
    ) -> CallToolResult {
        let arguments = without_nulls(params.arguments.unwrap_or_default());
        let arguments: Arguments = match decode(&self.tool().input_schema, &arguments) {
            Ok(arguments) => arguments,
            Err(bad) => return fault::tool_result(&bad.error, bad.field.as_deref(), &identity.request),
        };
        let part = CheckPart {
            least: arguments.min_severity,
            offset: arguments.offset,
            limit: arguments.limit.unwrap_or(FEW),
        };
        let line = Line { token: context.meta.get_progress_token(), peer: context.peer, cancelled: context.ct };
        let work = move |services: &Services, call: &Call<'_>| {
            let request = request(arguments)?;
            app::check(services, call, &request)
        };
        let checked = blocking::run(&self.services, identity, line, work).await;
        checked
            .and_then(|report| encode(&app::part_of(report, part)))
            .unwrap_or_else(|error| fault::tool_result(&error, None, &identity.request))
    }
}

fn request(arguments: Arguments) -> Result<CheckRequest, Error> {
    let Arguments { path, project_id, files, kinds, scope, since, engines, compare, .. } = arguments;
    let scope = match (since, scope) {
        (Some(base), _) => CheckScope::Since(base),
        (None, Scope::Tracked) => CheckScope::Tracked,
        (None, Scope::All) => CheckScope::All,
        (None, Scope::Staged) => CheckScope::Staged,
        (None, Scope::History) => CheckScope::History,
    };
    let subject = match (path, project_id, files) {
        (Some(path), None, None) => CheckSubject::Folder { path, scope },
        (None, Some(id), None) => CheckSubject::Project { id },
        (None, None, Some(files)) => {
            let inline = |File { path, text }| InlineFile { path, text };
            CheckSubject::Files(files.into_iter().map(inline).collect())
        }
        _ => {
            let message = "It must say what to check: a path, a projectId or files, one of the three.";
            return Err(Error::invalid("path", message, "Give exactly one of path, projectId and files."));
        }
    };
    Ok(CheckRequest { kinds, engines, compare, ..CheckRequest::of(subject) })
}

fn encode(answer: &CheckAnswer) -> Result<CallToolResult, Error> {
    let structured = serde_json::to_value(answer).map_err(Error::internal)?;
    let mut result = CallToolResult::success(vec![ContentBlock::text(in_words(answer))]);
    result.structured_content = Some(structured);
    Ok(result)
}

/// The answer for an assistant that reads text alone.
fn in_words(answer: &CheckAnswer) -> String {
    let report = &answer.report;
    let mut text = match (answer.total, report.not_run.is_empty()) {
        (0, true) => "Nothing was found.".to_owned(),
        (0, false) => "Nothing was found in what was looked at.".to_owned(),
        (total, _) => format!("{total} findings, the worst first."),
    };
    for finding in &report.findings {
        let place = match (&finding.file, finding.line) {
            (Some(file), Some(line)) => format!(" {file}:{line}"),
            (Some(file), None) => format!(" {file}"),
            _ => String::new(),
        };
        text.push_str(&format!("\n- {} {}{place}: {}", finding.severity, finding.rule, finding.message));
        if !finding.hint.is_empty() {
            text.push_str(&format!(" To do: {}", finding.hint));
        }
    }
    if let Some(next) = answer.next_offset {
        text.push_str(&format!("\nThere are more: call again with offset {next}."));
    }
    for not_run in &report.not_run {
        let (reason, hint) = (&not_run.reason, &not_run.hint);
        text.push_str(&format!("\nNOT RUN {}: {reason} {hint}", not_run.check));
    }
    if !report.suppressed.is_empty() {
        text.push_str(&format!(
            "\n{} known findings are not counted; they are under `suppressed`.",
            report.suppressed.len()
        ));
    }
    text
}
