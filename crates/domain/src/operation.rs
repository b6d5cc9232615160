//! Everything that can be asked for, on both faces, and which permission each needs on whose things. The one table of
//! who may do what: a use case names its operation, and the tests walk all of them.

use crate::permission::Permission;

/// One thing that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// See what can be begun, and how to ask for it.
    ListBlueprints,
    /// See what a project would be, without beginning it.
    PlanProject,
    /// Begin a project.
    BeginProject,
    /// List projects; the list holds those that may be read.
    ListProjects,
    /// Read a project: its record, its history, its files.
    ReadProject,
    /// Use a link to a project's archive.
    DownloadArchive,
    /// Take a project out, with its record and its files.
    ExportProject,
    /// Forget a project.
    DeleteProject,
    /// Give a project to another person or team.
    TransferProject,
    /// Make an API token.
    CreateToken,
    /// List API tokens.
    ListTokens,
    /// Replace an API token by a new one.
    RotateToken,
    /// End an API token.
    RevokeToken,
    /// List sessions of the dashboard.
    ListSessions,
    /// End a session of the dashboard.
    RevokeSession,
    /// Ask why somebody may do something, or not.
    ExplainAccess,
    /// See who has been here, and their tokens and sessions.
    ListAccess,
    /// End all tokens and sessions of somebody.
    RevokeAccess,
    /// Erase what is known of a person.
    ErasePerson,
    /// See the configuration.
    ReadConfiguration,
    /// Read the audit log, take it out, check it, prove an entry.
    ReadAudit,
    /// Sign a checkpoint of the audit log, drop old entries, hold them, replace its keys.
    ManageAudit,
    /// List secrets: names, versions and states, never values.
    ListSecrets,
    /// Read the values of secrets.
    ReadSecret,
    /// Set a secret.
    WriteSecret,
    /// Replace a secret by a new value, now or by a schedule.
    RotateSecret,
    /// Forget a secret with all its versions.
    DeleteSecret,
    /// Put the secrets under another key-encryption key.
    RotateKeys,
    /// See how the server stands to its requirements.
    ReadCompliance,
    /// Check or analyse files that are no registered project: beneath a root, or sent along.
    CheckFiles,
    /// Check a registered project; what was found is kept.
    CheckProject,
    /// See what checks of a project found.
    ReadFindings,
    /// Accept a finding for a time, or open it again.
    TriageFinding,
    /// See which upgrades would clear vulnerabilities, without making them.
    PlanFix,
    /// Make the upgrades that clear vulnerabilities, on a branch.
    FixProject,
    /// See which advisories there are, and how old they are.
    ReadAdvisories,
    /// Take in new advisories.
    UpdateAdvisories,
    /// See what runs by itself: when it did, when it will, and how it went.
    ListJobs,
    /// Run now what runs by itself.
    RunJob,
}

/// What an operation does to what there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Something is there afterwards that was not there before.
    Creates,
    /// It is only looked at.
    Reads,
    /// Something is different afterwards.
    Updates,
    /// Something is not there any more, or not good any more.
    Deletes,
}

/// Whose a thing is, seen from the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ownership {
    /// The caller's own, or nobody's in particular.
    Own,
    /// A team's that the caller is in.
    Team,
    /// Somebody else's.
    Other,
}

impl Ownership {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Own, Self::Team, Self::Other];
}

impl Operation {
    /// All there are.
    pub const ALL: [Self; 39] = {
        use Operation::*;
        [
            ListBlueprints,
            PlanProject,
            BeginProject,
            ListProjects,
            ReadProject,
            DownloadArchive,
            ExportProject,
            DeleteProject,
            TransferProject,
            CreateToken,
            ListTokens,
            RotateToken,
            RevokeToken,
            ListSessions,
            RevokeSession,
            ExplainAccess,
            ListAccess,
            RevokeAccess,
            ErasePerson,
            ReadConfiguration,
            ReadAudit,
            ManageAudit,
            ListSecrets,
            ReadSecret,
            WriteSecret,
            RotateSecret,
            DeleteSecret,
            RotateKeys,
            ReadCompliance,
            CheckFiles,
            CheckProject,
            ReadFindings,
            TriageFinding,
            PlanFix,
            FixProject,
            ReadAdvisories,
            UpdateAdvisories,
            ListJobs,
            RunJob,
        ]
    };

    /// Its name in answers and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ListBlueprints => "list-blueprints",
            Self::PlanProject => "plan-project",
            Self::BeginProject => "begin-project",
            Self::ListProjects => "list-projects",
            Self::ReadProject => "read-project",
            Self::DownloadArchive => "download-archive",
            Self::ExportProject => "export-project",
            Self::DeleteProject => "delete-project",
            Self::TransferProject => "transfer-project",
            Self::CreateToken => "create-token",
            Self::ListTokens => "list-tokens",
            Self::RotateToken => "rotate-token",
            Self::RevokeToken => "revoke-token",
            Self::ListSessions => "list-sessions",
            Self::RevokeSession => "revoke-session",
            Self::ExplainAccess => "explain-access",
            Self::ListAccess => "list-access",
            Self::RevokeAccess => "revoke-access",
            Self::ErasePerson => "erase-person",
            Self::ReadConfiguration => "read-configuration",
            Self::ReadAudit => "read-audit",
            Self::ManageAudit => "manage-audit",
            Self::ListSecrets => "list-secrets",
            Self::ReadSecret => "read-secret",
            Self::WriteSecret => "write-secret",
            Self::RotateSecret => "rotate-secret",
            Self::DeleteSecret => "delete-secret",
            Self::RotateKeys => "rotate-keys",
            Self::ReadCompliance => "read-compliance",
            Self::CheckFiles => "check-files",
            Self::CheckProject => "check-project",
            Self::ReadFindings => "read-findings",
            Self::TriageFinding => "triage-finding",
            Self::PlanFix => "plan-fix",
            Self::FixProject => "fix-project",
            Self::ReadAdvisories => "read-advisories",
            Self::UpdateAdvisories => "update-advisories",
            Self::ListJobs => "list-jobs",
            Self::RunJob => "run-job",
        }
    }

    /// The permissions that allow it on things of that ownership; any one of them is enough.
    #[must_use]
    pub fn needs(self, ownership: Ownership) -> &'static [Permission] {
        use Ownership::{Other, Own, Team};
        use Permission as P;
        match (self, ownership) {
            (Self::ListBlueprints, _) => &[P::ReadBlueprints],
            (Self::PlanProject | Self::BeginProject, _) => &[P::BeginProjects],
            (Self::ListProjects, _) => &[P::ReadProjects, P::ReadAllProjects],
            (Self::ReadProject | Self::DownloadArchive | Self::ExportProject | Self::ReadFindings, Own | Team) => {
                &[P::ReadProjects, P::ReadAllProjects]
            }
            (Self::ReadProject | Self::DownloadArchive | Self::ExportProject | Self::ReadFindings, Other) => {
                &[P::ReadAllProjects]
            }
            (Self::DeleteProject | Self::TransferProject | Self::TriageFinding | Self::FixProject, Own) => {
                &[P::ManageProjects, P::ManageAllProjects]
            }
            (Self::DeleteProject | Self::TransferProject | Self::TriageFinding | Self::FixProject, Team | Other) => {
                &[P::ManageAllProjects]
            }
            (Self::CheckFiles, _) => &[P::CheckProjects],
            (Self::CheckProject | Self::PlanFix, Own | Team) => &[P::CheckProjects, P::ManageAllProjects],
            (Self::CheckProject | Self::PlanFix, Other) => &[P::ManageAllProjects],
            (Self::ReadAdvisories, _) => &[P::CheckProjects, P::ManageAdvisories],
            (Self::UpdateAdvisories, _) => &[P::ManageAdvisories],
            (Self::ListJobs | Self::RunJob, _) => &[P::ManageJobs],
            (Self::CreateToken | Self::RotateToken, Own) => &[P::CreateTokens, P::ManageTokens],
            (Self::CreateToken | Self::RotateToken, Team | Other) => &[P::ManageTokens],
            (Self::ListTokens | Self::ListSessions, Own) => &[P::UseAccount, P::ReadAccess],
            (Self::ListTokens | Self::ListSessions, Team | Other) => &[P::ReadAccess],
            (Self::RevokeToken | Self::RevokeSession, Own) => &[P::UseAccount, P::RevokeAccess],
            (Self::RevokeToken | Self::RevokeSession, Team | Other) => &[P::RevokeAccess],
            (Self::ExplainAccess | Self::ListAccess, _) => &[P::ReadAccess],
            (Self::RevokeAccess, _) => &[P::RevokeAccess],
            (Self::ErasePerson, _) => &[P::ErasePeople],
            (Self::ReadConfiguration, _) => &[P::ReadConfiguration],
            (Self::ReadAudit, _) => &[P::ReadAudit],
            (Self::ManageAudit, _) => &[P::ManageAudit],
            (Self::ListSecrets, Own | Team) => &[P::ReadSecrets, P::WriteSecrets, P::ManageAllSecrets],
            (Self::ReadSecret, Own | Team) => &[P::ReadSecrets, P::ManageAllSecrets],
            (Self::WriteSecret | Self::RotateSecret | Self::DeleteSecret, Own) => {
                &[P::WriteSecrets, P::ManageAllSecrets]
            }
            (Self::ListSecrets | Self::ReadSecret, Other)
            | (Self::WriteSecret | Self::RotateSecret | Self::DeleteSecret, Team | Other) => &[P::ManageAllSecrets],
            (Self::RotateKeys, _) => &[P::RotateKeys],
            (Self::ReadCompliance, _) => &[P::ReadCompliance],
        }
    }

    /// What it does to what there is.
    #[must_use]
    pub fn effect(self) -> Effect {
        match self {
            Self::BeginProject | Self::CreateToken | Self::CheckProject => Effect::Creates,
            Self::ListBlueprints
            | Self::PlanProject
            | Self::ListProjects
            | Self::ReadProject
            | Self::ListTokens
            | Self::ListSessions
            | Self::ExplainAccess
            | Self::ListAccess
            | Self::ReadConfiguration
            | Self::ReadAudit
            | Self::ListSecrets
            | Self::ReadSecret
            | Self::ReadCompliance
            | Self::CheckFiles
            | Self::ReadFindings
            | Self::PlanFix
            | Self::ReadAdvisories
            | Self::ListJobs => Effect::Reads,
            // A link is used up, and taking a project out is told in its history.
            Self::DownloadArchive
            | Self::ExportProject
            | Self::TransferProject
            | Self::RotateToken
            | Self::ManageAudit
            | Self::WriteSecret
            | Self::RotateSecret
            | Self::RotateKeys
            | Self::TriageFinding
            | Self::FixProject
            | Self::UpdateAdvisories
            | Self::RunJob => Effect::Updates,
            Self::DeleteProject
            | Self::RevokeToken
            | Self::RevokeSession
            | Self::RevokeAccess
            | Self::ErasePerson
            | Self::DeleteSecret => Effect::Deletes,
        }
    }

    /// Whether it is privileged, and so leaves an entry in the audit log: it changes something, or reads a secret, the
    /// audit log or another's data. What is not privileged is told in the access log.
    #[must_use]
    pub fn is_privileged(self, ownership: Ownership) -> bool {
        match self {
            Self::ReadAudit | Self::ReadSecret | Self::ListAccess | Self::ExplainAccess => true,
            // Nobody's data in particular: the list itself holds only what may be read.
            Self::ListBlueprints
            | Self::PlanProject
            | Self::ReadConfiguration
            | Self::ReadCompliance
            | Self::CheckFiles
            | Self::ReadAdvisories
            | Self::ListJobs => false,
            _ => self.effect() != Effect::Reads || ownership != Ownership::Own,
        }
    }

    /// Whether a server in read-only mode refuses it. What ends access is never refused for that: it makes things safer.
    #[must_use]
    pub fn is_refused_when_read_only(self) -> bool {
        match self {
            Self::BeginProject
            | Self::DeleteProject
            | Self::TransferProject
            | Self::CreateToken
            | Self::RotateToken
            | Self::ErasePerson
            | Self::WriteSecret
            | Self::RotateSecret
            | Self::DeleteSecret
            | Self::RotateKeys
            | Self::CheckProject
            | Self::TriageFinding
            | Self::FixProject => true,
            Self::ListBlueprints
            | Self::PlanProject
            | Self::ListProjects
            | Self::ReadProject
            | Self::DownloadArchive
            | Self::ExportProject
            | Self::ListTokens
            | Self::RevokeToken
            | Self::ListSessions
            | Self::RevokeSession
            | Self::ExplainAccess
            | Self::ListAccess
            | Self::RevokeAccess
            | Self::ReadConfiguration
            | Self::ReadAudit
            | Self::ManageAudit
            | Self::ListSecrets
            | Self::ReadSecret
            | Self::ReadCompliance
            | Self::CheckFiles
            | Self::ReadFindings
            | Self::PlanFix
            | Self::ReadAdvisories
            // Newer advisories, and jobs that keep their own bounds, make things safer.
            | Self::UpdateAdvisories
            | Self::ListJobs
            | Self::RunJob => false,
        }
    }

    /// Whether a credential for certain projects can be used for it. Such a one can begin nothing, and grant nothing.
    #[must_use]
    pub fn fits_one_project(self) -> bool {
        match self {
            Self::ListBlueprints
            | Self::ListProjects
            | Self::ReadProject
            | Self::DownloadArchive
            | Self::ExportProject
            | Self::DeleteProject
            | Self::TransferProject
            | Self::ListSecrets
            | Self::ReadSecret
            | Self::WriteSecret
            | Self::RotateSecret
            | Self::DeleteSecret
            | Self::CheckProject
            | Self::ReadFindings
            | Self::TriageFinding
            | Self::PlanFix
            | Self::FixProject => true,
            Self::PlanProject
            | Self::BeginProject
            | Self::CreateToken
            | Self::ListTokens
            | Self::RotateToken
            | Self::RevokeToken
            | Self::ListSessions
            | Self::RevokeSession
            | Self::ExplainAccess
            | Self::ListAccess
            | Self::RevokeAccess
            | Self::ErasePerson
            | Self::ReadConfiguration
            | Self::ReadAudit
            | Self::ManageAudit
            | Self::RotateKeys
            | Self::ReadCompliance
            | Self::CheckFiles
            | Self::ReadAdvisories
            | Self::UpdateAdvisories
            | Self::ListJobs
            | Self::RunJob => false,
        }
    }
}

impl std::str::FromStr for Operation {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|operation| operation.as_str() == text).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_may_on_anothers_things_may_on_their_own() {
        for operation in Operation::ALL {
            assert_eq!(operation.as_str().parse(), Ok(operation));
            for permission in operation.needs(Ownership::Other) {
                assert!(operation.needs(Ownership::Team).contains(permission), "{operation:?}");
                assert!(operation.needs(Ownership::Own).contains(permission), "{operation:?}");
            }
        }
    }
}
