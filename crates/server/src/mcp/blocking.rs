//! Runs a use case, which blocks, away from the threads that serve connections, and passes its progress on.

use std::sync::Arc;

use app::{Call, Error, Services, Step, Watch};
use rmcp::model::{ProgressNotificationParam, ProgressToken};
use rmcp::service::{Peer, RoleServer};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::call::Identity;

/// Where the progress of a call goes to, if the client asked for it, and how it is told to stop.
pub(crate) struct Line {
    pub(crate) peer: Peer<RoleServer>,
    pub(crate) token: Option<ProgressToken>,
    pub(crate) cancelled: CancellationToken,
}

struct Watched {
    steps: mpsc::UnboundedSender<Step>,
    cancelled: CancellationToken,
}

impl Watch for Watched {
    fn step(&self, step: Step) {
        // Nobody listens any more: then nobody needs to know.
        let _ = self.steps.send(step);
    }

    fn cancelled(&self) -> bool {
        self.cancelled.is_cancelled()
    }
}

/// Runs `work` for `identity`, telling `line` of its steps.
pub(crate) async fn run<T, F>(services: &Arc<Services>, identity: &Identity, line: Line, work: F) -> Result<T, Error>
where
    T: Send + 'static,
    F: FnOnce(&Services, &Call<'_>) -> Result<T, Error> + Send + 'static,
{
    let (steps, mut told) = mpsc::unbounded_channel();
    let watch = Watched { steps, cancelled: line.cancelled.clone() };
    let (services, identity) = (Arc::clone(services), identity.clone());
    let job = tokio::task::spawn_blocking(move || {
        let call = Call { caller: &identity.caller, request: &identity.request, watch: &watch };
        work(&services, &call)
    });
    let mut last = 0;
    while let Some(step) = told.recv().await {
        if step.number > last && !tell(&line, step).await {
            break;
        }
        last = last.max(step.number);
    }
    job.await.unwrap_or_else(|fault| Err(Error::internal(fault)))
}

/// Sends one step; `false` when there is nobody to send it to.
async fn tell(line: &Line, step: Step) -> bool {
    let Some(token) = line.token.clone() else { return false };
    let progress = ProgressNotificationParam::new(token, f64::from(step.number))
        .with_total(f64::from(step.of))
        .with_message(step.message);
    line.peer.notify_progress(progress).await.is_ok()
}
