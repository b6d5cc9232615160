//! The server's face to MCP: what it has, and which file answers what.

use std::sync::Arc;

use app::{LinkBase, Services};
use domain::Operation;
use rmcp::model::*;
use rmcp::service::{RequestContext, RoleServer};
use rmcp::{ErrorData, ServerHandler};

use super::blocking::Line;
use super::cache::LONG_TTL_MS;
use super::check_project::{self, CheckProject};
use super::fix_vulnerabilities::{self, FixVulnerabilities};
use super::smart_begin::{self, SmartBegin};
use super::{completion, resources, start_a_project};
use crate::auth::operations;
use crate::call::Identity;

const INSTRUCTIONS: &str = "smart-begin begins software projects that are ready for production from their first commit. \
    Call the tool smart_begin with a projectName; everything else is optional. Read smart-begin://blueprints to see what can \
    be begun. For people who do not program, the prompt start_a_project leads the conversation.";

/// Answers MCP calls with the use cases.
pub(crate) struct Handler {
    services: Arc<Services>,
    check_project: CheckProject,
    fix_vulnerabilities: FixVulnerabilities,
    smart_begin: SmartBegin,
}

impl Handler {
    /// `links`: where this process serves downloads over HTTP, if it does.
    pub(crate) fn new(services: Arc<Services>, links: Option<LinkBase>) -> Result<Self, crate::Error> {
        let smart_begin = SmartBegin::new(Arc::clone(&services), links)?;
        let check_project = CheckProject::new(Arc::clone(&services));
        let fix_vulnerabilities = FixVulnerabilities::new(Arc::clone(&services));
        Ok(Self { services, check_project, fix_vulnerabilities, smart_begin })
    }

    fn tools(&self) -> Vec<Tool> {
        vec![
            self.smart_begin.tool().clone(),
            self.check_project.tool().clone(),
            self.fix_vulnerabilities.tool().clone(),
        ]
    }

    /// Lists show what the caller may use, and nothing else; what has no row in the table is shown to nobody.
    fn usable(&self, context: &RequestContext<RoleServer>) -> Result<Usable, ErrorData> {
        let (caller, policy) = (identity(context)?.caller, self.services.policy.get());
        let may = move |operation| caller.may(&policy, operation, domain::Resource::default()).is_ok();
        Ok(Box::new(move |operation: Option<Operation>| operation.is_some_and(&may)))
    }
}

fn prompts() -> Vec<Prompt> {
    vec![start_a_project::prompt()]
}

/// Whether something that asks for an operation is of any use to the caller.
type Usable = Box<dyn Fn(Option<Operation>) -> bool>;

/// The envelope left it with the request.
fn identity(context: &RequestContext<RoleServer>) -> Result<Identity, ErrorData> {
    context
        .extensions
        .get::<Identity>()
        .cloned()
        .ok_or_else(|| ErrorData::internal_error("The caller is not known.", None))
}

fn line(context: RequestContext<RoleServer>) -> Line {
    Line { peer: context.peer, token: None, cancelled: context.ct }
}

impl ServerHandler for Handler {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder()
            .enable_tools()
            .enable_resources()
            .enable_prompts()
            .enable_completions()
            .build();
        let me = Implementation::new("smart-begin", env!("CARGO_PKG_VERSION")).with_title("Smart Begin");
        // The revision for those who ask by `initialize` for one that is not spoken here.
        ServerConfig::new(capabilities)
            .with_protocol_version(ProtocolVersion::V_2025_11_25)
            .with_server_info(me)
            .with_instructions(INSTRUCTIONS)
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        match name {
            check_project::NAME => Some(self.check_project.tool().clone()),
            fix_vulnerabilities::NAME => Some(self.fix_vulnerabilities.tool().clone()),
            smart_begin::NAME => Some(self.smart_begin.tool().clone()),
            _ => None,
        }
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let usable = self.usable(&context)?;
        let mut tools = self.tools();
        tools.retain(|tool| usable(operations::of_tool(&tool.name)));
        Ok(ListToolsResult::with_all_items(tools).with_ttl_ms(LONG_TTL_MS).with_cache_scope(CacheScope::Private))
    }

    async fn call_tool(
        &self,
        params: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let identity = identity(&context)?;
        match params.name.as_ref() {
            check_project::NAME => Ok(self.check_project.call(params, &identity, context).await.into()),
            fix_vulnerabilities::NAME => Ok(self.fix_vulnerabilities.call(params, &identity, context).await.into()),
            smart_begin::NAME => self.smart_begin.call(params, &identity, context).await,
            other => {
                let name = crate::call::for_log(other);
                let there_are: Vec<&str> = operations::TOOLS.iter().map(|(tool, _)| *tool).collect();
                let message = format!("There is no tool {name}. There are {}.", there_are.join(", "));
                Err(ErrorData::invalid_params(message, None))
            }
        }
    }

    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        let usable = self.usable(&context)?;
        Ok(resources::list(|address| usable(operations::of_resource(address))))
    }

    async fn list_resource_templates(
        &self,
        _: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        let usable = self.usable(&context)?;
        Ok(resources::templates(|address| usable(operations::of_resource(address))))
    }

    async fn read_resource(
        &self,
        params: ReadResourceRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let identity = identity(&context)?;
        resources::read(&self.services, &identity, line(context), params.uri).await
    }

    async fn list_prompts(
        &self,
        _: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        let usable = self.usable(&context)?;
        let mut prompts = prompts();
        prompts.retain(|prompt| usable(operations::of_prompt(&prompt.name)));
        Ok(ListPromptsResult::with_all_items(prompts).with_ttl_ms(LONG_TTL_MS).with_cache_scope(CacheScope::Private))
    }

    async fn get_prompt(
        &self,
        params: GetPromptRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        if params.name != start_a_project::NAME {
            let message = format!(
                "There is no prompt {}. There is {}.",
                crate::call::for_log(&params.name),
                start_a_project::NAME
            );
            return Err(ErrorData::invalid_params(message, None));
        }
        start_a_project::get(params.arguments).map(GetPromptResponse::from)
    }

    async fn complete(
        &self,
        params: CompleteRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CompleteResult, ErrorData> {
        let identity = identity(&context)?;
        completion::complete(&self.services, &identity, line(context), params).await
    }
}

#[cfg(test)]
mod tests {
    use safe_fs::Roots;

    use super::*;

    #[test]
    fn everything_that_is_offered_has_a_row_in_the_table_of_operations() {
        let folder = tempfile::tempdir().unwrap();
        let store = store::Store::open(folder.path()).unwrap();
        let services =
            Services::new(store, Roots::none(), blueprint::Catalogue::open().unwrap(), domain::Policy::default());
        let handler = Handler::new(Arc::new(services), None).unwrap();
        for tool in handler.tools() {
            assert!(operations::of_tool(&tool.name).is_some(), "the tool {} has no row in auth::operations", tool.name);
        }
        for prompt in prompts() {
            assert!(operations::of_prompt(&prompt.name).is_some(), "the prompt {} has no row", prompt.name);
        }
        let listed = |address: &str| {
            assert!(operations::RESOURCES.iter().any(|(row, _)| *row == address), "the resource {address} has no row");
            true
        };
        resources::list(listed);
        resources::templates(listed);
    }
}
