//! The tool `fix_vulnerabilities`: upgrades that clear known vulnerabilities, planned or made on a branch.

use std::sync::{Arc, OnceLock};

use app::{Call, Error, FixMode, FixOutcome, FixPart, FixReport, FixRequest, FixSubject, Services, UpgradeState};
use domain::Severity;
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
pub(crate) const NAME: &str = "fix_vulnerabilities";

const TITLE: &str = "Fix vulnerable packages";
const DESCRIPTION: &str = "Finds the smallest upgrades, without a major step, that clear packages with known vulnerabilities. \
    Give `path` (the top of a git repository beneath a folder that the operator opened) or `projectId`. By default it only \
    plans. With mode `try` it makes the upgrades in a copy, looks again and runs the project's gates; with `apply` it leaves \
    them on a new branch as well, which it never merges. The files that people work in are never touched.";

/// The packages in an answer, where nobody asks for another number.
const FEW: usize = 20;

/// What a client sends. The comments become the descriptions in the schema.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Arguments {
    /// The top folder of a git repository, beneath a folder that the operator opened to clients.
    #[schemars(length(min = 1, max = 4096))]
    path: Option<String>,
    /// The id of a project that was begun here.
    #[schemars(length(min = 1, max = 64))]
    project_id: Option<String>,
    /// How far to go: `plan` (the default: nothing is run or written), `try` (in a copy), `apply` (on a new branch).
    #[serde(default)]
    mode: Mode,
    /// Only packages with something of this severity or worse.
    min_severity: Option<Severity>,
    /// The most packages in the answer; 20 by default.
    #[schemars(range(min = 1, max = 500))]
    limit: Option<usize>,
    /// Whether to show what changes in the files.
    #[serde(default)]
    diff: bool,
}

#[derive(Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Mode {
    #[default]
    Plan,
    Try,
    Apply,
}

/// The tool with what it needs. Its schemas are made when somebody asks.
pub(crate) struct FixVulnerabilities {
    services: Arc<Services>,
    tool: OnceLock<Tool>,
}

impl FixVulnerabilities {
    pub(crate) fn new(services: Arc<Services>) -> Self {
        Self { services, tool: OnceLock::new() }
    }

    /// How clients see the tool. It may run the project's own code, and ask registries.
    pub(crate) fn tool(&self) -> &Tool {
        self.tool.get_or_init(|| {
            let hints = ToolAnnotations::with_title(TITLE).read_only(false).destructive(false).open_world(true);
            Tool::new(NAME, DESCRIPTION, schema::of_input::<Arguments>())
                .with_title(TITLE)
                .with_raw_output_schema(Arc::new(schema::of_output::<FixReport>()))
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
        let part =
            FixPart { least: arguments.min_severity, limit: arguments.limit.unwrap_or(FEW), diff: arguments.diff };
        let line = Line { token: context.meta.get_progress_token(), peer: context.peer, cancelled: context.ct };
        let work = move |services: &Services, call: &Call<'_>| app::fix_project(services, call, &request(arguments)?);
        let fixed = blocking::run(&self.services, identity, line, work).await;
        fixed
            .and_then(|report| encode(report, part))
            .unwrap_or_else(|error| fault::tool_result(&error, None, &identity.request))
    }
}

fn request(arguments: Arguments) -> Result<FixRequest, Error> {
    let subject = match (arguments.path, arguments.project_id) {
        (Some(path), None) => FixSubject::Folder { path },
        (None, Some(id)) => FixSubject::Project { id },
        _ => {
            let message = "It must say what to fix: a path or a projectId, one of the two.";
            return Err(Error::invalid("path", message, "Give exactly one of path and projectId."));
        }
    };
    let mode = match arguments.mode {
        Mode::Plan => FixMode::Plan,
        Mode::Try => FixMode::Try,
        Mode::Apply => FixMode::Apply,
    };
    Ok(FixRequest { subject, mode })
}

fn encode(report: FixReport, part: FixPart) -> Result<CallToolResult, Error> {
    let (report, left_out) = report.part(part);
    let structured = serde_json::to_value(&report).map_err(Error::internal)?;
    let mut result = CallToolResult::success(vec![ContentBlock::text(in_words(&report, left_out))]);
    result.structured_content = Some(structured);
    Ok(result)
}

/// The answer for an assistant that reads text alone.
fn in_words(report: &FixReport, left_out: usize) -> String {
    let mut lines = vec![match report.outcome {
        FixOutcome::NothingToFix => "No package with a known vulnerability was found.".to_owned(),
        FixOutcome::NothingPossible => "No upgrade without a major step clears what was found.".to_owned(),
        FixOutcome::Unknown => "UNKNOWN: it could not be looked up whether packages are vulnerable.".to_owned(),
        FixOutcome::Planned => format!("{} vulnerabilities; nothing was changed yet.", report.before),
        FixOutcome::Fixed => format!(
            "Looked at again after the upgrades: {} vulnerabilities before, {} now.",
            report.before,
            report.after.map_or_else(|| "unknown".to_owned(), |after| after.to_string())
        ),
        FixOutcome::Failed => "Nothing was changed: the upgrades did not work.".to_owned(),
    }];
    for one in &report.upgrades {
        let upgrade = &one.upgrade;
        let state = match one.state {
            UpgradeState::Planned => "planned",
            UpgradeState::Fixed => "fixed",
            UpgradeState::NotFixed => "NOT FIXED",
            UpgradeState::NotPossible => "no upgrade on this major line",
        };
        let to = upgrade.to.as_ref().map(|to| format!(" -> {to}")).unwrap_or_default();
        lines.push(format!("- {} {} {}{to}: {state}", upgrade.severity, upgrade.package, upgrade.from));
        lines.extend(one.why.iter().map(|why| format!("  why: {why}")));
        lines.extend(one.commands.iter().map(|command| format!("  by hand: {command}")));
    }
    if left_out > 0 {
        lines.push(format!("{left_out} more packages were left out; raise limit to see them."));
    }
    lines.extend(report.branch.iter().map(|branch| format!("Branch: {branch}")));
    lines.extend(report.next.iter().map(|next| format!("To do: {next}")));
    lines.extend(report.not_run.iter().map(|one| format!("NOT RUN {}: {} {}", one.check, one.reason, one.hint)));
    lines.extend(report.not_enforced.iter().cloned());
    if !report.diff.is_empty() {
        lines.push(report.diff.clone());
    }
    lines.join("\n")
}
