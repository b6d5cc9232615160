//! A world in which every role can try every operation on its own things, its team's and other people's; and what the
//! table of operations expects. The walks over the faces share it: each drives a face, none decides what is right.

use std::cell::Cell;
use std::path::Path;

use app::{
    BeginRequest, Call, Delivery, LinkBase, NewToken, Origin, Quiet, SecretPlace, Services, SessionTimes, SignedIn,
    Vault, begin_project, create_token, sign_in_with_token, start_session,
};
use blueprint::Catalogue;
use domain::{
    Caller, Credential, Ecosystem, Event, EventKind, Face, Finding, Operation, Ownership, Permission, PermissionSet,
    Policy, RequestId, RoleTable,
};
use safe_fs::Roots;
use secrecy::ExposeSecret as _;
use store::{NewCheck, NewEntry, Seen, Sla, Store};
use vault::{Kek, Keyring, LocalKey};

use crate::program::Home;

/// The roles that are walked: those that are shipped, one that an operator defined, and one that is no longer defined.
pub(crate) const ROLES: [&str; 7] = ["viewer", "member", "operator", "auditor", "admin", "walker", GONE];

/// A role of tokens that were made while it was defined.
const GONE: &str = "gone";

/// A role that gives nothing.
pub(crate) const NOTHING: &str = "nothing";

pub(crate) const TEAM: &str = "red";

/// What an operator's own role gives here: a mixture that no shipped role has.
const WALKER: [Permission; 4] =
    [Permission::ReadAllProjects, Permission::ManageTokens, Permission::RevokeAccess, Permission::ErasePeople];

/// The secret that is there for operations on one.
pub(crate) const SECRET: &str = "API_KEY";

/// The vulnerability that is there for operations on one.
pub(crate) const ADVISORY: &str = "GHSA-walk-walk-walk";

/// Where the secrets of a target are.
pub(crate) fn place(target: &Target) -> SecretPlace<'_> {
    SecretPlace { project: Some(&target.project), environment: "production" }
}

/// The key that secrets are sealed with here: one's own, as on a developer's machine.
pub(crate) fn keys(home: &Home) -> Vault {
    let file = home.data().join("keys/vault.key");
    if !file.exists() {
        let _ = home.call(["key", "create"]).run().expect_ok();
    }
    Vault::new(move || Ok(Some(Keyring::new(Kek::Local(LocalKey::from_file(&file)?), Vec::new()))))
}

/// What an operation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum About {
    /// Nothing that has an owner.
    Nothing,
    /// A project, by its id.
    Project,
    /// A download link.
    Link,
    /// An API token, by its id.
    Token,
    /// A session, by its id.
    Session,
    /// A person, by name.
    Person,
}

/// A new operation does not compile until somebody has said what it is about.
pub(crate) fn about(operation: Operation) -> About {
    match operation {
        Operation::ListBlueprints
        | Operation::PlanProject
        | Operation::BeginProject
        | Operation::ListProjects
        | Operation::ExplainAccess
        | Operation::ReadConfiguration
        | Operation::ReadAudit
        | Operation::ManageAudit
        | Operation::RotateKeys
        | Operation::ReadCompliance
        | Operation::CheckFiles
        | Operation::ReadAdvisories
        | Operation::UpdateAdvisories
        | Operation::ListJobs
        | Operation::RunJob => About::Nothing,
        Operation::ReadProject
        | Operation::ExportProject
        | Operation::DeleteProject
        | Operation::TransferProject
        | Operation::ListSecrets
        | Operation::ReadSecret
        | Operation::WriteSecret
        | Operation::RotateSecret
        | Operation::DeleteSecret
        | Operation::CheckProject
        | Operation::ReadFindings
        | Operation::TriageFinding
        | Operation::PlanFix
        | Operation::FixProject => About::Project,
        Operation::DownloadArchive => About::Link,
        Operation::RotateToken | Operation::RevokeToken => About::Token,
        Operation::RevokeSession => About::Session,
        Operation::CreateToken
        | Operation::ListTokens
        | Operation::ListSessions
        | Operation::ListAccess
        | Operation::RevokeAccess
        | Operation::ErasePerson => About::Person,
    }
}

/// What must come of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// It is done.
    Allowed,
    /// It is refused, and the answer says why.
    Refused,
    /// The answer is that of something that does not exist, word for word.
    Missing,
}

/// What the table of operations says of somebody with `permissions`. Written apart from `Caller::may`, from the table's
/// own columns. `bound` is whether the credential is good for certain projects only, and this is one of them.
pub(crate) fn expected(
    permissions: PermissionSet,
    operation: Operation,
    ownership: Ownership,
    read_only: bool,
    bound: Option<bool>,
) -> Expected {
    let has = |operation: Operation, ownership: Ownership| {
        operation.needs(ownership).iter().any(|permission| permissions.has(*permission))
    };
    let about = about(operation);
    let fits = bound.is_none() || operation.fits_one_project();
    let hit = bound != Some(false) || !matches!(about, About::Project | About::Link);
    let frozen = read_only && operation.is_refused_when_read_only();
    if !fits || frozen || !has(operation, Ownership::Own) {
        return Expected::Refused;
    }
    let allowed = hit && has(operation, ownership);
    let seen = match about {
        About::Nothing | About::Person => true,
        About::Project => hit && has(Operation::ReadProject, ownership),
        About::Link => false,
        About::Token => has(Operation::ListTokens, ownership),
        About::Session => has(Operation::ListSessions, ownership),
    };
    match (allowed, seen) {
        (true, _) => Expected::Allowed,
        (false, true) => Expected::Refused,
        (false, false) => Expected::Missing,
    }
}

/// Somebody who tries.
pub(crate) struct Actor {
    /// Their principal.
    pub(crate) name: String,
    /// Their API token.
    pub(crate) token: String,
    /// Them, when they have signed in with it.
    pub(crate) caller: Caller,
}

/// What is tried on. All of it is one person's.
pub(crate) struct Target {
    /// Whose it is.
    pub(crate) owner: String,
    /// The id of a project that was delivered as an archive.
    pub(crate) project: String,
    /// The token of a download link to it.
    pub(crate) link: String,
    /// The id of an API token that can do nothing.
    pub(crate) token: String,
    /// The id of a session.
    pub(crate) session: String,
}

impl Target {
    /// One that does not exist.
    pub(crate) fn missing(owner: &str) -> Self {
        let none = "0".repeat(24);
        Self {
            owner: owner.to_owned(),
            project: format!("prj_{none}"),
            link: "0".repeat(52),
            token: format!("tok_{none}"),
            session: format!("ses_{none}"),
        }
    }
}

/// A data folder, the program that uses it, and the use cases beside it.
pub(crate) struct World {
    pub(crate) home: Home,
    pub(crate) services: Services,
    count: Cell<u32>,
}

/// Puts an advisory into `folder`.
pub(crate) fn put_advisory(folder: &Path) {
    let package = r#"{"package": {"ecosystem": "npm", "name": "walked"}, "versions": ["1.0.0"]}"#;
    std::fs::write(folder.join("A-1.json"), format!(r#"{{"id": "A-1", "affected": [{package}]}}"#)).unwrap();
}

impl World {
    pub(crate) fn new() -> Self {
        let home = Home::new();
        let store = Store::open(&home.data()).unwrap();
        let mut services = Services::new(store, Roots::none(), Catalogue::open().unwrap(), policy());
        services.vault = keys(&home);
        services.checks.advisories = Some(home.data().join("advisories"));
        std::fs::create_dir(home.work().join("advisories")).unwrap();
        put_advisory(&home.work().join("advisories"));
        std::fs::write(home.work().join("value"), "walked").unwrap();
        Self { home, services, count: Cell::new(0) }
    }

    /// Puts there what `operation` needs beside its target.
    pub(crate) fn prepare(&self, operation: Operation, target: &Target) {
        if matches!(operation, Operation::ReadSecret | Operation::RotateSecret | Operation::DeleteSecret) {
            let value = "walked".into();
            let set = |call: &Call<'_>| app::set_secret(&self.services, call, &place(target), SECRET, &value);
            with_call(&mighty(&target.owner), set).unwrap();
        }
        if operation == Operation::TriageFinding {
            self.find_vulnerability(target);
        }
    }

    /// A check of the target's project found this.
    fn find_vulnerability(&self, target: &Target) {
        let npm = Ecosystem::new(Ecosystem::NPM);
        let finding: Finding = serde_json::from_value(serde_json::json!({
            "kind": "vulnerability", "rule": ADVISORY, "severity": "high", "confidence": "high", "fingerprint": "f",
            "message": "m", "hint": "h", "package": "p", "ecosystem": npm, "version": "1.0.0", "advisory": ADVISORY,
        }))
        .unwrap();
        let check = NewCheck {
            project: target.project.parse().unwrap(),
            at_ms: 1,
            caller: target.owner.clone(),
            request: RequestId::random().unwrap(),
            subject: None,
            duration_ms: 1,
            advisories_at_ms: None,
            summary: "{}".to_owned(),
            report: "{}".to_owned(),
            cut: 0,
            vulnerabilities: Some(Seen {
                dependencies: Vec::new(),
                unread: Vec::new(),
                findings: vec![finding],
                matched: vec![npm],
                undecided: Vec::new(),
                matched_with: String::new(),
                sla: Sla::default(),
            }),
        };
        self.services.store.add_check(check, &entry()).unwrap();
    }

    /// A number that no other has here.
    pub(crate) fn number(&self) -> u32 {
        self.count.set(self.count.get() + 1);
        self.count.get()
    }

    /// The environment variables that give the program the same roles.
    pub(crate) fn variables(read_only: bool) -> Vec<(String, String)> {
        let names = |permissions: &[Permission]| {
            permissions.iter().map(|permission| permission.as_str()).collect::<Vec<_>>().join(",")
        };
        let role = |name: &str, permissions: &[Permission]| {
            (format!("SMART_BEGIN_ACCESS__ROLES__{}__PERMISSIONS", name.to_uppercase()), names(permissions))
        };
        vec![
            role("walker", &WALKER),
            role(NOTHING, &[]),
            ("SMART_BEGIN_SERVER__READ_ONLY".to_owned(), read_only.to_string()),
        ]
    }

    /// Somebody new with `role` and a team, whose token is good for `projects` only, where there are some.
    pub(crate) fn actor(&self, role: &str, projects: &[&str]) -> Actor {
        self.somebody(&format!("idp:me-{}", self.number()), role, projects)
    }

    /// The same for somebody with this name.
    pub(crate) fn somebody(&self, name: &str, role: &str, projects: &[&str]) -> Actor {
        let all = policy();
        self.services.policy.set(Policy { roles: all.roles.clone().with(GONE, PermissionSet::all()), ..all.clone() });
        let wanted = NewToken {
            label: "walk".to_owned(),
            principal: None,
            roles: vec![role.to_owned()],
            projects: projects.iter().map(|id| (*id).to_owned()).collect(),
            lifetime_days: 1,
        };
        let created = with_call(&mighty(name), |call| create_token(&self.services, call, wanted)).unwrap();
        self.services.policy.set(all);
        let token = created.token.expose_secret().to_owned();
        let caller = sign_in_with_token(&self.services, Face::Http, &token).unwrap().unwrap();
        Actor { name: name.to_owned(), token, caller }
    }

    /// Something to try on, for the actor with this name.
    pub(crate) fn target(&self, ownership: Ownership, actor: &str) -> Target {
        let owner = match ownership {
            Ownership::Own => actor.to_owned(),
            Ownership::Team | Ownership::Other => format!("idp:other-{}", self.number()),
        };
        let (project, link) = self.project(&owner, ownership);
        let token = self.somebody(&owner, NOTHING, &[]).caller.credential;
        let Credential::ApiToken(token) = token else { panic!("signed in by a token") };
        let session = self.session(&owner);
        Target { owner, project, link, token, session }
    }

    fn project(&self, owner: &str, ownership: Ownership) -> (String, String) {
        let request = BeginRequest {
            project_name: format!("walk-{}", self.number()),
            delivery: Some(Delivery::Archive),
            apply: true,
            stack: Some("python".to_owned()),
            ..BeginRequest::default()
        };
        let links = LinkBase("http://127.0.0.1".to_owned());
        let done =
            with_call(&mighty(owner), |call| begin_project(&self.services, call, request, Some(&links))).unwrap();
        let id = done.project_id.unwrap();
        if ownership == Ownership::Team {
            let project = id.parse().unwrap();
            let request = RequestId::random().unwrap();
            let kind = EventKind::ProjectTransferred;
            let event = Event { kind, project, caller: owner.to_owned(), request, detail: None };
            // Past the use case: that would end the links.
            let links = done.archive.as_ref().and_then(|archive| archive.zip.clone()).unwrap();
            self.services.store.give_project(&event.project, owner, Some(TEAM), None, &event, &entry()).unwrap();
            return (id, self.link_again(&event.project, &links));
        }
        let link = done.archive.unwrap().zip.unwrap();
        (id, link.rsplit('/').next().unwrap().to_owned())
    }

    /// Giving a project away ends its links; this one is put back.
    fn link_again(&self, project: &domain::ProjectId, link: &str) -> String {
        use sha2::{Digest as _, Sha256};
        let token = link.rsplit('/').next().unwrap().to_owned();
        let link = store::NewDownload {
            token_sha256: Sha256::digest(&token).into(),
            project: project.clone(),
            format: "zip".to_owned(),
            expires_at_ms: i64::MAX,
        };
        self.services.store.add_downloads(&[link]).unwrap();
        token
    }

    fn session(&self, owner: &str) -> String {
        let who = SignedIn {
            principal: owner.to_owned(),
            display: owner.to_owned(),
            roles: Vec::new(),
            teams: Vec::new(),
            permissions_bound: None,
            only_projects: None,
            token_id: None,
        };
        let hour = std::time::Duration::from_secs(3600);
        let times = SessionTimes { idle: hour, longest: hour, rotate: hour };
        start_session(&self.services, &RequestId::random().unwrap(), &who, &Origin::default(), times).unwrap().id
    }

    /// What is there of a target and of the actor, but for the times of last use: a refusal leaves it as it is.
    pub(crate) fn state(&self, target: &Target, actor: &str) -> String {
        let store = &self.services.store;
        let id = target.project.parse().unwrap();
        let mut text = format!("{:?} {:?}", store.project(&id).unwrap(), store.events(&id).unwrap());
        text.push_str(&format!(" {:?} {:?}", store.secrets(Some(&id), None).unwrap(), store.legal_holds().unwrap()));
        for principal in [target.owner.as_str(), actor] {
            let projects = store.projects(Some(principal), 100, None).unwrap();
            text.push_str(&format!(" {:?}", projects.iter().map(|project| project.id.as_str()).collect::<Vec<_>>()));
            for mut token in store.tokens(Some(principal), 100).unwrap() {
                token.last_used_at_ms = None;
                text.push_str(&format!(" {token:?}"));
            }
            for session in store.sessions(Some(principal), 0, 100).unwrap() {
                text.push_str(&format!(" {}", session.id));
            }
        }
        text
    }
}

/// An entry of the audit log about nothing in particular, for what is done past the use cases.
pub(crate) fn entry() -> NewEntry {
    NewEntry {
        at_ms: 1,
        action: "test".to_owned(),
        caller: "test".to_owned(),
        project: None,
        request: "test".to_owned(),
        body: "{}".to_owned(),
    }
}

/// The policy of this world.
pub(crate) fn policy() -> Policy {
    let roles = RoleTable::shipped().with("walker", WALKER.into_iter().collect()).with(NOTHING, PermissionSet::NONE);
    Policy { roles, ..Policy::default() }
}

/// Somebody who may do everything, to set the world up.
fn mighty(name: &str) -> Caller {
    let permissions = PermissionSet::all();
    let teams = vec![TEAM.to_owned()];
    let caller = Caller::new(&policy(), name, Vec::new(), Face::Http, Credential::Certificate);
    Caller { permissions, teams, ..caller }
}

pub(crate) fn with_call<T>(caller: &Caller, run: impl FnOnce(&Call<'_>) -> T) -> T {
    let request = RequestId::random().unwrap();
    run(&Call { caller, request: &request, watch: &Quiet })
}
