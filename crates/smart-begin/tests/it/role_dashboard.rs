//! Every role tries every form and list of the dashboard on its own things, its team's and other people's, with the real
//! server. What is refused changes nothing, and what may not be seen is answered like what is not there.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;

use crate::listener::Listener;
use crate::program::PROGRAM;
use crate::role_world::{Actor, Expected, NOTHING, ROLES, TEAM, Target, World, expected, policy};
use app::{Origin, SessionTimes, SignedIn};
use domain::{Operation, Ownership, RequestId};
use secrecy::ExposeSecret as _;

/// An answer, without what no two answers have in common.
#[derive(Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    place: String,
    pub(crate) body: String,
}

impl Answer {
    /// What came of it.
    pub(crate) fn came(&self) -> Expected {
        match self.status {
            200 | 201 => Expected::Allowed,
            303 if self.place.contains("?done=") || self.place.contains("why=signed-out") => Expected::Allowed,
            403 => Expected::Refused,
            404 => Expected::Missing,
            _ => panic!("{self:?}"),
        }
    }
}

/// A browser's session: its cookie, and what its forms bring along.
pub(crate) struct Session {
    cookie: String,
    csrf: String,
}

pub(crate) struct Walk {
    pub(crate) world: World,
    listener: Listener,
}

impl Walk {
    pub(crate) fn start(read_only: bool) -> Self {
        let world = World::new();
        let mut serve = Command::new(PROGRAM);
        serve.args(["serve", "--http", "127.0.0.1:0"]).envs(World::variables(read_only));
        serve.env("SMART_BEGIN_SIGN_IN__REQUIRED", "true");
        for rate in ["CALLER", "ADDRESS"] {
            serve.env(format!("SMART_BEGIN_LIMITS__REQUESTS_PER_MINUTE_PER_{rate}"), "0");
        }
        let listener = Listener::of(&mut serve, &world.home);
        Self { world, listener }
    }

    fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let address = self.listener.base.strip_prefix("http://").unwrap();
        let mut text = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
        for (name, value) in headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(text.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let text = String::from_utf8_lossy(&answer);
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let header = |name: &str| {
            let mut lines = head.lines().filter_map(|line| line.split_once(": "));
            lines.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned())
        };
        Answer {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            place: header("location").unwrap_or_default(),
            body: without_request_ids(body),
        }
    }

    fn form(&self, session: &Session, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut body = format!("csrf={}", session.csrf);
        for (name, value) in fields {
            body.push_str(&format!("&{name}={value}"));
        }
        let headers = [
            ("Cookie", session.cookie.as_str()),
            ("Origin", self.listener.base.as_str()),
            ("Sec-Fetch-Site", "same-origin"),
            ("Content-Type", "application/x-www-form-urlencoded"),
        ];
        self.send("POST", path, &headers, &body)
    }

    /// The actor's browser, signed in with what the actor has.
    pub(crate) fn session(&self, actor: &Actor, role: &str) -> Session {
        let who = SignedIn {
            principal: actor.name.clone(),
            display: actor.name.clone(),
            roles: vec![role.to_owned()],
            teams: vec![TEAM.to_owned()],
            permissions_bound: None,
            only_projects: None,
            token_id: None,
        };
        let hour = std::time::Duration::from_secs(3600);
        let times = SessionTimes { idle: hour, longest: hour, rotate: hour };
        let request = RequestId::random().unwrap();
        let started = app::start_session(&self.world.services, &request, &who, &Origin::default(), times).unwrap();
        let cookie = format!("__Host-smart-begin-session={}", started.cookie.expose_secret());
        Session { cookie, csrf: started.csrf }
    }

    /// Tries it; none where HTTP has no such thing. A new operation does not compile without a driver.
    pub(crate) fn attempt(
        &self,
        session: &Session,
        operation: Operation,
        ownership: Ownership,
        target: &Target,
    ) -> Option<Answer> {
        let own = ownership == Ownership::Own;
        match operation {
            Operation::CreateToken if own => {
                let fields = [("label", "tried"), ("days", "1"), ("role", NOTHING)];
                Some(self.form(session, "/dashboard/account/tokens", &fields))
            }
            Operation::RevokeToken => {
                Some(self.form(session, "/dashboard/account/tokens/revoke", &[("id", &target.token)]))
            }
            Operation::RevokeSession => {
                Some(self.form(session, "/dashboard/account/sessions/end", &[("id", &target.session)]))
            }
            Operation::ListTokens | Operation::ListSessions if own => {
                let page = self.send("GET", "/dashboard/account", &[("Cookie", &session.cookie)], "");
                assert_eq!(page.status, 200, "{page:?}");
                let id = if operation == Operation::ListTokens { &target.token } else { &target.session };
                // The page is there for everybody; a list that is not allowed is not on it.
                let status = if page.body.contains(id.as_str()) { 200 } else { 403 };
                Some(Answer { status, place: String::new(), body: String::new() })
            }
            // Of MCP and the command line, or one's own alone.
            Operation::ListBlueprints
            | Operation::PlanProject
            | Operation::BeginProject
            | Operation::ListProjects
            | Operation::ReadProject
            | Operation::DownloadArchive
            | Operation::CreateToken
            | Operation::ListTokens
            | Operation::ListSessions
            | Operation::ExportProject
            | Operation::DeleteProject
            | Operation::TransferProject
            | Operation::RotateToken
            | Operation::ExplainAccess
            | Operation::ListAccess
            | Operation::RevokeAccess
            | Operation::ErasePerson
            | Operation::ReadConfiguration
            | Operation::ReadAudit
            | Operation::CheckFiles
            | Operation::CheckProject
            | Operation::ReadFindings
            | Operation::TriageFinding
            | Operation::PlanFix
            | Operation::FixProject
            | Operation::ReadAdvisories
            | Operation::UpdateAdvisories
            | Operation::ListJobs
            | Operation::RunJob
            | Operation::ManageAudit
            | Operation::ListSecrets
            | Operation::ReadSecret
            | Operation::WriteSecret
            | Operation::RotateSecret
            | Operation::DeleteSecret
            | Operation::RotateKeys
            | Operation::ReadCompliance => None,
        }
    }

    fn walk(&self, roles: &[&'static str], read_only: bool) -> BTreeSet<Operation> {
        let mut tried = BTreeSet::new();
        for role in roles {
            for operation in Operation::ALL {
                for ownership in Ownership::ALL {
                    let case = format!("{role} {operation:?} {ownership:?} read-only {read_only}");
                    let actor = self.world.actor(role, &[]);
                    let session = self.session(&actor, role);
                    let target = self.world.target(ownership, &actor.name);
                    let permissions = policy().roles.get(role).unwrap_or_default();
                    let wanted = expected(permissions, operation, ownership, read_only, None);
                    let before = self.world.state(&target, &actor.name);

                    let Some(answer) = self.attempt(&session, operation, ownership, &target) else { continue };
                    tried.insert(operation);
                    assert_eq!(answer.came(), wanted, "{case}: {answer:?}");
                    if wanted == Expected::Allowed {
                        continue;
                    }
                    assert_eq!(self.world.state(&target, &actor.name), before, "{case} changed something");
                    if wanted == Expected::Missing {
                        let none = Target::missing(&target.owner);
                        let other = self.attempt(&session, operation, ownership, &none).unwrap();
                        assert_eq!(without(&answer, &target), without(&other, &none), "{case}");
                    }
                }
            }
        }
        tried
    }
}

/// The answer without the ids that were asked for.
fn without(answer: &Answer, target: &Target) -> Answer {
    let plain = [&target.project, &target.link, &target.token, &target.session]
        .into_iter()
        .fold(answer.body.clone(), |text, id| text.replace(id.as_str(), "ID"));
    Answer { status: answer.status, place: answer.place.clone(), body: plain }
}

fn without_request_ids(text: &str) -> String {
    let mut parts = text.split("req_");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |whole, part| format!("{whole}req_…{}", part.get(16..).unwrap_or_default()))
}

#[test]
fn in_the_dashboard_every_role_can_do_what_the_table_says_and_nothing_else() {
    let tried = Walk::start(false).walk(&ROLES, false);
    assert_eq!(tried.len(), 5, "{tried:?}");
}

#[test]
fn in_the_dashboard_read_only_mode_refuses_what_the_table_says() {
    Walk::start(true).walk(&["member", "admin"], true);
}
