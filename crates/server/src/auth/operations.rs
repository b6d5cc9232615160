//! What each message and each route asks for: the one table. Whoever adds a tool, a resource, a prompt or a route adds a
//! row; a test walks what the server offers and fails for what has none.
//!
//! The use cases decide on their own, about the very thing that is asked for. This table is for what comes before: which
//! tools a list shows, and whether a token with other scopes would do.

use domain::Operation;

/// Tools.
pub(crate) const TOOLS: &[(&str, Operation)] = &[("smart_begin", Operation::PlanProject)];

/// Resources, and templates of resources.
pub(crate) const RESOURCES: &[(&str, Operation)] = &[
    ("smart-begin://blueprints", Operation::ListBlueprints),
    ("smart-begin://projects", Operation::ListProjects),
    ("smart-begin://projects/{id}", Operation::ReadProject),
    ("smart-begin://projects/{id}/report", Operation::ReadProject),
    ("smart-begin://projects/{id}/files/{+path}", Operation::ReadProject),
];

/// Prompts.
pub(crate) const PROMPTS: &[(&str, Operation)] = &[("start_a_project", Operation::ListBlueprints)];

/// Methods that need no more than having signed in: what they show is chosen for the caller.
pub(crate) const FREE_METHODS: &[&str] = &[
    "completion/complete",
    "initialize",
    "ping",
    "prompts/list",
    "resources/list",
    "resources/templates/list",
    "server/discover",
    "tools/list",
];

/// What `tools/call` of that tool asks for.
pub(crate) fn of_tool(name: &str) -> Option<Operation> {
    find(TOOLS, name)
}

/// What `resources/read` of that address asks for.
pub(crate) fn of_resource(address: &str) -> Option<Operation> {
    let within_projects = || address.starts_with("smart-begin://projects/").then_some(Operation::ReadProject);
    find(RESOURCES, address).or_else(within_projects)
}

/// What `prompts/get` of that prompt asks for.
pub(crate) fn of_prompt(name: &str) -> Option<Operation> {
    find(PROMPTS, name)
}

/// What a message asks for; none when it asks for nothing that needs a permission, or for nothing that is here.
pub(super) fn of_message(method: &str, target: &str) -> Option<Operation> {
    match method {
        "tools/call" => of_tool(target),
        "resources/read" => of_resource(target),
        "prompts/get" => of_prompt(target),
        _ => None,
    }
}

fn find(table: &[(&str, Operation)], name: &str) -> Option<Operation> {
    table.iter().find(|(listed, _)| *listed == name).map(|(_, operation)| *operation)
}
