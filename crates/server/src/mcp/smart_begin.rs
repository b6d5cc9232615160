//! The tool `smart_begin`: decodes the arguments, asks what is open, runs the use case, encodes its report.

use std::sync::{Arc, OnceLock};

use app::{AnalysisReport, BeginReport, BeginRequest, Error, ErrorKind, LinkBase, Mode, Services};
use rmcp::ErrorData;
use rmcp::model::*;
use rmcp::service::{RequestContext, RoleServer};
use serde_json::Value;

use super::arguments::{decode, without_nulls};
use super::blocking::{self, Line};
use super::questions::{Asked, Outcome, Questions};
use super::{schema, summary};
use crate::call::Identity;
use crate::fault;

/// The tool's name.
pub(crate) const NAME: &str = "smart_begin";

const TITLE: &str = "Begin a software project";
const DESCRIPTION: &str = "Begins a real software project that is ready for production from its first commit: source code \
    with tests, quality gates, a CI pipeline, container files and documents, in a git repository. Writes it to a new folder \
    (or hands it over as an archive). Only `projectName` is needed; everything left out gets a sensible default that the \
    answer lists under `assumptions`. To look before anything is written, call with `apply: false`, then again with the \
    `planHash` of that answer. With `mode` `analyze-existing` and `existingProjectPath` it looks at a project that exists and \
    writes nothing: what it is, which gates stand, what the scanners find, what is missing and how much work that is.";

/// Arguments whose values the catalogue lists.
const LISTED: [&str; 6] = ["stack", "projectTemplate", "role", "qualityLevel", "targetUsers", "license"];

/// The tool with what it needs. Its schemas are made when somebody asks: a program start waits for none that is not read.
pub(crate) struct SmartBegin {
    services: Arc<Services>,
    links: Option<LinkBase>,
    questions: Questions,
    input: OnceLock<Arc<JsonObject>>,
    tool: OnceLock<Tool>,
}

impl SmartBegin {
    pub(crate) fn new(services: Arc<Services>, links: Option<LinkBase>) -> Result<Self, crate::Error> {
        Ok(Self { services, links, questions: Questions::new()?, input: OnceLock::new(), tool: OnceLock::new() })
    }

    /// How clients see the tool.
    pub(crate) fn tool(&self) -> &Tool {
        self.tool.get_or_init(|| {
            let hints = ToolAnnotations::with_title(TITLE);
            let hints = hints.read_only(false).destructive(false).idempotent(false).open_world(false);
            Tool::new(NAME, DESCRIPTION, Arc::clone(self.input()))
                .with_title(TITLE)
                .with_raw_output_schema(Arc::new(schema::of_either::<BeginReport, AnalysisReport>()))
                .with_annotations(hints)
        })
    }

    /// The schema of the arguments.
    fn input(&self) -> &Arc<JsonObject> {
        self.input.get_or_init(|| {
            let mut input = schema::of_input::<BeginRequest>();
            for name in LISTED {
                schema::set_choices(&mut input, name, app::complete_argument(&self.services, name, ""));
            }
            Arc::new(input)
        })
    }

    /// One call.
    pub(crate) async fn call(
        &self,
        params: CallToolRequestParams,
        identity: &Identity,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let arguments = without_nulls(params.arguments.unwrap_or_default());
        let first: BeginRequest = match decode(self.input(), &arguments) {
            Ok(request) => request,
            Err(bad) => return Ok(fault::tool_result(&bad.error, bad.field.as_deref(), &identity.request).into()),
        };
        if first.mode == Mode::AnalyzeExisting {
            return Ok(self.analyze(first, identity, context).await.into());
        }
        let asked = Asked { tool: NAME, arguments, state: params.request_state, responses: params.input_responses };
        let open = || app::open_questions(&self.services, &first);
        let properties = self.input().get("properties").unwrap_or(&Value::Null);
        match self.questions.settle(asked, open, properties, identity, &context).await? {
            Outcome::Ask(result) => Ok((*result).into()),
            Outcome::Cancelled => Ok(fault::tool_result(&given_up(), None, &identity.request).into()),
            Outcome::Go(arguments) => Ok(self.begin(&arguments, identity, context).await.into()),
        }
    }

    async fn analyze(
        &self,
        request: BeginRequest,
        identity: &Identity,
        context: RequestContext<RoleServer>,
    ) -> CallToolResult {
        let line = Line { token: context.meta.get_progress_token(), peer: context.peer, cancelled: context.ct };
        let work = move |services: &Services, call: &app::Call<'_>| app::analyze_existing(services, call, &request);
        let analysed = blocking::run(&self.services, identity, line, work).await;
        analysed
            .and_then(|report| encode_analysis(&report))
            .unwrap_or_else(|error| fault::tool_result(&error, None, &identity.request))
    }

    async fn begin(
        &self,
        arguments: &JsonObject,
        identity: &Identity,
        context: RequestContext<RoleServer>,
    ) -> CallToolResult {
        let request: BeginRequest = match decode(self.input(), arguments) {
            Ok(request) => request,
            Err(bad) => return fault::tool_result(&bad.error, bad.field.as_deref(), &identity.request),
        };
        let line = Line { token: context.meta.get_progress_token(), peer: context.peer, cancelled: context.ct };
        let links = self.links.clone();
        let work = move |services: &Services, call: &app::Call<'_>| {
            app::begin_project(services, call, request, links.as_ref())
        };
        let made = blocking::run(&self.services, identity, line, work).await;
        made.and_then(|report| encode(&report))
            .unwrap_or_else(|error| fault::tool_result(&error, None, &identity.request))
    }
}

fn given_up() -> Error {
    Error::new(
        ErrorKind::Cancelled,
        "You stopped, so nothing was begun and nothing was written.",
        "Call again when you are ready.",
    )
}

fn encode(report: &BeginReport) -> Result<CallToolResult, Error> {
    let structured = serde_json::to_value(report).map_err(Error::internal)?;
    let mut content = vec![ContentBlock::text(summary::of(report))];
    let files = report.archive.iter().flat_map(|archive| &archive.files);
    content.extend(files.map(|uri| ContentBlock::resource_link(Resource::new(uri, file_name(uri)))));
    let mut result = CallToolResult::success(content);
    result.structured_content = Some(structured);
    Ok(result)
}

fn encode_analysis(report: &AnalysisReport) -> Result<CallToolResult, Error> {
    let structured = serde_json::to_value(report).map_err(Error::internal)?;
    let mut result = CallToolResult::success(vec![ContentBlock::text(summary::of_analysis(report))]);
    result.structured_content = Some(structured);
    Ok(result)
}

/// The path within the project, from `smart-begin://projects/{id}/files/{path}`.
fn file_name(uri: &str) -> &str {
    uri.split_once("/files/").map_or(uri, |(_, path)| path)
}
