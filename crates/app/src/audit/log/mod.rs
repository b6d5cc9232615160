//! The audit log as those see it who read, check, prove, keep and thin it out.

mod access_lines;
mod anchor_folder;
mod checkpoint;
mod examine;
mod export;
mod holds;
mod keys;
mod log_keys;
mod parts;
mod prove;
mod read;
mod retain;
mod shown;

pub use access_lines::{AccessLineList, AccessLineShown, access_csv, query_access};
pub use anchor_folder::AnchorFolder;
pub(crate) use checkpoint::sign_after;
pub use checkpoint::{SignedCheckpoint, sign_checkpoint, sign_now};
pub use examine::{AuditVerdict, Trust, verify_audit, verify_audit_export};
pub use export::{AuditExport, ExportedAs, audit_csv, export_audit};
pub use holds::{HoldList, HoldShown, NewHold, add_hold, list_holds, release_hold};
pub use keys::{AuditKeyList, AuditKeyShown, list_audit_keys, retire_audit_keys, rotate_audit_key};
pub use log_keys::{LogKeys, LogPlace};
pub use prove::{AuditProof, ProofVerdict, WhichEntry, prove_consistency, prove_entry, verify_audit_proof};
pub use read::{AuditFollow, follow_audit, query_audit};
pub use retain::{Retained, retain_audit};
pub use shown::{AuditEntryList, AuditEntryShown, AuditQuery};
