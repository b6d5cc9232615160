//! From what a provider says about somebody to who that is here: principal, roles, teams, a name to show.

use domain::{Permission, PermissionSet};
use serde_json::Value;

use super::claims::{self, Claims};
use super::invalid::Invalid;
use crate::config::{Grant, Provider};

const MAX_DISPLAY: usize = 80;

/// Somebody whom a provider knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    /// `PROVIDER:SUBJECT`.
    pub(crate) principal: String,
    /// A name to show; the principal where there is no other.
    pub(crate) display: String,
    /// Roles, each once.
    pub(crate) roles: Vec<String>,
    /// Teams, each once.
    pub(crate) teams: Vec<String>,
    /// What the scopes of the token bound it to, where they do.
    pub(crate) bound: Option<PermissionSet>,
}

impl Person {
    /// The one whom `claims` of `provider` are about. They must have been checked.
    ///
    /// # Errors
    /// When they name nobody.
    pub(crate) fn new(provider: &Provider, claims: &Claims) -> Result<Self, Invalid> {
        let principal = format!("{}:{}", provider.name, claims::subject(claims)?);
        let display = display(claims, &provider.name_claim).unwrap_or_else(|| principal.clone());
        let mut person = Self { principal, display, roles: Vec::new(), teams: Vec::new(), bound: None };
        add(&mut person.roles, &provider.default_roles);
        for grant in &provider.grants {
            if has(claims, grant) {
                add(&mut person.roles, &grant.roles);
                add(&mut person.teams, &grant.teams);
            }
        }
        person.bound = provider.scopes_bound.then(|| scopes(claims));
        Ok(person)
    }
}

/// Adds what is not there yet.
pub(super) fn add(to: &mut Vec<String>, names: &[String]) {
    for name in names {
        if !to.contains(name) {
            to.push(name.clone());
        }
    }
}

/// Whether the claim has the value: is equal to it, or is a list that holds it. Text is never taken apart: in a claim that
/// people can write into, a blank would otherwise be a way to claim a second role.
fn has(claims: &Claims, grant: &Grant) -> bool {
    let is = |value: &Value| match value {
        Value::String(text) => *text == grant.value,
        Value::Bool(flag) => flag.to_string() == grant.value,
        Value::Number(number) => number.to_string() == grant.value,
        _ => false,
    };
    match find(claims, &grant.claim) {
        Some(Value::Array(list)) => list.iter().any(is),
        Some(value) => is(value),
        None => false,
    }
}

/// The value at a path with dots. A claim whose name has dots itself (`https://example.com/roles`) is found by that name.
fn find<'a>(claims: &'a Claims, path: &str) -> Option<&'a Value> {
    if let Some(value) = claims.get(path) {
        return Some(value);
    }
    path.match_indices('.').find_map(|(at, _)| {
        let (first, rest) = (&path[..at], &path[at + 1..]);
        find(claims.get(first)?.as_object()?, rest)
    })
}

fn display(claims: &Claims, claim: &str) -> Option<String> {
    let name = find(claims, claim)?.as_str()?;
    let shown: String = name.chars().filter(|character| !claims::is_deceptive(*character)).take(MAX_DISPLAY).collect();
    let shown = shown.trim();
    (!shown.is_empty()).then(|| shown.to_owned())
}

/// The permissions that the token's scopes name. Microsoft calls the claim `scp`; some send a list.
fn scopes(claims: &Claims) -> PermissionSet {
    let named = |value: &Value| match value {
        Value::String(text) => text.split(' ').map(str::to_owned).collect(),
        Value::Array(list) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    let all = ["scope", "scp"].iter().filter_map(|name| claims.get(*name)).flat_map(named);
    all.filter_map(|scope| scope.parse::<Permission>().ok()).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;

    fn provider(grants: &[(&str, &str, &str, &str)]) -> Provider {
        let some = |name: &str| if name.is_empty() { Vec::new() } else { vec![name.to_owned()] };
        let grant = |(claim, value, role, team): &(&str, &str, &str, &str)| Grant {
            claim: (*claim).to_owned(),
            value: (*value).to_owned(),
            roles: some(role),
            teams: some(team),
        };
        Provider {
            name: "corp".to_owned(),
            issuer: "https://id.example".to_owned(),
            audiences: Vec::new(),
            algorithms: vec!["RS256".to_owned()],
            token_types: Vec::new(),
            leeway: Duration::from_secs(60),
            client: None,
            scopes_bound: false,
            scopes: Vec::new(),
            default_roles: Vec::new(),
            name_claim: "preferred_username".to_owned(),
            grants: grants.iter().map(grant).collect(),
        }
    }

    fn person(provider: &Provider, claims: Value) -> Person {
        Person::new(provider, claims.as_object().unwrap()).unwrap()
    }

    #[test]
    fn claims_give_roles_and_teams_by_exact_values() {
        let provider = provider(&[
            ("realm_access.roles", "begin-member", "member", ""),
            ("groups", "/platform", "viewer", "platform"),
            ("https://begin.example/role", "boss", "admin", ""),
            ("verified", "true", "auditor", ""),
        ]);
        let found = person(
            &provider,
            json!({ "sub": "1", "realm_access": { "roles": ["x", "begin-member"] }, "groups": "/platform",
                    "https://begin.example/role": "boss", "verified": true }),
        );
        assert_eq!(found.roles, ["member", "viewer", "admin", "auditor"]);
        assert_eq!(found.teams, ["platform"]);
        for claims in [
            json!({ "sub": "1" }),
            json!({ "sub": "1", "realm_access": "begin-member" }),
            json!({ "sub": "1", "realm_access": { "roles": ["Begin-Member", "begin-member "] } }),
            json!({ "sub": "1", "realm_access": { "roles": "x begin-member" } }),
            json!({ "sub": "1", "groups": ["/platform/sub"], "realm_access": [{ "roles": "begin-member" }] }),
            json!({ "sub": "1", "https://begin": { "example/role": "x" }, "verified": "TRUE" }),
        ] {
            assert_eq!(person(&provider, claims.clone()).roles, [""; 0], "{claims}");
        }
    }

    #[test]
    fn everybody_gets_the_default_roles_once() {
        let mut provider = provider(&[("groups", "a", "viewer", "")]);
        provider.default_roles = vec!["viewer".to_owned()];
        assert_eq!(person(&provider, json!({ "sub": "1", "groups": ["a", "a"] })).roles, ["viewer"]);
    }

    #[test]
    fn the_name_to_show_is_cleaned_and_bounded() {
        let provider = provider(&[]);
        let shown = |name: Value| person(&provider, json!({ "sub": "1", "preferred_username": name })).display;
        assert_eq!(shown(json!("ada")), "ada");
        assert_eq!(shown(json!(" a\u{202e}d\na ")), "ada");
        assert_eq!(shown(json!("x".repeat(500))).len(), MAX_DISPLAY);
        assert_eq!(shown(json!("\u{200b}")), "corp:1");
        assert_eq!(shown(json!(7)), "corp:1");
    }

    #[test]
    fn scopes_bound_only_where_the_operator_says_so() {
        let mut provider = provider(&[]);
        let claims = json!({ "sub": "1", "scope": "openid project:read", "scp": ["blueprint:read"] });
        assert_eq!(person(&provider, claims.clone()).bound, None);
        provider.scopes_bound = true;
        let expected: PermissionSet = [Permission::ReadProjects, Permission::ReadBlueprints].into_iter().collect();
        assert_eq!(person(&provider, claims).bound, Some(expected));
        assert_eq!(person(&provider, json!({ "sub": "1" })).bound, Some(PermissionSet::NONE));
    }
}
