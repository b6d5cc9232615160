//! The probes that look into the store.

use merkle::{Checkpoint, Note};

use super::seen::{Observations, Seen};
use crate::clock::now_ms;
use crate::error::Error;
use crate::services::Services;

/// How many of the newest entries are hashed again; `smart-begin audit verify` does it for all.
const LOOKED_AT: u64 = 1_000;
/// How long an entry may be there unsigned: the server signs each minute, the command line does not.
const UNSIGNED_MS: i64 = 24 * 60 * 60 * 1_000;

/// How long a rotation may be due: the server looks each minute.
const OVERDUE_MS: i64 = 60 * 60 * 1_000;
/// The most secrets that are looked at, those due first.
const SECRETS: u32 = 1_000;

const DAMAGED: &str = "Keep a copy of the data folder, and see what smart-begin audit verify finds.";

/// What the store shows of itself.
#[must_use]
pub fn observe_store(services: &Services) -> Observations {
    Observations::from([
        ("store", store(services)),
        ("audit-log", audit_log(services)),
        ("audit-checkpoint", audit_checkpoint(services)),
        ("secret-keys", secret_keys(services)),
        ("overdue-rotations", overdue_rotations(services)),
    ])
}

fn store(services: &Services) -> Seen {
    let asked = services.store.projects(None, 1, None);
    let advice = "Look at the log for the cause; restore the data folder from a backup if the store is damaged.";
    Seen::when(asked.is_ok(), "The store opens and answers.", "The store does not answer.", advice)
}

/// The newest entries, each hashed again.
fn audit_log(services: &Services) -> Seen {
    let look = || -> Result<(), store::Error> {
        let size = services.store.audit_size()?;
        let most = u32::try_from(LOOKED_AT).unwrap_or(u32::MAX);
        services.store.audit_range(size.saturating_sub(LOOKED_AT)..size, most)?;
        services.store.audit_frontier(size)?;
        Ok(())
    };
    let good = "The audit log is there, and its newest entries (1000 at most) are what was hashed.";
    Seen::when(look().is_ok(), good, "The audit log cannot be read, or an entry is not what was hashed.", DAMAGED)
}

/// Whether what was signed last is still how the log begins, and nothing waits long to be signed.
fn audit_checkpoint(services: &Services) -> Seen {
    match signed(services) {
        Ok(Some(size)) => fresh(services, size).unwrap_or_else(|_| unread()),
        Ok(None) => Seen::bad("The log does not continue the checkpoint that was signed last.", DAMAGED),
        Err(_) => unread(),
    }
}

fn unread() -> Seen {
    Seen::bad("The checkpoints of the audit log cannot be read.", DAMAGED)
}

/// How many entries the newest checkpoint vouches for, none without one; `None` where it is another history's.
fn signed(services: &Services) -> Result<Option<u64>, Error> {
    let Some((size, note)) = services.store.audit_checkpoint(None)? else { return Ok(Some(0)) };
    let note = Note::parse(note.as_bytes()).map_err(Error::internal)?;
    let checkpoint = Checkpoint::parse(note.unverified_text()).map_err(Error::internal)?;
    let now = services.store.audit_frontier(size)?.tree_head();
    Ok((*checkpoint.tree() == now).then_some(size))
}

fn fresh(services: &Services, signed: u64) -> Result<Seen, Error> {
    let first = services.store.audit_range(signed..signed.saturating_add(1), 1)?;
    let oldest = first.first().and_then(|entry| Some(entry.text.as_ref()?.at_ms));
    let waiting = oldest.is_some_and(|at| now_ms().saturating_sub(at) > UNSIGNED_MS);
    let advice = "Start the server, which signs each minute, or call smart-begin audit checkpoint.";
    Ok(Seen::when(
        !waiting,
        "No entry has waited a day for its signed checkpoint.",
        "Entries have waited a day or longer for a signed checkpoint.",
        advice,
    ))
}

/// Whether every sealed secret can be opened with a key that is configured.
fn secret_keys(services: &Services) -> Seen {
    let count = || -> Result<(u64, u64), Error> {
        let keys = services.vault.keyring_if_any()?;
        let (mut all, mut lost) = (0, 0);
        for (id, versions) in services.store.versions_by_kek()? {
            let opens = keys.as_ref().zip(id.parse().ok()).is_some_and(|(keys, id)| keys.can_open(&id));
            all += versions;
            lost += if opens { 0 } else { versions };
        }
        Ok((all, lost))
    };
    match count() {
        Ok((0, _)) => Seen::good("No secret is stored."),
        Ok((_, 0)) => Seen::good("Every stored secret can be opened with a configured key."),
        Ok((all, lost)) => Seen::bad(
            format!("Of {all} versions of secrets, {lost} are under a key that is not configured."),
            "Name that key among the older ones in the configuration; smart-begin key status tells its id.",
        ),
        Err(error) => Seen::bad("The keys or the secrets cannot be read.", error.hint),
    }
}

/// Whether secrets that rotate by a schedule do.
fn overdue_rotations(services: &Services) -> Seen {
    let Ok(scheduled) = services.store.scheduled_secrets(SECRETS) else {
        return Seen::bad("The secrets cannot be read.", "Look at the log for the cause.");
    };
    let late = now_ms().saturating_sub(OVERDUE_MS);
    let overdue = scheduled.iter().filter(|secret| secret.rotation.next_due_ms.is_some_and(|due| due <= late)).count();
    if scheduled.is_empty() {
        return Seen::good("No secret rotates by a schedule.");
    }
    Seen::when(
        overdue == 0,
        "No secret that rotates by a schedule is overdue.",
        format!("Secrets that are overdue for their rotation: {overdue}."),
        "Start the server, which rotates what is due; smart-begin secret list tells them, and the log why it failed.",
    )
}
