//! What each message and each route asks for: the one table. Whoever adds a tool, a resource, a prompt or a route adds a
//! row; a test walks what the server offers and fails for what has none.
//!
//! The use cases decide on their own, about the very thing that is asked for. This table is for what comes before: which
//! tools a list shows, and whether a token with other scopes would do.

use domain::Operation;

/// Tools.
pub(crate) const TOOLS: &[(&str, Operation)] = &[
    ("check_project", Operation::CheckFiles),
    ("fix_vulnerabilities", Operation::PlanFix),
    ("smart_begin", Operation::PlanProject),
];

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

/// Routes for callers, besides that of MCP.
pub(crate) const ROUTES: &[(&str, Operation)] = &[("/downloads/{token}", Operation::DownloadArchive)];

/// What a method is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    /// Nothing that needs more than having signed in; what it shows is chosen for the caller.
    Anything,
    /// A tool.
    Tool,
    /// A resource.
    Resource,
    /// A prompt.
    Prompt,
}

/// Methods. What is not here is not served.
const METHODS: &[(&str, About)] = &[
    ("completion/complete", About::Anything),
    ("initialize", About::Anything),
    ("ping", About::Anything),
    ("prompts/get", About::Prompt),
    ("prompts/list", About::Anything),
    ("resources/list", About::Anything),
    ("resources/read", About::Resource),
    ("resources/templates/list", About::Anything),
    ("server/discover", About::Anything),
    ("tools/call", About::Tool),
    ("tools/list", About::Anything),
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

/// What a request to that path asks for; none for a path that has no row.
pub(crate) fn of_route(path: &str) -> Option<Operation> {
    let fits = |pattern: &str| match pattern.split_once('{') {
        Some((before, _)) => path.starts_with(before),
        None => path == pattern,
    };
    ROUTES.iter().find(|(pattern, _)| fits(pattern)).map(|(_, operation)| *operation)
}

/// What a message asks for; none when it asks for nothing that needs a permission, or for nothing that is here.
pub(super) fn of_message(method: &str, target: &str) -> Option<Operation> {
    match METHODS.iter().find(|(listed, _)| *listed == method)?.1 {
        About::Anything => None,
        About::Tool => of_tool(target),
        About::Resource => of_resource(target),
        About::Prompt => of_prompt(target),
    }
}

/// How a message stands in the log: by its method and the row of what it is about. What has no row may be anything that
/// somebody sent, a secret too, and is not told.
pub(crate) fn for_log(method: &str, target: &str) -> String {
    const NO_ROW: &str = "(unknown)";
    let row = |table: &[(&'static str, Operation)]| {
        table.iter().map(|(listed, _)| *listed).find(|listed| *listed == target).unwrap_or(NO_ROW)
    };
    let Some((method, about)) = METHODS.iter().find(|(listed, _)| *listed == method) else { return NO_ROW.to_owned() };
    match about {
        About::Anything => (*method).to_owned(),
        About::Tool => format!("{method} {}", row(TOOLS)),
        About::Prompt => format!("{method} {}", row(PROMPTS)),
        About::Resource => format!("{method} {}", template(target).unwrap_or(NO_ROW)),
    }
}

/// The row of a resource; the longest that fits.
fn template(address: &str) -> Option<&'static str> {
    let fits = |listed: &str| {
        let mut parts = listed.split('/').zip(address.split('/'));
        let same = parts.all(|(listed, given)| listed.starts_with('{') || listed == given);
        let (least, given) = (listed.split('/').count(), address.split('/').count());
        same && (given == least || given > least && listed.contains("{+"))
    };
    RESOURCES.iter().map(|(listed, _)| *listed).filter(|listed| fits(listed)).max_by_key(|listed| listed.len())
}

fn find(table: &[(&str, Operation)], name: &str) -> Option<Operation> {
    table.iter().find(|(listed, _)| *listed == name).map(|(_, operation)| *operation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_and_routes_are_found() {
        for (method, target, expected) in [
            ("tools/call", "smart_begin", Some(Operation::PlanProject)),
            ("tools/call", "other", None),
            ("resources/read", "smart-begin://blueprints", Some(Operation::ListBlueprints)),
            ("resources/read", "smart-begin://projects/prj_1/files/src/main.rs", Some(Operation::ReadProject)),
            ("resources/read", "file:///etc/passwd", None),
            ("prompts/get", "start_a_project", Some(Operation::ListBlueprints)),
            ("tools/list", "smart_begin", None),
            ("no/method", "smart_begin", None),
        ] {
            assert_eq!(of_message(method, target), expected, "{method} {target}");
        }
        for (method, target, told) in [
            ("tools/call", "smart_begin", "tools/call smart_begin"),
            ("tools/call", "a secret", "tools/call (unknown)"),
            ("resources/read", "smart-begin://projects/x", "resources/read smart-begin://projects/{id}"),
            ("resources/read", "smart-begin://projects/x/report", "resources/read smart-begin://projects/{id}/report"),
            (
                "resources/read",
                "smart-begin://projects/x/files/a/b",
                "resources/read smart-begin://projects/{id}/files/{+path}",
            ),
            ("resources/read", "smart-begin://projects", "resources/read smart-begin://projects"),
            ("resources/read", "https://user:secret@x", "resources/read (unknown)"),
            ("a secret", "", "(unknown)"),
        ] {
            assert_eq!(for_log(method, target), told);
        }
        assert_eq!(of_route("/downloads/abc"), Some(Operation::DownloadArchive));
        assert_eq!(of_route("/healthz"), None);
    }
}
