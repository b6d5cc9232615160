//! Sessions of the dashboard: opened, gone on with, replaced, ended.

use std::time::Duration;

use app::{
    ErrorKind, Origin, Quiet, ResumedSession, SessionTimes, SignedIn, StartedSession, end_session, list_sessions,
    resume_session, revoke_token, start_session,
};
use domain::{Caller, Credential, Face, Permission, Policy, RequestId};
use secrecy::ExposeSecret as _;

use crate::tokens::{make, wanted};
use crate::{House, data_owner, local, with_call};

const TIMES: SessionTimes = SessionTimes {
    idle: Duration::from_secs(1800),
    longest: Duration::from_secs(43_200),
    rotate: Duration::from_secs(900),
};

fn ada() -> SignedIn {
    SignedIn {
        principal: "idp:ada".to_owned(),
        display: "Ada".to_owned(),
        roles: vec!["member".to_owned()],
        teams: vec!["red".to_owned()],
        permissions_bound: None,
        only_projects: None,
        token_id: None,
    }
}

fn start(house: &House, who: &SignedIn) -> StartedSession {
    let origin = Origin { address: Some([192, 0, 2, 7].into()), user_agent: Some("Browser\u{7}/1") };
    start_session(&house.services, &RequestId::random().unwrap(), who, &origin, TIMES).unwrap()
}

fn resume(house: &House, cookie: &str, times: SessionTimes) -> Option<ResumedSession> {
    resume_session(&house.services, cookie, times).unwrap()
}

#[test]
fn a_session_goes_on_as_who_opened_it_until_it_is_ended() {
    let house = House::new();
    let started = start(&house, &ada());
    let resumed = resume(&house, started.cookie.expose_secret(), TIMES).unwrap();
    assert_eq!((resumed.csrf.as_str(), resumed.display.as_str()), (started.csrf.as_str(), "Ada"));
    assert!(resumed.replace_cookie.is_none());
    let caller = resumed.caller;
    assert_eq!((caller.name.as_str(), caller.teams.as_slice()), ("idp:ada", &["red".to_owned()][..]));
    assert_eq!(caller.credential, Credential::Session(started.id.clone()));
    with_call(&caller, &Quiet, |call| {
        let listed = list_sessions(&house.services, call, None).unwrap();
        assert_eq!(listed.len(), 1);
        assert!(listed[0].current && listed[0].user_agent.as_deref() == Some("Browser/1"));
        assert_eq!(listed[0].address.as_deref(), Some("192.0.2.7"));
        end_session(&house.services, call, &started.id).unwrap();
        assert_eq!(end_session(&house.services, call, &started.id).unwrap_err().kind, ErrorKind::NotFound);
    });
    assert!(resume(&house, started.cookie.expose_secret(), TIMES).is_none());
    for cookie in ["", "x", &"0".repeat(52)] {
        assert!(resume(&house, cookie, TIMES).is_none());
    }
}

#[test]
fn the_cookie_is_replaced_when_it_is_due_and_the_one_before_stays_good_for_a_while() {
    let house = House::new();
    let started = start(&house, &ada());
    let first = started.cookie.expose_secret();
    let due = SessionTimes { rotate: Duration::ZERO, ..TIMES };
    let second = resume(&house, first, due).unwrap().replace_cookie.unwrap();
    let again = resume(&house, first, due).unwrap();
    assert!(again.replace_cookie.is_none(), "the old one is good, and is not replaced again");
    assert!(resume(&house, second.expose_secret(), TIMES).unwrap().replace_cookie.is_none());
    let third = resume(&house, second.expose_secret(), due).unwrap().replace_cookie.unwrap();
    assert!(resume(&house, first, TIMES).is_none(), "two before");
    assert!(resume(&house, third.expose_secret(), TIMES).is_some());
}

#[test]
fn of_many_requests_at_once_one_replaces_the_cookie() {
    let house = House::new();
    let started = start(&house, &ada());
    let due = SessionTimes { rotate: Duration::ZERO, ..TIMES };
    let cookies: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..8).map(|_| scope.spawn(|| resume(&house, started.cookie.expose_secret(), due))).collect();
        threads.into_iter().filter_map(|thread| thread.join().unwrap().unwrap().replace_cookie).collect()
    });
    assert_eq!(cookies.len(), 1);
}

#[test]
fn a_session_ends_after_its_times_and_with_the_token_that_opened_it() {
    let house = House::new();
    let started = start(&house, &ada());
    let cookie = started.cookie.expose_secret();
    for times in [SessionTimes { idle: Duration::ZERO, ..TIMES }, SessionTimes { longest: Duration::ZERO, ..TIMES }] {
        assert!(resume(&house, cookie, times).is_none());
    }
    assert!(resume(&house, cookie, TIMES).is_some());

    let token = make(&house, &local(), wanted(&["member"])).unwrap();
    let opened = start(&house, &SignedIn { token_id: Some(token.summary.id.clone()), ..ada() });
    assert!(resume(&house, opened.cookie.expose_secret(), TIMES).is_some());
    with_call(&local(), &Quiet, |call| revoke_token(&house.services, call, &token.summary.id)).unwrap();
    assert!(resume(&house, opened.cookie.expose_secret(), TIMES).is_none());
    with_call(&data_owner(Face::Cli), &Quiet, |call| {
        assert_eq!(list_sessions(&house.services, call, Some("*")).unwrap().len(), 1);
    });
}

#[test]
fn a_session_is_bounded_by_what_it_was_opened_with() {
    let house = House::new();
    let bound = Some([Permission::ReadProjects, Permission::Execute].into_iter().collect());
    let started = start(&house, &SignedIn { permissions_bound: bound, ..ada() });
    let caller = resume(&house, started.cookie.expose_secret(), TIMES).unwrap().caller;
    assert!(caller.permissions.iter().eq([Permission::ReadProjects]), "{:?}", caller.permissions);
    with_call(&caller, &Quiet, |call| {
        assert_eq!(list_sessions(&house.services, call, None).unwrap_err().kind, ErrorKind::Refused);
        end_session(&house.services, call, &started.id).unwrap();
    });
}

#[test]
fn the_oldest_of_many_sessions_makes_way() {
    let house = House::new();
    let first = start(&house, &ada());
    let second = start(&house, &ada());
    (0..19).for_each(|_| drop(start(&house, &ada())));
    assert!(resume(&house, first.cookie.expose_secret(), TIMES).is_none());
    assert!(resume(&house, second.cookie.expose_secret(), TIMES).is_some());
}

#[test]
fn a_session_of_another_answers_like_one_that_does_not_exist() {
    let house = House::new();
    let theirs = start(&house, &ada()).id;
    let roles = vec!["viewer".to_owned()];
    let vera = Caller::new(&Policy::default(), "idp:vera", roles, Face::Http, Credential::Certificate);
    with_call(&vera, &Quiet, |call| {
        let told = |id: &str| {
            let error = end_session(&house.services, call, id).unwrap_err();
            (error.kind, error.to_string())
        };
        assert_eq!(told(&theirs), told("ses_000000000000000000000000"));
    });
    assert_eq!(with_call(&vera, &Quiet, |call| list_sessions(&house.services, call, None)).unwrap(), []);
}
