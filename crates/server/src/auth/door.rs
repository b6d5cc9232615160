//! Whether a token with other scopes would do. Asked before a message reaches its handler, so that a client can be told
//! in the form that it understands, and step up. The use cases decide again, and alone about the very thing.

use std::borrow::Cow;

use domain::{Caller, Operation, Ownership, Permission, PermissionSet};
use serde::Deserialize;

use super::challenge::Refusal;
use super::operations;

/// What the roles of a caller allow whose token allows less. Left with the request beside the `Caller`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ByRole(pub(super) PermissionSet);

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    method: Cow<'a, str>,
    #[serde(borrow)]
    params: Option<Target<'a>>,
}

#[derive(Deserialize)]
struct Target<'a> {
    #[serde(borrow)]
    name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    uri: Option<Cow<'a, str>>,
}

/// Refuses a message that the caller's roles allow and the scopes do not. Anything else is let through.
pub(super) fn check_message(caller: &Caller, by_role: ByRole, message: &[u8]) -> Result<(), Refusal> {
    let Ok(message) = serde_json::from_slice::<Message<'_>>(message) else { return Ok(()) };
    let target = message.params.and_then(|params| params.name.or(params.uri)).unwrap_or_default();
    match operations::of_message(&message.method, &target) {
        Some(operation) => check(caller, by_role, operation),
        None => Ok(()),
    }
}

/// The same for an operation.
pub(super) fn check(caller: &Caller, by_role: ByRole, operation: Operation) -> Result<(), Refusal> {
    let needed = operation.needs(Ownership::Own);
    if needed.iter().any(|permission| caller.permissions.has(*permission)) {
        return Ok(());
    }
    match needed.iter().find(|permission| by_role.0.has(**permission)) {
        // What the token has already is named too: some providers give no more than was asked for last.
        Some(needed) => {
            let with: PermissionSet = [*needed].into_iter().collect();
            let all: Vec<Permission> = caller.permissions.or(with).iter().collect();
            Err(Refusal::Scope { needed: *needed, all })
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use domain::{Credential, Face, Policy};

    use super::*;

    fn caller(roles: &[&str], scopes: &[Permission]) -> (Caller, ByRole) {
        let roles = roles.iter().map(|role| (*role).to_owned()).collect();
        let credential = Credential::AccessToken("corp".to_owned());
        let mut caller = Caller::new(&Policy::default(), "corp:1", roles, Face::Http, credential);
        let by_role = ByRole(caller.permissions);
        caller.permissions = caller.permissions.and(scopes.iter().copied().collect());
        (caller, by_role)
    }

    fn refused(roles: &[&str], scopes: &[Permission], message: &str) -> Option<Vec<Permission>> {
        let (caller, by_role) = caller(roles, scopes);
        match check_message(&caller, by_role, message.as_bytes()) {
            Err(Refusal::Scope { all, .. }) => Some(all),
            Err(other) => panic!("{other:?}"),
            Ok(()) => None,
        }
    }

    const CALL: &str =
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"arguments":{},"name":"smart_begin"}}"#;

    #[test]
    fn a_scope_that_lacks_is_asked_for_with_those_that_are_there() {
        use Permission::{BeginProjects, ReadBlueprints, ReadProjects};
        assert_eq!(refused(&["member"], &[ReadBlueprints], CALL), Some(vec![ReadBlueprints, BeginProjects]));
        assert_eq!(refused(&["member"], &[BeginProjects], CALL), None);
        assert_eq!(refused(&["viewer"], &[ReadBlueprints], CALL), None, "no scope would help; the use case refuses");
        let read = r#"{"method":"resources/read","params":{"uri":"smart-begin://projects/prj_1/report"}}"#;
        assert_eq!(refused(&["member"], &[], read), Some(vec![ReadProjects]));
        assert_eq!(refused(&["auditor"], &[], read), Some(vec![Permission::ReadAllProjects]));
        for free in [r#"{"method":"tools/list"}"#, r#"{"method":"tools/call","params":{"name":"none"}}"#, "nonsense"] {
            assert_eq!(refused(&["member"], &[], free), None, "{free}");
        }
    }
}
