//! Gives a project to another person or team.

use domain::{Event, EventKind, Operation, Permission, one_line};
use store::Allowance;

use crate::error::Error;
use crate::principal::new_principal;
use crate::report::ProjectSummary;
use crate::security_log;
use crate::services::{Call, Services};
use crate::stored_project::{find_to_change, refuse_erased, summary};

const TEAM: usize = 100;

/// Whose a project becomes. What is not named does not stay by itself: a new owner without a team takes the project out
/// of its team.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewOwner {
    /// The principal whose it becomes; none: it stays its owner's.
    pub principal: Option<String>,
    /// The team whose members may read it.
    pub team: Option<String>,
}

/// Gives the project `id` to somebody, to a team, or both. Its download links die.
///
/// # Errors
/// When there is none for this caller, it is being written, the new owner would keep too much, the caller is not in the
/// team (and may not manage everybody's projects), or the store cannot be written.
pub fn transfer_project(
    services: &Services,
    call: &Call<'_>,
    id: &str,
    to: &NewOwner,
) -> Result<ProjectSummary, Error> {
    let (project, draft) = find_to_change(services, call, Operation::TransferProject, id)?;
    refuse_erased(&project)?;
    if to.principal.is_none() && to.team.is_none() {
        let hint = "Name a person (--to PRINCIPAL), a team (--team TEAM), or both.";
        return Err(Error::invalid("to", "Nobody is named whom the project could be given to.", hint));
    }
    let owner = to.principal.as_deref().map(|typed| new_principal("to", typed)).transpose()?;
    let owner = owner.unwrap_or_else(|| project.owner.clone());
    let team = to.team.as_deref().map(|typed| checked_team(call, typed)).transpose()?;
    let to_team = team.as_ref().map_or_else(String::new, |team| format!(", team {team}"));
    let event = Event {
        kind: EventKind::ProjectTransferred,
        project: project.id.clone(),
        caller: call.caller.name.clone(),
        request: call.request.clone(),
        detail: Some(format!("from {} to {owner}{to_team}", project.owner)),
    };
    let entry = draft.on_person(&owner).detail(if team.is_some() { "to a person or team" } else { "to a person" });
    let entry = entry.finish()?;
    let quota = services.policy.get().quota;
    // What the owner of the data folder keeps is not bounded.
    let allowed = (owner != "owner").then_some(Allowance { projects: quota.projects, bytes: quota.bytes });
    services.store.give_project(&project.id, &owner, team.as_deref(), allowed, &event, &entry)?;
    security_log::tell(call, "project-transferred", &owner, project.id.as_str());
    Ok(summary(store::Project { owner, team, ..project }))
}

fn checked_team(call: &Call<'_>, typed: &str) -> Result<String, Error> {
    let team = one_line(typed, TEAM).map_err(|fault| {
        let hint = "Give the team's name as the configuration or the provider has it.";
        Error::invalid("team", format!("This text cannot be used: {fault}."), hint)
    })?;
    let anybodys = call.caller.permissions.has(Permission::ManageAllProjects);
    if !anybodys && !call.caller.teams.contains(&team) {
        let message = "You can give a project to a team of your own only, and this is none of them.";
        return Err(Error::refused(message, "Name one of your teams, or ask an admin.").on("team"));
    }
    Ok(team)
}
