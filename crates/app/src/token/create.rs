//! Makes an API token.

use domain::{Operation, ProjectId, Resource, Secret, one_line};
use secrecy::{ExposeSecret as _, SecretString};
use store::Scope;

use super::grant::{checked_roles, end_of_credential, refuse_wider};
use super::summary::TokenSummary;
use super::value;
use crate::authorise::authorise_change;
use crate::clock::now_ms;
use crate::error::Error;
use crate::principal::new_principal;
use crate::security_log;
use crate::services::{Call, Services};
use crate::stored_project;

/// How long a token lives where nobody says otherwise.
pub const DEFAULT_LIFETIME_DAYS: u32 = 90;
const LONGEST_LIFETIME_DAYS: u32 = 366;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

const LABEL: usize = 80;
const MOST_PROJECTS: usize = 50;

/// The token that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewToken {
    /// What it is for, in one line.
    pub label: String,
    /// Whom it stands for; none: the caller.
    pub principal: Option<String>,
    /// Its roles; none: the caller's own, for a token of their own.
    pub roles: Vec<String>,
    /// The ids of the only projects it is good for; none: all of its principal's.
    pub projects: Vec<String>,
    /// How long it lives.
    pub lifetime_days: u32,
}

/// A token that was made. Its value is nowhere else.
#[derive(Debug)]
pub struct CreatedToken {
    /// Its value, to be shown once.
    pub token: SecretString,
    /// What lists show of it from now on.
    pub summary: TokenSummary,
}

/// Makes an API token, which can do nothing that the caller cannot, and lives no longer than the token that makes it.
///
/// # Errors
/// When an argument cannot be used, the caller may not make it, there are too many, or the store cannot be written.
pub fn create_token(services: &Services, call: &Call<'_>, wanted: NewToken) -> Result<CreatedToken, Error> {
    let principal = wanted.principal.as_deref().map(|typed| new_principal("principal", typed)).transpose()?;
    let principal = principal.unwrap_or_else(|| call.caller.name.clone());
    let draft = authorise_change(
        services,
        call,
        Operation::CreateToken,
        Resource { owner: Some(&principal), ..Resource::default() },
    )?;
    let now = now_ms();
    let own = principal == call.caller.name;
    let roles = if own && wanted.roles.is_empty() { &call.caller.roles } else { &wanted.roles };
    let policy = services.policy.get();
    let roles = checked_roles(&policy, roles)?;
    refuse_wider(&policy, call, &principal, &roles)?;
    let label = one_line(&wanted.label, LABEL).map_err(|fault| {
        let hint = "Say in a few words what the token is for, for example \"nightly build\".";
        Error::invalid("label", format!("This text cannot be used: {fault}."), hint)
    })?;
    let expires_at_ms = end(services, call, wanted.lifetime_days, now)?;
    let token = value::random()?;
    let new = store::NewToken {
        id: format!("tok_{}", &Secret::random()?.expose()[..24]),
        sha256: value::hash(token.expose_secret()),
        last_four: value::last_four(&token),
        label,
        scope: Scope {
            teams: if own { call.caller.teams.clone() } else { Vec::new() },
            projects: projects(services, call, &wanted.projects)?,
            principal,
            roles,
        },
        created_by: call.caller.name.clone(),
        expires_at_ms,
    };
    let granted =
        format!("for {}, with the roles: {}", services.audit.name(&new.scope.principal), new.scope.roles.join(", "));
    services.store.add_token(&new, now, &draft.on("token", &new.id).detail(granted).finish()?)?;
    security_log::tell(call, "token-created", &new.scope.principal, &new.id);
    let stored = services.store.token(&new.id)?.ok_or_else(|| Error::internal("the token is gone"))?;
    Ok(CreatedToken { token, summary: TokenSummary::of(stored, now) })
}

/// When the token ends: after its lifetime, and no later than the token that makes it.
fn end(services: &Services, call: &Call<'_>, lifetime_days: u32, now: i64) -> Result<i64, Error> {
    if !(1..=LONGEST_LIFETIME_DAYS).contains(&lifetime_days) {
        let hint = format!("Give a number of days from 1 to {LONGEST_LIFETIME_DAYS}; a token can be rotated.");
        return Err(Error::invalid("lifetimeDays", "A token cannot live that long, or that short.", hint));
    }
    let wanted = now + i64::from(lifetime_days) * DAY_MS;
    Ok(end_of_credential(services, call, now)?.map_or(wanted, |bound| wanted.min(bound)))
}

/// The projects that the token is bound to, each of which the caller must be able to read.
fn projects(services: &Services, call: &Call<'_>, ids: &[String]) -> Result<Option<Vec<ProjectId>>, Error> {
    if ids.len() > MOST_PROJECTS {
        let hint = format!("Name {MOST_PROJECTS} at most, or none: then it is good for all.");
        return Err(Error::invalid("projects", "These are too many projects for one token.", hint));
    }
    let find = |id: &String| {
        let found = stored_project::find(services, call, Operation::ReadProject, id);
        found.map(|project| project.id).map_err(|error| error.on("projects"))
    };
    let mut found = ids.iter().map(find).collect::<Result<Vec<_>, _>>()?;
    found.sort();
    found.dedup();
    Ok((!found.is_empty()).then_some(found))
}
