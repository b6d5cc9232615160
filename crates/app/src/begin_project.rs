//! Begins a project: authorise, plan, record, write, record, report.

use std::path::Path;
use std::time::Instant;

use blueprint::{Commit, Plan, first_commit};
use domain::{
    AuditAction, Credential, Event, EventKind, Face, Operation, ProjectId, Quota, Resource, Secret, SecurityEvent,
};
use safe_fs::{Occupant, Place};
use store::{Allowance, NewDownload, NewEntry, NewProject};

use crate::answers::{Decided, decide};
use crate::audit::Draft;
use crate::authorise::{authorise, authorise_change};
use crate::begin_report::{Outcome, begin_report};
use crate::check::check_plan;
use crate::clock::now_ms;
use crate::download_archive::{LINK_LIFETIME_MS, TAR_GZ, ZIP, token_hash};
use crate::error::{Error, ErrorKind};
use crate::reconcile::staging_name;
use crate::report::{ArchiveLinks, BeginReport};
use crate::request::{BeginRequest, Delivery};
use crate::services::{Call, LinkBase, Services, Step};

const STEPS: [&str; 6] = [
    "Planning the project",
    "Looking for secrets and vulnerable packages in the plan",
    "Recording that it is begun",
    "Writing the files",
    "Putting it in place",
    "Recording that it is finished",
];

/// Begins a project, or plans one where `request.apply` is false. Either everything is there afterwards, or nothing.
/// `links` says where downloads are served, where they are.
///
/// # Errors
/// When an argument cannot be used, the target is not free, the plan is not the one that was looked at, the caller gave
/// up, or the disk or the store could not be written. Nothing is left behind then.
pub fn begin_project(
    services: &Services,
    call: &Call<'_>,
    request: BeginRequest,
    links: Option<&LinkBase>,
) -> Result<BeginReport, Error> {
    let began = Instant::now();
    let draft = if request.apply {
        Some(authorise_change(services, call, Operation::BeginProject, Resource::default())?)
    } else {
        authorise(services, call, Operation::PlanProject, Resource::default())?;
        None
    };
    step(call, 1)?;
    let mut decided = decide(&services.catalogue, &request)?;
    let place = choose_place(services, call, &request, &mut decided)?;
    let plan = decided.blueprint.plan(&decided.answers)?;
    let hash = plan.hash();
    check_plan_hash(&request, &hash)?;
    let target = place.as_ref().map(|place| place.path().display().to_string());
    let Some(draft) = draft else {
        let outcome = Outcome { target, ..Outcome::default() };
        return Ok(begin_report(decided, &plan, hash, outcome, began.elapsed()));
    };
    step(call, 2)?;
    let checks = check_plan(services, call, &plan)?;
    let begin = Begin { services, call, decided: &decided, plan: &plan, id: ProjectId::random()? };
    let commit = request.git.then(|| begin.commit()).transpose()?;
    begin.record_start(draft, &hash, target.as_deref(), request.git)?;
    let Delivered { archive, doubt } = begin.deliver(place.as_ref(), commit.as_ref(), links)?;
    begin.record_finish(commit.as_ref())?;
    doubt.map_or(Ok(()), Err)?;
    let id = begin.id.to_string();
    let outcome = Outcome {
        project_id: Some(id),
        target,
        commit: commit.filter(|_| place.is_some()).map(|commit| commit.id),
        archive,
        applied: true,
        checks,
    };
    Ok(begin_report(decided, &plan, hash, outcome, began.elapsed()))
}

/// Tells of a step, and stops before it when the caller gave up.
fn step(call: &Call<'_>, number: u32) -> Result<(), Error> {
    if call.watch.cancelled() {
        return Err(Error::new(
            ErrorKind::Cancelled,
            "The call was cancelled; nothing was begun.",
            "Call again when you are ready.",
        ));
    }
    let (of, message) = (STEPS.len() as u32, STEPS[number as usize - 1]);
    call.watch.step(Step { number, of, message });
    Ok(())
}

/// Where the project goes: none means an archive. On the command line the operator names any folder; over MCP it lies
/// beneath a root.
fn choose_place(
    services: &Services,
    call: &Call<'_>,
    request: &BeginRequest,
    decided: &mut Decided<'_>,
) -> Result<Option<Place>, Error> {
    let delivery = match request.delivery {
        Some(delivery) => delivery,
        None if call.caller.face != Face::Cli && services.roots.is_empty() && request.target_directory.is_none() => {
            decided.assumptions.push("delivery: archive, since the operator opened no folder for projects.".to_owned());
            Delivery::Archive
        }
        None => Delivery::Directory,
    };
    if delivery == Delivery::Archive {
        if request.target_directory.is_some() {
            let hint = "Leave targetDirectory out, or ask for delivery \"directory\".";
            return Err(Error::invalid("targetDirectory", "An archive is not written to a folder.", hint));
        }
        return Ok(None);
    }
    let named = request.target_directory.as_deref().unwrap_or_else(|| decided.answers.name.slug());
    let place = match call.caller.face {
        Face::Cli => Place::of_operator(Path::new(named))?,
        Face::Stdio | Face::Http => services.roots.place(named)?,
    };
    check_free(&place, request.git)?;
    Ok(Some(place))
}

fn check_free(place: &Place, git: bool) -> Result<(), Error> {
    let occupied = |message: &str| {
        Err(Error::refused(message, "Name another folder; smart-begin never overwrites.").on("targetDirectory"))
    };
    match place.occupant()? {
        Occupant::FullFolder => return occupied("The target folder exists and is not empty."),
        Occupant::SomethingElse => return occupied("The target exists and is not a folder."),
        Occupant::Nothing | Occupant::EmptyFolder => {}
    }
    if git && let Some(repository) = place.enclosing_repository() {
        let message = format!("The target lies inside another git repository ({}).", repository.display());
        let hint = "Either begin it elsewhere (--dir, targetDirectory), or begin it without a repository of its own (--no-git on the command line).";
        return Err(Error::refused(message, hint).on("targetDirectory"));
    }
    Ok(())
}

fn check_plan_hash(request: &BeginRequest, hash: &str) -> Result<(), Error> {
    match request.plan_hash.as_deref() {
        Some(seen) if seen.trim() != hash => {
            let hint = "Plan once more (apply false, or --dry-run), look at it, and pass the new hash.";
            Err(Error::refused(
                "The plan is not the one that was looked at: an answer or the blueprint has changed.",
                hint,
            )
            .on("planHash"))
        }
        _ => Ok(()),
    }
}

/// The links to an archive, where it is one, and what the disk did not confirm.
struct Delivered {
    archive: Option<ArchiveLinks>,
    doubt: Option<Error>,
}

/// A project being begun.
struct Begin<'a> {
    services: &'a Services,
    call: &'a Call<'a>,
    decided: &'a Decided<'a>,
    plan: &'a Plan,
    id: ProjectId,
}

impl Begin<'_> {
    fn commit(&self) -> Result<Commit, Error> {
        Ok(first_commit(self.plan, &self.decided.answers, &self.decided.blueprint.name(), now_ms() / 1000)?)
    }

    /// The entry on what comes of it.
    fn entry(&self, event: SecurityEvent) -> Result<NewEntry, Error> {
        let action = AuditAction::Event(event);
        self.services.audit.draft(self.call.caller, self.call.request, action).project(&self.id).finish()
    }

    fn event(&self, kind: EventKind, detail: Option<String>) -> Event {
        let (caller, request) = (self.call.caller.name.clone(), self.call.request.clone());
        Event { kind, project: self.id.clone(), caller, request, detail }
    }

    fn record_start(&self, draft: Draft<'_>, hash: &str, target: Option<&str>, git: bool) -> Result<(), Error> {
        step(self.call, 3)?;
        let (answers, blueprint) = (&self.decided.answers, self.decided.blueprint);
        let project = NewProject {
            id: self.id.clone(),
            name: answers.name.slug().to_owned(),
            owner: self.call.caller.name.clone(),
            template: answers.template.clone(),
            stack: answers.stack.clone(),
            blueprint_version: blueprint.manifest().version.clone(),
            blueprint_hash: blueprint.hash().to_owned(),
            catalogue: blueprint.catalogue_version().to_owned(),
            plan_hash: hash.to_owned(),
            answers: serde_json::to_string(answers).map_err(Error::internal)?,
            target: target.map(str::to_owned),
            git,
            bytes: self.plan.files.iter().map(|file| file.bytes.len() as u64).sum(),
        };
        let event = self.event(EventKind::ProjectStarted, None);
        let entry = draft.project(&self.id).finish()?;
        // The owner of the data folder sets the bounds, and fills their own disk.
        if self.call.caller.credential == Credential::DataFolder {
            return Ok(self.services.store.start_project(&project, &event, &entry)?);
        }
        let Quota { projects, bytes } = self.services.policy.get().quota;
        let allowed = Allowance { projects, bytes };
        Ok(self.services.store.start_project_within(allowed, &project, &event, &entry)?)
    }

    /// Writes the project to its place, or makes the links to it. What fails is settled before it is told.
    fn deliver(
        &self,
        place: Option<&Place>,
        commit: Option<&Commit>,
        links: Option<&LinkBase>,
    ) -> Result<Delivered, Error> {
        let delivered = match place {
            Some(place) => self.write(place, commit).map(|doubt| Delivered { archive: None, doubt }),
            None => self.offer(links).map(|archive| Delivered { archive: Some(archive), doubt: None }),
        };
        delivered.inspect_err(|failure| self.give_up(place, failure))
    }

    /// Says what the disk did not confirm, where the project is in place all the same.
    fn write(&self, place: &Place, commit: Option<&Commit>) -> Result<Option<Error>, Error> {
        step(self.call, 4)?;
        let mut staging = place.stage(&staging_name(&self.id))?;
        for file in &self.plan.files {
            staging.write(&file.path, &file.bytes, file.executable)?;
        }
        for (path, bytes) in commit.into_iter().flat_map(|commit| &commit.files) {
            staging.write(path, bytes, false)?;
        }
        step(self.call, 5)?;
        Ok(staging.put_in_place()?.make_durable().err().map(|cause| {
            let message =
                "The project is complete and in place, but the disk did not confirm that it outlives a power cut.";
            Error::new(ErrorKind::Unavailable, message, "Look at the disk before you rely on it.").because(cause)
        }))
    }

    /// Takes back what is there of a project that is not in place. What cannot be taken back is left to the next start.
    fn give_up(&self, place: Option<&Place>, failure: &Error) {
        let removed = place.map_or(Ok(()), |place| place.remove_staging(&staging_name(&self.id)));
        let event = self.event(EventKind::ProjectAbandoned, Some(failure.kind.as_str().to_owned()));
        let settled = removed.map_err(Error::from).and_then(|()| {
            let entry = self.entry(SecurityEvent::ProjectAbandoned)?;
            Ok(self.services.store.abandon_project(&self.id, &event, &entry)?)
        });
        if let Err(error) = settled {
            tracing::warn!(project = %self.id, cause = ?error.source, "left to the next start: {}", error.message);
        }
    }

    /// Makes the links under which the project can be read and, where there is a listener, downloaded.
    fn offer(&self, links: Option<&LinkBase>) -> Result<ArchiveLinks, Error> {
        step(self.call, 4)?;
        let file = |path: &str| format!("smart-begin://projects/{}/files/{path}", self.id);
        let mut archive = ArchiveLinks {
            files: self.plan.files.iter().map(|planned| file(&planned.path)).collect(),
            zip: None,
            tar_gz: None,
            expires_in_seconds: None,
        };
        if let Some(LinkBase(base)) = links {
            let (zip, tar_gz) = (Secret::random()?, Secret::random()?);
            let expires_at_ms = now_ms() + LINK_LIFETIME_MS;
            let download = |token: &Secret, format: &str| NewDownload {
                token_sha256: token_hash(token),
                project: self.id.clone(),
                format: format.to_owned(),
                expires_at_ms,
            };
            self.services.store.add_downloads(&[download(&zip, ZIP), download(&tar_gz, TAR_GZ)])?;
            let link = |token: &Secret| Some(format!("{}/downloads/{}", base.trim_end_matches('/'), token.expose()));
            archive = ArchiveLinks {
                zip: link(&zip),
                tar_gz: link(&tar_gz),
                expires_in_seconds: Some(LINK_LIFETIME_MS / 1000),
                ..archive
            };
        }
        Ok(archive)
    }

    /// From here on the project is in place, so that giving up is no longer looked at.
    fn record_finish(&self, commit: Option<&Commit>) -> Result<(), Error> {
        let (number, of) = (STEPS.len() as u32, STEPS.len() as u32);
        self.call.watch.step(Step { number, of, message: STEPS[STEPS.len() - 1] });
        let event = self.event(EventKind::ProjectFinished, None);
        let commit = commit.map(|commit| commit.id.as_str());
        let recorded = self
            .entry(SecurityEvent::ProjectFinished)
            .and_then(|entry| Ok(self.services.store.finish_project(&self.id, commit, &event, &entry)?));
        recorded.map_err(|error| {
            let message =
                format!("The project is complete and in place, but that could not be recorded. {}", error.message);
            Error { message, hint: format!("{} The next start of smart-begin records it.", error.hint), ..error }
        })
    }
}
