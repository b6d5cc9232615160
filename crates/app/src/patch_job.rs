//! Upgrades that are made once a day by themselves, where the operator turned that on: each on a branch, which people merge.

use std::sync::Arc;
use std::time::Duration;

use domain::{ProjectId, RequestId, Severity};

use crate::error::{Error, ErrorKind};
use crate::fix::{FixMode, FixRequest, FixSubject, fix_project};
use crate::itself;
use crate::jobs::Periodic;
use crate::services::{Call, Quiet, Services};
use crate::vulnerability::to_patch;

const DAY: Duration = Duration::from_secs(86_400);

/// Projects of one page of the list.
const PAGE: u32 = 500;

/// Makes upgrades for every registered project with a vulnerability of this severity or worse that has a fixed version and
/// no upgrade ready. A project that fails keeps no other from being looked at.
#[must_use]
pub fn patches_job(services: Arc<Services>, least: Severity) -> Periodic {
    let work = move || {
        let (mut tried, mut failed) = (0_u64, 0_u64);
        let mut before: Option<ProjectId> = None;
        loop {
            let page = services.store.projects(None, PAGE, before.as_ref())?;
            for project in page.iter().filter(|project| project.target.is_some()) {
                if !to_patch(&services, &project.id, least)? {
                    continue;
                }
                tried += 1;
                if let Err(error) = patch(&services, &project.id) {
                    failed += 1;
                    tracing::warn!(project = %project.id, why = error.message, "no upgrades were made for a project");
                }
            }
            before = page.last().map(|last| last.id.clone());
            if page.len() < PAGE as usize {
                break;
            }
        }
        tracing::info!(tried, failed, "upgrades were made for projects that wait for them");
        if failed > 0 {
            let message = format!("For {failed} of {tried} projects no upgrades were made.");
            let hint = "The log tells which and why. By hand: smart-begin fix --project ID";
            return Err(Error::new(ErrorKind::Unavailable, message, hint));
        }
        Ok(())
    };
    Periodic { name: "patches", every: DAY, work: Arc::new(work) }
}

fn patch(services: &Services, project: &ProjectId) -> Result<(), Error> {
    let (caller, request) = (itself::administrator(services), RequestId::random()?);
    let call = Call { caller: &caller, request: &request, watch: &Quiet };
    let subject = FixSubject::Project { id: project.to_string() };
    fix_project(services, &call, &FixRequest { subject, mode: FixMode::Apply }).map(|_| ())
}
