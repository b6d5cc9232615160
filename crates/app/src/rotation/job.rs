//! Rotation as a job of a server.

use std::sync::Arc;
use std::time::Duration;

use observe::RotationCounts;

use super::due::rotate_due;
use super::outside::Outside;
use crate::jobs::Periodic;
use crate::services::Services;

const EVERY: Duration = Duration::from_secs(60);

/// Rotates what is due, every minute. What fails is recorded with the secret, counted, and tried again later.
#[must_use]
pub fn rotation_job(services: Arc<Services>, outside: Outside, counts: RotationCounts) -> Periodic {
    let work = move || {
        let report = rotate_due(&services, &outside)?;
        counts.rotated(report.rotated, report.failed);
        counts.overdue(report.overdue);
        Ok(())
    };
    Periodic { name: "rotation", every: EVERY, work: Arc::new(work) }
}
