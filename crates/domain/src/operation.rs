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
    pub const ALL: [Self; 20] = {
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
            (Self::ReadProject | Self::DownloadArchive | Self::ExportProject, Own | Team) => {
                &[P::ReadProjects, P::ReadAllProjects]
            }
            (Self::ReadProject | Self::DownloadArchive | Self::ExportProject, Other) => &[P::ReadAllProjects],
            (Self::DeleteProject | Self::TransferProject, Own) => &[P::ManageProjects, P::ManageAllProjects],
            (Self::DeleteProject | Self::TransferProject, Team | Other) => &[P::ManageAllProjects],
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
            | Self::ErasePerson => true,
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
            | Self::ReadConfiguration => false,
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
            | Self::TransferProject => true,
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
            | Self::ReadConfiguration => false,
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
