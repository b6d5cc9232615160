//! Says why somebody may do something, or not: by which role, permission and bound.

use domain::{ADMIN, Caller, Credential, Denial, Face, Operation, Ownership, Permission, Policy, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use store::{Project, Scope};

use crate::authorise::authorise;
use crate::clock::{now_ms, rfc3339};
use crate::error::{Error, ErrorKind};
use crate::principal::known_principal;
use crate::services::{Call, Services};
use crate::stored_project;

/// The most credentials of one person that are looked at.
const MOST: u32 = 200;

/// Stands for no resource in particular.
const NO_RESOURCE: &str = "-";

/// A decision with its reasons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// Whether it is allowed: with at least one of the credentials, and on the caller's own things where no resource
    /// is named.
    pub allowed: bool,
    /// Who was asked about.
    pub caller: String,
    /// The operation.
    pub action: String,
    /// The project's id, or `-`.
    pub resource: String,
    /// The reasons, in plain words, in order.
    pub steps: Vec<String>,
}

/// Why `caller` may do `action` to `resource`, or not. `caller` is a principal, `role:NAME`, or the id of an API token
/// or session; `resource` is the id of a project, or `-`.
///
/// # Errors
/// When the asker may not know, an argument names nothing, or the store cannot be read.
pub fn explain_access(
    services: &Services,
    call: &Call<'_>,
    caller: &str,
    action: &str,
    resource: &str,
) -> Result<Explanation, Error> {
    authorise(services, call, Operation::ExplainAccess, Resource::default())?;
    let operation = action.parse::<Operation>().map_err(|()| {
        let known: Vec<_> = Operation::ALL.iter().map(|operation| operation.as_str()).collect();
        Error::invalid("action", "There is no such action.", format!("Choose one of: {}.", known.join(", ")))
    })?;
    let project = match resource {
        NO_RESOURCE => None,
        id => Some(stored_project::find(services, call, Operation::ReadProject, id)?),
    };
    let policy = services.policy.get();
    let mut told = Told { policy: &policy, operation, project: project.as_ref(), allowed: false, steps: Vec::new() };
    told.needs();
    for (how, caller) in candidates(services, &policy, caller)? {
        told.steps.push(how);
        if let Some(caller) = caller {
            told.decide(&caller);
        }
    }
    let verdict = if told.allowed { "Allowed." } else { "Not allowed." };
    told.steps.push(verdict.to_owned());
    Ok(Explanation {
        allowed: told.allowed,
        caller: caller.to_owned(),
        action: operation.as_str().to_owned(),
        resource: resource.to_owned(),
        steps: told.steps,
    })
}

/// The ways in which `asked` could call, each with words for it; without a caller where it is no way.
fn candidates(services: &Services, policy: &Policy, asked: &str) -> Result<Vec<(String, Option<Caller>)>, Error> {
    if let Some(role) = asked.strip_prefix("role:") {
        return Ok(vec![of_role(policy, role)?]);
    }
    let now = now_ms();
    if let Some(token) = services.store.token(asked)? {
        return Ok(vec![of_token(policy, &token, now)]);
    }
    if let Some(session) = services.store.session(asked, now)? {
        return Ok(vec![of_session(policy, session)]);
    }
    let principal = known_principal("caller", asked)?;
    let mut found = Vec::new();
    match principal.as_str() {
        "owner" => found.push((
            "owner is the operating-system user who owns the data folder: admin on the command line and on stdio."
                .to_owned(),
            Some(Caller::data_owner(policy, Face::Cli)),
        )),
        "local" => found.push((
            "local is whoever reaches a loopback listener without sign-in, in development: a member.".to_owned(),
            Some(Caller::local(policy)),
        )),
        _ => {}
    }
    let tokens = services.store.tokens(Some(&principal), MOST)?;
    found.extend(tokens.iter().filter(|token| token.is_good(now)).map(|token| of_token(policy, token, now)));
    let sessions = services.store.sessions(Some(&principal), now, MOST)?;
    found.extend(sessions.into_iter().map(|session| of_session(policy, session)));
    let known = !services.store.people(Some(&principal), now, 1)?.is_empty();
    if found.is_empty() && !known {
        let hint = "Give a name from `smart-begin access list`, role:NAME, or the id of a token or session.";
        return Err(Error::new(ErrorKind::NotFound, "Nobody is known by this name.", hint).on("caller"));
    }
    if !["owner", "local"].contains(&principal.as_str()) {
        found.push((
            "What a provider's access token or a client certificate would give them is decided at each sign-in and not \
             kept; ask about role:NAME for that."
                .to_owned(),
            None,
        ));
    }
    Ok(found)
}

fn of_role(policy: &Policy, role: &str) -> Result<(String, Option<Caller>), Error> {
    if policy.roles.get(role).is_none() {
        let known: Vec<&str> = policy.roles.iter().map(|(name, _)| name).collect();
        let hint = format!("Choose from: {}.", known.join(", "));
        return Err(Error::invalid("caller", "There is no such role.", hint));
    }
    let name = format!("role:{role}");
    let caller = Caller::new(policy, name, vec![role.to_owned()], Face::Http, Credential::Loopback);
    Ok((format!("Somebody with the role {role} alone, over HTTP."), Some(caller)))
}

fn of_scope(policy: &Policy, scope: Scope, credential: Credential) -> Caller {
    let caller = Caller::new(policy, scope.principal, scope.roles, Face::Http, credential);
    Caller { teams: scope.teams, only_projects: scope.projects, ..caller }
}

fn of_token(policy: &Policy, token: &store::ApiToken, now: i64) -> (String, Option<Caller>) {
    let what = format!("With the API token {} ({}) of {}", token.id, token.label, token.scope.principal);
    if let Some(at) = token.revoked_at_ms {
        return (format!("{what}: it was revoked at {}, so that nobody can sign in with it.", rfc3339(at)), None);
    }
    if !token.is_good(now) {
        return (format!("{what}: it expired at {}.", rfc3339(token.expires_at_ms)), None);
    }
    let caller = of_scope(policy, token.scope.clone(), Credential::ApiToken(token.id.clone()));
    (format!("{what}, over HTTP; its roles: {}.", named(&caller.roles)), Some(caller))
}

fn of_session(policy: &Policy, session: store::Session) -> (String, Option<Caller>) {
    let what = format!("In the session {} of {}", session.id, session.scope.principal);
    let mut caller = of_scope(policy, session.scope, Credential::Session(session.id));
    if let Some(bound) = session.permissions {
        caller.permissions = caller.permissions.and(bound);
    }
    let bound = if session.permissions.is_some() { ", bounded by what it was opened with" } else { "" };
    (format!("{what}; its roles: {}{bound}.", named(&caller.roles)), Some(caller))
}

fn named(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// What is told of one question.
struct Told<'a> {
    policy: &'a Policy,
    operation: Operation,
    project: Option<&'a Project>,
    allowed: bool,
    steps: Vec<String>,
}

impl Told<'_> {
    fn needs(&mut self) {
        let any = |needed: &[Permission]| {
            needed.iter().map(|permission| permission.as_str()).collect::<Vec<_>>().join(" or ")
        };
        let (own, team, other) = (
            any(self.operation.needs(Ownership::Own)),
            any(self.operation.needs(Ownership::Team)),
            any(self.operation.needs(Ownership::Other)),
        );
        let name = self.operation.as_str();
        self.steps.push(if own == team && team == other {
            format!("{name} needs {own}, whoever's it is.")
        } else {
            format!("{name} needs {own} on one's own things, {team} on those of one's team, {other} on other people's.")
        });
        if self.policy.read_only {
            let refused = if self.operation.is_refused_when_read_only() { "refused" } else { "not refused" };
            self.steps.push(format!("The server is in read-only mode, in which {name} is {refused}."));
        }
    }

    fn decide(&mut self, caller: &Caller) {
        match self.project {
            Some(project) => {
                let resource = stored_project::resource(project);
                let whose = match caller.ownership(resource) {
                    Ownership::Own => "their own".to_owned(),
                    Ownership::Team => format!("of their team {}", project.team.as_deref().unwrap_or_default()),
                    Ownership::Other => "somebody else's".to_owned(),
                };
                self.steps.push(format!("The project {} is {whose}.", project.id));
                let decision = caller.may(self.policy, self.operation, resource);
                self.allowed |= decision.is_ok();
                self.step("", caller, decision);
            }
            None => {
                let teams = Caller { teams: vec!["a".to_owned()], ..caller.clone() };
                let team = Resource { owner: Some("*"), team: Some("a"), project: None };
                let other = Resource { owner: Some("*"), ..Resource::default() };
                let own = caller.may(self.policy, self.operation, Resource::default());
                self.allowed |= own.is_ok();
                self.step("On their own: ", caller, own);
                self.step("On their team's: ", caller, teams.may(self.policy, self.operation, team));
                self.step("On other people's: ", caller, caller.may(self.policy, self.operation, other));
            }
        }
    }

    fn step(&mut self, on: &str, caller: &Caller, decision: Result<Permission, Denial>) {
        self.steps.push(match decision {
            Ok(permission) => {
                let role = caller
                    .roles
                    .iter()
                    .find(|role| self.policy.roles.get(role).is_some_and(|permissions| permissions.has(permission)));
                let role = role.map_or(ADMIN, String::as_str);
                format!("{on}yes, by {permission} of the role {role} ({})", permission.meaning())
            }
            Err(denial) => format!("{on}no, {denial}{}.", self.bound(caller, &denial)),
        });
    }

    /// Where a role would give it, and a bound takes it away.
    fn bound(&self, caller: &Caller, denial: &Denial) -> &'static str {
        let Denial::Lacks(needed) = denial else { return "" };
        let given = self.policy.roles.union(&caller.roles);
        if needed.iter().any(|permission| given.has(*permission)) {
            "; a role has it, and what the credential is bounded by does not"
        } else {
            ""
        }
    }
}
