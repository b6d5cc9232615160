//! Resources: the blueprints, and the caller's projects with their files and a report to read.

use std::sync::Arc;

use app::{Error, ErrorKind, ProjectDetails, Services};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use rmcp::ErrorData;
use rmcp::model::*;
use serde::Serialize;

use super::blocking::{self, Line};
use super::cache::LONG_TTL_MS;
use crate::call::Identity;
use crate::fault;

const SCHEME: &str = "smart-begin://";
const JSON: &str = "application/json";
const MARKDOWN: &str = "text/markdown";

/// What can be read, by its address.
#[derive(Debug, PartialEq)]
enum Address {
    Blueprints,
    Projects,
    Project(String),
    Report(String),
    File(String, String),
}

fn parse(uri: &str) -> Option<Address> {
    let mut parts = uri.strip_prefix(SCHEME)?.splitn(4, '/');
    let decoded = |part: &str| percent_decode_str(part).decode_utf8().ok().map(|text| text.into_owned());
    match (parts.next()?, parts.next(), parts.next(), parts.next()) {
        ("blueprints", None, None, None) => Some(Address::Blueprints),
        ("projects", None, None, None) => Some(Address::Projects),
        ("projects", Some(id), None, None) => Some(Address::Project(decoded(id)?)),
        ("projects", Some(id), Some("report"), None) => Some(Address::Report(decoded(id)?)),
        ("projects", Some(id), Some("files"), Some(path)) => Some(Address::File(decoded(id)?, decoded(path)?)),
        _ => None,
    }
}

/// The resources with a fixed address that are `usable`.
pub(crate) fn list(usable: impl Fn(&str) -> bool) -> ListResourcesResult {
    let resource = |path: &str, title: &str, description: &str| {
        Resource::new(format!("{SCHEME}{path}"), path)
            .with_title(title)
            .with_description(description)
            .with_mime_type(JSON)
    };
    let mut resources = vec![
        resource(
            "blueprints",
            "Blueprints",
            "Every kind of project that can be begun: template, stack, version, quality gates.",
        ),
        resource("projects", "Projects", "The projects you began, newest first."),
    ];
    resources.retain(|resource| usable(&resource.uri));
    ListResourcesResult::with_all_items(resources).with_ttl_ms(LONG_TTL_MS).with_cache_scope(CacheScope::Private)
}

/// The addresses with a gap to fill in that are `usable`.
pub(crate) fn templates(usable: impl Fn(&str) -> bool) -> ListResourceTemplatesResult {
    let template = |path: &str, name: &str, title: &str, description: &str| {
        ResourceTemplate::new(format!("{SCHEME}projects/{{id}}{path}"), name)
            .with_title(title)
            .with_description(description)
    };
    let mut templates = vec![
        template("", "project", "A project", "One project with its answers and its history.").with_mime_type(JSON),
        template("/report", "project-report", "A project's report", "The same, written for people.")
            .with_mime_type(MARKDOWN),
        template("/files/{+path}", "project-file", "A file of a project", "One file, by its path within the project."),
    ];
    templates.retain(|template| usable(&template.uri_template));
    ListResourceTemplatesResult::with_all_items(templates)
        .with_ttl_ms(LONG_TTL_MS)
        .with_cache_scope(CacheScope::Private)
}

/// Reads the resource at `uri`.
pub(crate) async fn read(
    services: &Arc<Services>,
    identity: &Identity,
    line: Line,
    uri: String,
) -> Result<ReadResourceResponse, ErrorData> {
    let Some(address) = parse(&uri) else {
        let error = Error::new(
            ErrorKind::NotFound,
            "There is no resource at this address.",
            "List the resources and templates.",
        );
        return Err(fault::error_data(&error, ("uri", &uri), &identity.request));
    };
    // The blueprints are part of the program and the same for everybody; the rest is the caller's own, and changes.
    let (ttl, scope) = match address {
        Address::Blueprints => (LONG_TTL_MS, CacheScope::Public),
        _ => (0, CacheScope::Private),
    };
    let about = uri.clone();
    let work = move |services: &Services, call: &app::Call<'_>| contents(services, call, &address, &uri);
    let contents = blocking::run(services, identity, line, work).await;
    contents
        .map(|contents| ReadResourceResult::new(vec![contents]).with_ttl_ms(ttl).with_cache_scope(scope).into())
        .map_err(|error| fault::error_data(&error, ("uri", &about), &identity.request))
}

fn contents(
    services: &Services,
    call: &app::Call<'_>,
    address: &Address,
    uri: &str,
) -> Result<ResourceContents, Error> {
    match address {
        Address::Blueprints => json(&app::list_blueprints(services, call)?, uri),
        Address::Projects => json(&app::list_projects(services, call, None, None)?, uri),
        Address::Project(id) => json(&app::show_project(services, call, id)?, uri),
        Address::Report(id) => {
            let report = report(&app::show_project(services, call, id)?);
            Ok(ResourceContents::text(report, uri).with_mime_type(MARKDOWN))
        }
        Address::File(id, path) => {
            let file = app::read_project_file(services, call, id, path)?;
            let contents = match String::from_utf8(file.bytes) {
                Ok(text) => ResourceContents::text(text, uri),
                Err(binary) => ResourceContents::blob(STANDARD.encode(binary.as_bytes()), uri),
            };
            Ok(contents.with_mime_type(file.media_type))
        }
    }
}

fn json(value: &impl Serialize, uri: &str) -> Result<ResourceContents, Error> {
    let text = serde_json::to_string(value).map_err(Error::internal)?;
    Ok(ResourceContents::text(text, uri).with_mime_type(JSON))
}

/// A project told to people.
fn report(project: &ProjectDetails) -> String {
    let summary = &project.summary;
    let mut text = format!("# {}\n\n", summary.name);
    text.push_str(&format!("- Id: {}\n- State: {}\n", summary.id, summary.state));
    let (template, stack, version) = (&summary.template, &summary.stack, &summary.blueprint_version);
    text.push_str(&format!("- Made from: {template} in {stack}, blueprint version {version}\n"));
    if let Some(folder) = &summary.target_directory {
        text.push_str(&format!("- Folder: {folder}\n"));
    }
    text.push_str(&format!("- Begun: {} by {}\n- Plan: {}\n", summary.started_at, summary.owner, summary.plan_hash));
    text.push_str("\n## What happened\n\n");
    for event in &project.events {
        let detail = event.detail.as_deref().map(|detail| format!(" ({detail})")).unwrap_or_default();
        text.push_str(&format!("- {}: {} by {}{detail}\n", event.at, event.kind, event.caller));
    }
    text.push_str("\n## Answers it was begun with\n\n");
    for (name, value) in project.answers.as_object().into_iter().flatten() {
        text.push_str(&format!("- {name}: {value}\n"));
    }
    text.push_str("\nBuild, tests and security of the project: NOT RUN here. Its README says how to run them.\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_strictly() {
        let file = |path: &str| Some(Address::File("prj_1".to_owned(), path.to_owned()));
        for (uri, expected) in [
            ("smart-begin://blueprints", Some(Address::Blueprints)),
            ("smart-begin://projects", Some(Address::Projects)),
            ("smart-begin://projects/prj_1", Some(Address::Project("prj_1".to_owned()))),
            ("smart-begin://projects/prj_1/report", Some(Address::Report("prj_1".to_owned()))),
            ("smart-begin://projects/prj_1/files/src/main.rs", file("src/main.rs")),
            ("smart-begin://projects/prj_1/files/a%20b", file("a b")),
            ("smart-begin://projects/prj_1/files", None),
            ("smart-begin://projects/prj_1/secrets/x", None),
            ("smart-begin://blueprints/x", None),
            ("smart-begin://projects/%FF", None),
            ("file:///etc/passwd", None),
            ("", None),
        ] {
            assert_eq!(parse(uri), expected, "{uri}");
        }
    }
}
