//! The OpenAPI document is the truth about the routes beside MCP: what it says is served, and nothing else is.

use server::{Config, Limits, Rate};

use crate::edge::Edge;
use crate::http_client::*;

const METHODS: [&str; 8] = ["get", "head", "post", "put", "patch", "delete", "options", "trace"];

async fn start() -> Edge {
    let unbounded = Rate { per_minute: 0, burst: 0 };
    let limits = Limits { per_address: unbounded, per_caller: unbounded, ..Limits::default() };
    Edge::start(Config { limits, ..Config::default() }).await
}

#[tokio::test]
async fn every_described_method_is_served_as_described_and_no_other_is() {
    let edge = start().await;
    let answer = get(edge.main, "/openapi.json").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")));
    let document = answer.json();
    assert_eq!(document["openapi"], "3.1.0");
    let paths = document["paths"].as_object().unwrap();
    for path in ["/healthz", "/readyz", "/openapi.json", "/downloads/{token}", "/.well-known/oauth-protected-resource"]
    {
        assert!(paths.contains_key(path), "{path}");
    }
    for (path, item) in paths {
        let target = path.replace(['{', '}'], "");
        for method in METHODS {
            let head = format!("{} {target} HTTP/1.1\nhost: localhost", method.to_uppercase());
            let answer = raw(edge.main, &head, b"").await;
            let Some(operation) = item.get(method) else {
                assert_eq!(answer.status, 405, "{method} {path} is served and not described");
                let allow = answer.header("allow").unwrap_or_default();
                let all = METHODS.iter().filter(|method| item.get(**method).is_some());
                assert!(all.clone().all(|method| allow.contains(&method.to_uppercase())), "{path}: {allow}");
                continue;
            };
            let said = &operation["responses"][answer.status.to_string()];
            assert!(said.is_object(), "{method} {path} answered {}, which is not described", answer.status);
            let media = answer.header("content-type").map(|media| media.split(';').next().unwrap().to_owned());
            if method != "head" && !answer.body.is_empty() {
                assert!(said["content"][media.unwrap_or_default()].is_object(), "{method} {path}: {answer:?}");
            }
        }
    }
}

#[tokio::test]
async fn ids_are_unique_and_parameters_are_those_of_the_path() {
    let edge = start().await;
    let document = get(edge.main, "/openapi.json").await.json();
    let mut ids = std::collections::BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id.to_owned()), "{id} is there twice");
            let wanted = path.matches('{').count();
            let parameters = operation["parameters"].as_array().map_or(0, |all| {
                all.iter()
                    .filter(|one| {
                        one["in"] == "path" && path.contains(&format!("{{{}}}", one["name"].as_str().unwrap()))
                    })
                    .count()
            });
            assert_eq!(parameters, wanted, "{method} {path}");
        }
    }
}

/// A route gets into the router with `Route`, which takes a handler and its description together. This keeps others from
/// going round it.
#[test]
fn no_route_is_added_but_through_the_table() {
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![source.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let allowed = usize::from(path.ends_with("route/mod.rs"));
            let found = text.matches(".route(").count() + text.matches(".nest(").count();
            assert_eq!(found, allowed, "{}: use Route; see CONTRIBUTING.md, \"Add an HTTP route\"", path.display());
        }
    }
}
