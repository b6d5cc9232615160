//! Who asks, through which face of the program, by which credential, and what follows from it.

use std::net::IpAddr;

use crate::ProjectId;
use crate::face::Face;
use crate::permission::PermissionSet;
use crate::policy::Policy;
use crate::role::ADMIN;

/// What showed who the caller is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// Owning the data folder, as the operating system tells.
    DataFolder,
    /// Reaching a loopback listener without sign-in, in development only.
    Loopback,
    /// An access token of the identity provider that the configuration calls by this name.
    AccessToken(String),
    /// The API token with this id.
    ApiToken(String),
    /// The session of the dashboard with this id.
    Session(String),
    /// A client certificate.
    Certificate,
}

impl Credential {
    /// What names the token or the session, where it is one.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::ApiToken(id) | Self::Session(id) => Some(id),
            Self::DataFolder | Self::Loopback | Self::AccessToken(_) | Self::Certificate => None,
        }
    }

    /// Its kind, for logs.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::DataFolder => "data-folder",
            Self::Loopback => "loopback",
            Self::AccessToken(_) => "access-token",
            Self::ApiToken(_) => "api-token",
            Self::Session(_) => "session",
            Self::Certificate => "certificate",
        }
    }
}

/// The authenticated origin of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Stable name of the principal: `owner`, `local`, `PROVIDER:SUBJECT` or `certificate:SUBJECT`.
    pub name: String,
    /// The roles that the permissions come from.
    pub roles: Vec<String>,
    /// What the caller may do, with every upper bound applied: role, face, scopes of the token.
    pub permissions: PermissionSet,
    /// The teams whose projects the caller may read.
    pub teams: Vec<String>,
    /// The only projects that the credential is good for; none when it is good for all of the caller's.
    pub only_projects: Option<Vec<ProjectId>>,
    /// The face the call came through.
    pub face: Face,
    /// What showed who the caller is.
    pub credential: Credential,
    /// The address of the client; none on the same machine, and where it is not known.
    pub address: Option<IpAddr>,
}

impl Caller {
    /// Somebody with `roles`, and no teams or bounds beyond them.
    #[must_use]
    pub fn new(
        policy: &Policy,
        name: impl Into<String>,
        roles: Vec<String>,
        face: Face,
        credential: Credential,
    ) -> Self {
        let permissions = policy.permissions(&roles, face);
        Self {
            name: name.into(),
            roles,
            permissions,
            teams: Vec::new(),
            only_projects: None,
            face,
            credential,
            address: None,
        }
    }

    /// The operating-system user who owns the data folder: admin on the command line and on stdio.
    #[must_use]
    pub fn data_owner(policy: &Policy, face: Face) -> Self {
        Self::new(policy, "owner", vec![ADMIN.to_owned()], face, Credential::DataFolder)
    }

    /// Whoever reaches a loopback HTTP listener without sign-in, in development only.
    #[must_use]
    pub fn local(policy: &Policy) -> Self {
        Self::new(policy, "local", vec!["member".to_owned()], Face::Http, Credential::Loopback)
    }
}
