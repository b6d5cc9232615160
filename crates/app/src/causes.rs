//! Failures of the floors beneath, told in the words of this one.

use blueprint::{CatalogueFault, Fault};
use domain::IdError;
use store::Bound;

use crate::error::{Error, ErrorKind};

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self::invalid(fault.field, fault.message, fault.hint)
    }
}

impl From<CatalogueFault> for Error {
    fn from(fault: CatalogueFault) -> Self {
        Self::internal(fault)
    }
}

impl From<IdError> for Error {
    fn from(error: IdError) -> Self {
        Self::internal(error)
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        let unavailable = |message: &str, hint: &str| Self::new(ErrorKind::Unavailable, message, hint);
        let told = match error.kind {
            store::ErrorKind::Busy => {
                unavailable("The record of projects is busy with other work.", "Try again in a moment.")
            }
            store::ErrorKind::DiskFull => unavailable(
                "The disk that holds smart-begin's own records takes no more: it is full, or it fails.",
                "Free some space there (see --data-dir), look whether it is sound, then try again.",
            ),
            store::ErrorKind::ReadOnly => unavailable(
                "smart-begin's own records lie on a disk that cannot be written.",
                "Name a folder that can be with --data-dir, or make this one writable.",
            ),
            store::ErrorKind::Newer { .. } => unavailable(
                "smart-begin's own records were written by a newer version of it.",
                "Use that version, or name another folder with --data-dir. Nothing was changed.",
            ),
            store::ErrorKind::Damaged => unavailable(
                "smart-begin's own records are damaged.",
                "Nothing was changed. Move the folder (see --data-dir) aside and restore it from a backup; projects on disk are not affected.",
            ),
            store::ErrorKind::Folder(_) => unavailable(
                "The folder for smart-begin's own records cannot be used.",
                "It must belong to you and be writable by you alone (mode 700); or name another with --data-dir.",
            ),
            store::ErrorKind::OtherOwner => Self::refused(
                "The folder for smart-begin's own records belongs to another user of this machine. Whoever owns it is admin here, so that nobody else may use it.",
                "Run this as the user who owns it (also as root: sudo -u THAT_USER smart-begin ...), or name a folder of your own with --data-dir.",
            ),
            store::ErrorKind::Full(Bound::Projects) => Self::refused(
                "There are as many projects on record for this owner as one caller may keep.",
                "Delete those that are not needed any more (smart-begin projects delete ID; files on disk stay), or ask the operator to raise limits.projects_per_caller.",
            ),
            store::ErrorKind::Full(Bound::ProjectBytes) => Self::refused(
                "The projects on record for this owner would be larger together than one caller may keep.",
                "Delete those that are not needed any more (smart-begin projects delete ID; files on disk stay), or ask the operator to raise limits.project_bytes_per_caller.",
            ),
            store::ErrorKind::Full(Bound::Tokens) => Self::refused(
                "This principal holds as many API tokens as one may.",
                "Revoke those that are not needed any more: smart-begin token list, then smart-begin token revoke ID.",
            ),
            store::ErrorKind::Full(Bound::Secrets) => Self::refused(
                format!("There are as many secrets here as there may be: {}.", store::MOST_SECRETS),
                "Delete those that are not needed any more: smart-begin secret list, then smart-begin secret delete NAME.",
            ),
            store::ErrorKind::Full(Bound::SecretBytes) => Self::refused(
                format!(
                    "The secrets here would be larger together than they may be: {} MiB.",
                    store::MOST_SECRET_BYTES >> 20
                ),
                "Delete those that are not needed any more. A large file does not belong among secrets, the key that encrypts it does.",
            ),
            // It is cut to what is kept before it comes there.
            store::ErrorKind::Full(Bound::CheckReport) => return Self::internal(error),
            store::ErrorKind::HasSecrets => Self::refused(
                "The project has secrets, which would be lost with it.",
                "Delete them first: smart-begin secret list --project ID, then smart-begin secret delete NAME.",
            ),
            store::ErrorKind::BeingWritten => Self::refused(
                "A project that this is about is being written at this moment.",
                "Try again when it is finished.",
            ),
            store::ErrorKind::AuditLog => unavailable(
                "This happens only together with its entry in the audit log, and the log takes no entry.",
                "Nothing was changed. Have the operator look at the server's log and run smart-begin audit verify.",
            ),
            store::ErrorKind::Internal => return Self::internal(error),
        };
        told.because(error)
    }
}

impl From<vault::Error> for Error {
    fn from(error: vault::Error) -> Self {
        let kind = match &error {
            vault::Error::TooLarge(..) | vault::Error::Generator(_) => ErrorKind::Invalid,
            _ => ErrorKind::Unavailable,
        };
        let (text, advice) = (error.to_string(), error.advice());
        let mut letters = text.chars();
        let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
        Self::new(kind, format!("{first}{}.", letters.as_str()), advice).because(error)
    }
}

impl From<delivery::Error> for Error {
    fn from(error: delivery::Error) -> Self {
        let kind = if error.is_contradiction() { ErrorKind::Refused } else { ErrorKind::Unavailable };
        Self::new(kind, format!("What is published was not taken to its second place: {error}."), error.advice())
            .because(error)
    }
}

impl From<safe_fs::Error> for Error {
    fn from(error: safe_fs::Error) -> Self {
        use safe_fs::ErrorKind as Kind;
        let told = match error.kind {
            Kind::NoRoots => Self::refused(
                "No folder is open to write projects to.",
                "Ask for delivery \"archive\", or have the operator start the server with --root and a folder for projects.",
            ),
            Kind::Outside => Self::refused(
                "This folder does not lie beneath one that is open for projects.",
                "Give a name or a path beneath an open folder, without \"..\" and without links that lead out of it.",
            ),
            Kind::BadName => Self::invalid(
                "targetDirectory",
                "This does not name a folder that a project could become.",
                "Name the project's own folder, for example ../demo; it need not exist yet.",
            ),
            Kind::NoParent => Self::invalid(
                "targetDirectory",
                "The folder that should hold the project does not exist.",
                "Create it first, or name another.",
            ),
            Kind::NoFolder => Self::invalid("path", "There is no such folder.", "Name a folder that is there."),
            Kind::Occupied => Self::refused(
                "Something is already there, and smart-begin never overwrites.",
                "Name another folder, or empty this one yourself.",
            ),
            Kind::DiskFull => Self::new(
                ErrorKind::Unavailable,
                "The disk is full. Nothing of the project was left behind.",
                "Free some space, then try again.",
            ),
            Kind::ReadOnly => Self::new(
                ErrorKind::Unavailable,
                "This disk cannot be written to (it is mounted read-only).",
                "Name a folder on another disk.",
            ),
            Kind::Denied => Self::refused(
                "The operating system does not allow writing there.",
                "Name a folder that you may write to.",
            ),
            Kind::Other => Self::new(
                ErrorKind::Unavailable,
                "The operating system could not read or write there. Nothing of the project was left behind.",
                "Look at the disk, or name another folder.",
            ),
        };
        let told = if told.kind == ErrorKind::Refused { told.on("targetDirectory") } else { told };
        // A path that a client made up stays out of the log: it may be anything.
        if matches!(told.kind, ErrorKind::Invalid) { told } else { told.because(error) }
    }
}
