//! API tokens: what is in them, who may make them, and how they end.

use app::{
    CreatedToken, Error, ErrorKind, NewToken, Quiet, create_token, list_tokens, revoke_token, rotate_token,
    sign_in_with_token,
};
use domain::{Caller, Credential, Face, Permission, PermissionSet, Policy, RoleTable};
use secrecy::ExposeSecret as _;

use crate::{House, data_owner, local, request, with_call};

/// A token for oneself, with these roles.
pub(crate) fn wanted(roles: &[&str]) -> NewToken {
    NewToken {
        label: "a test".to_owned(),
        principal: None,
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        projects: Vec::new(),
        lifetime_days: 90,
    }
}

pub(crate) fn make(house: &House, caller: &Caller, wanted: NewToken) -> Result<CreatedToken, Error> {
    with_call(caller, &Quiet, |call| create_token(&house.services, call, wanted))
}

pub(crate) fn sign_in(house: &House, created: &CreatedToken) -> Option<Caller> {
    sign_in_with_token(&house.services, Face::Http, created.token.expose_secret()).unwrap()
}

fn named(name: &str, roles: &[&str]) -> Caller {
    let roles = roles.iter().map(|role| (*role).to_owned()).collect();
    Caller::new(&Policy::default(), name, roles, Face::Http, Credential::AccessToken("idp".to_owned()))
}

#[test]
fn a_token_signs_in_as_what_it_was_made_for_until_it_is_revoked() {
    let house = House::new();
    let created = make(&house, &local(), wanted(&[])).unwrap();
    let caller = sign_in(&house, &created).unwrap();
    assert_eq!((caller.name.as_str(), &caller.roles), ("local", &vec!["member".to_owned()]));
    assert_eq!(caller.credential, Credential::ApiToken(created.summary.id.clone()));
    let listed = with_call(&local(), &Quiet, |call| list_tokens(&house.services, call, None)).unwrap();
    assert_eq!(listed.len(), 1);
    assert!(listed[0].last_used_at.is_some() && listed[0].state == "active");
    assert!(!format!("{created:?} {listed:?}").contains(created.token.expose_secret()), "a value is shown");
    assert!(created.token.expose_secret().ends_with(&listed[0].last_four));
    with_call(&local(), &Quiet, |call| {
        assert_eq!(revoke_token(&house.services, call, &created.summary.id).unwrap().state, "revoked");
        assert_eq!(revoke_token(&house.services, call, &created.summary.id).unwrap().state, "revoked", "and again");
    });
    assert!(sign_in(&house, &created).is_none());
}

#[test]
fn what_is_no_token_signs_nobody_in() {
    let house = House::new();
    let value = make(&house, &local(), wanted(&[])).unwrap();
    let value = value.token.expose_secret();
    let cases =
        ["", "sb_", &value[..38], &format!("{value}0"), &value.to_uppercase(), &format!(" {value}"), &"x".repeat(39)];
    for case in cases {
        assert!(sign_in_with_token(&house.services, Face::Http, case).unwrap().is_none(), "{case}");
    }
}

#[test]
fn after_rotation_the_old_value_is_good_for_its_grace_alone() {
    let house = House::new();
    let first = make(&house, &local(), wanted(&[])).unwrap();
    let rotate =
        |grace| with_call(&local(), &Quiet, |call| rotate_token(&house.services, call, &first.summary.id, grace));
    let second = rotate(10).unwrap();
    assert_eq!(second.summary.id, first.summary.id);
    assert!(sign_in(&house, &first).is_some() && sign_in(&house, &second).is_some());
    let third = rotate(0).unwrap();
    assert!(
        sign_in(&house, &first).is_none() && sign_in(&house, &second).is_none() && sign_in(&house, &third).is_some()
    );
    assert_eq!(rotate(1441).unwrap_err().field, Some("graceMinutes"));
    with_call(&local(), &Quiet, |call| revoke_token(&house.services, call, &first.summary.id)).unwrap();
    assert!(sign_in(&house, &third).is_none());
    assert_eq!(rotate(0).unwrap_err().kind, ErrorKind::Refused, "an ended token is not brought back");
}

#[test]
fn nobody_grants_what_they_lack() {
    let house = House::new();
    let roles = RoleTable::shipped().with(
        "lead",
        [Permission::ManageTokens, Permission::ReadProjects, Permission::UseAccount].into_iter().collect(),
    );
    let policy = Policy { roles, ..Policy::default() };
    house.services.policy.set(policy.clone());
    let refused = |caller: &Caller, principal: Option<&str>, roles: &[&str]| {
        let token = NewToken { principal: principal.map(str::to_owned), ..wanted(roles) };
        let error = make(&house, caller, token).unwrap_err();
        (error.kind, error.field.unwrap_or_default())
    };
    let (operator, member) = (named("idp:op", &["operator"]), named("idp:ada", &["member"]));
    for role in ["admin", "member", "auditor", "viewer"] {
        assert_eq!(refused(&operator, None, &[role]), (ErrorKind::Refused, "roles"), "{role}");
        assert_eq!(refused(&operator, Some("idp:ada"), &[role]), (ErrorKind::Refused, "roles"), "{role}");
    }
    assert_eq!(refused(&member, None, &["auditor"]), (ErrorKind::Refused, "roles"));
    assert_eq!(refused(&member, Some("idp:bob"), &["viewer"]), (ErrorKind::Refused, ""), "for others: token:manage");
    assert_eq!(refused(&member, None, &["nobody"]), (ErrorKind::Invalid, "roles"));
    // Within one's own permissions, and still a way to other people's projects.
    let lead = Caller::new(&policy, "idp:lead", vec!["lead".to_owned()], Face::Http, Credential::Certificate);
    assert_eq!(refused(&lead, Some("idp:ada"), &["lead"]), (ErrorKind::Refused, "roles"));
    make(&house, &lead, wanted(&["lead"])).unwrap();
    // Bounded by the scopes of their own credential.
    let bound: PermissionSet = [Permission::CreateTokens, Permission::ReadProjects].into_iter().collect();
    let bounded = Caller { permissions: member.permissions.and(bound), ..member.clone() };
    assert_eq!(refused(&bounded, None, &["viewer"]), (ErrorKind::Refused, "roles"));
    make(&house, &named("idp:root", &["admin"]), NewToken { principal: Some("ci".to_owned()), ..wanted(&["member"]) })
        .unwrap();
}

#[test]
fn nobody_takes_over_a_wider_token_by_rotating_it() {
    let house = House::new();
    let admins = make(&house, &data_owner(Face::Cli), wanted(&["admin"])).unwrap();
    let operator = named("idp:op", &["operator"]);
    let error =
        with_call(&operator, &Quiet, |call| rotate_token(&house.services, call, &admins.summary.id, 60)).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Refused, "{error}");
    assert!(sign_in(&house, &admins).is_some());
}

#[test]
fn a_token_makes_none_that_lives_longer_and_does_not_prolong_itself() {
    let house = House::new();
    let short = make(&house, &local(), NewToken { lifetime_days: 1, ..wanted(&["member"]) }).unwrap();
    let caller = sign_in(&house, &short).unwrap();
    let made = make(&house, &caller, NewToken { lifetime_days: 366, ..wanted(&["member"]) }).unwrap();
    assert_eq!(made.summary.expires_at, short.summary.expires_at);
    let rotated = with_call(&caller, &Quiet, |call| rotate_token(&house.services, call, &short.summary.id, 0)).unwrap();
    assert_eq!(rotated.summary.expires_at, short.summary.expires_at);
    for days in [0, 367] {
        let error = make(&house, &local(), NewToken { lifetime_days: days, ..wanted(&[]) }).unwrap_err();
        assert_eq!(error.field, Some("lifetimeDays"));
    }
}

#[test]
fn a_token_for_one_project_reads_that_one_alone_and_grants_nothing() {
    let house = House::new();
    let one = house.begin_as(&local(), request("one"), None).unwrap().project_id.unwrap();
    let two = house.begin_as(&local(), request("two"), None).unwrap().project_id.unwrap();
    let theirs = house.begin(request("theirs")).unwrap().project_id.unwrap();
    let bound = |id: &str| NewToken { projects: vec![id.to_owned()], ..wanted(&[]) };
    let caller = sign_in(&house, &make(&house, &local(), bound(&one)).unwrap()).unwrap();
    with_call(&caller, &Quiet, |call| {
        let listed = app::list_projects(&house.services, call, None, None).unwrap().projects;
        assert_eq!(listed.iter().map(|project| project.id.as_str()).collect::<Vec<_>>(), [one.as_str()]);
        app::show_project(&house.services, call, &one).unwrap();
        assert_eq!(app::show_project(&house.services, call, &two).unwrap_err().kind, ErrorKind::NotFound);
        assert_eq!(create_token(&house.services, call, wanted(&[])).unwrap_err().kind, ErrorKind::Refused);
        assert_eq!(list_tokens(&house.services, call, None).unwrap_err().kind, ErrorKind::Refused);
    });
    assert_eq!(house.begin_as(&caller, request("three"), None).unwrap_err().kind, ErrorKind::Refused);
    let foreign = make(&house, &local(), bound(&theirs)).unwrap_err();
    let missing = make(&house, &local(), bound("prj_000000000000000000000000")).unwrap_err();
    assert_eq!((foreign.kind, foreign.to_string()), (ErrorKind::NotFound, missing.to_string()));
}

#[test]
fn a_role_that_is_gone_gives_nothing() {
    let house = House::new();
    let custom = RoleTable::shipped().with("reader", [Permission::ReadProjects].into_iter().collect());
    house.services.policy.set(Policy { roles: custom, ..Policy::default() });
    let created = make(&house, &data_owner(Face::Cli), wanted(&["reader"])).unwrap();
    assert!(sign_in(&house, &created).unwrap().permissions.has(Permission::ReadProjects));
    house.services.policy.set(Policy::default());
    assert_eq!(sign_in(&house, &created).unwrap().permissions, PermissionSet::NONE);
}

#[test]
fn a_token_of_another_answers_like_one_that_does_not_exist() {
    let house = House::new();
    let theirs = make(&house, &data_owner(Face::Cli), wanted(&[])).unwrap().summary.id;
    for caller in [local(), named("idp:vera", &["viewer"]), named("idp:none", &[])] {
        with_call(&caller, &Quiet, |call| {
            for missing in ["tok_000000000000000000000000", "nonsense", ""] {
                let told = |id: &str| {
                    let revoked = revoke_token(&house.services, call, id).unwrap_err();
                    let rotated = rotate_token(&house.services, call, id, 0).unwrap_err();
                    (revoked.kind, revoked.to_string(), rotated.kind, rotated.to_string())
                };
                assert_eq!(told(&theirs), told(missing), "{}", caller.name);
            }
            let error = list_tokens(&house.services, call, Some("*")).unwrap_err();
            assert_eq!(error.kind, ErrorKind::Refused);
        });
    }
}
