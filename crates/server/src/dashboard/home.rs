//! `/dashboard`: who you are, what you may do, and what you began.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::{Operation, Permission, Policy, RequestId, Resource};
use jiff::Timestamp;

use super::page::{Frame, html};
use super::problem::Problem;
use super::state::Dashboard;
use super::visitor::Visitor;
use super::words::{self, Moment, Role};

/// How many projects are shown.
const SHOWN: u32 = 20;

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    frame: Frame,
    display: String,
    principal: String,
    credential: &'static str,
    teams: Vec<String>,
    roles: Vec<Role>,
    read_only: bool,
    may: Vec<String>,
    only_projects: usize,
    everybodys: bool,
    projects: Option<Vec<Project>>,
}

struct Project {
    name: String,
    kind: String,
    owner: String,
    state: String,
    state_class: &'static str,
    begun: Moment,
}

/// Shows it.
pub(super) async fn get(
    State(dashboard): State<Dashboard>,
    Extension(visitor): Extension<Visitor>,
    Extension(request): Extension<RequestId>,
) -> Result<Response, Problem> {
    let policy = dashboard.services.policy.get();
    let projects = if visitor.caller.may(&policy, Operation::ListProjects, Resource::default()).is_ok() {
        Some(projects(&dashboard, &visitor, &request).await?)
    } else {
        None
    };
    let Visitor { caller, display, .. } = &visitor;
    let page = HomePage {
        frame: Frame::new("home", visitor.person()),
        display: display.clone(),
        principal: caller.name.clone(),
        credential: words::credential(&caller.credential),
        teams: caller.teams.clone(),
        roles: words::roles(&caller.roles, &policy),
        read_only: policy.read_only,
        may: may(&visitor, &policy),
        only_projects: caller.only_projects.as_ref().map_or(0, Vec::len),
        everybodys: caller.permissions.has(Permission::ReadAllProjects),
        projects,
    };
    Ok(html(StatusCode::OK, &page))
}

/// What the visitor may do now: each permission that some operation of the table can be done with.
fn may(visitor: &Visitor, policy: &Policy) -> Vec<String> {
    let can_use = |permission: &Permission| {
        !policy.read_only
            || Operation::ALL.iter().any(|operation| {
                !operation.is_refused_when_read_only()
                    && domain::Ownership::ALL.iter().any(|whose| operation.needs(*whose).contains(permission))
            })
    };
    visitor.caller.permissions.iter().filter(can_use).map(words::permission).collect()
}

async fn projects(dashboard: &Dashboard, visitor: &Visitor, request: &RequestId) -> Result<Vec<Project>, Problem> {
    let list = visitor.ask(dashboard, request, |services, call| app::list_projects(services, call, Some(SHOWN), None));
    let now = Timestamp::now();
    let shown = |project: app::ProjectSummary| Project {
        kind: words::kind(&project.template, &project.stack),
        state: words::state(&project.state).to_owned(),
        state_class: match project.state.as_str() {
            "finished" => "finished",
            "started" => "started",
            _ => "abandoned",
        },
        begun: Moment::new(&project.started_at, now),
        name: project.name,
        owner: project.owner,
    };
    Ok(list.await?.projects.into_iter().map(shown).collect())
}
