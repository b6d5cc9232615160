//! Projects in teams, given away, taken out and forgotten; and how many one may keep.

use app::{
    ArchiveFormat, BeginRequest, Delivery, ErrorKind, LinkBase, NewOwner, Quiet, delete_project, download_archive,
    export_project, list_projects, show_project, transfer_project,
};
use domain::{Caller, Credential, Face, Policy, Quota};

use crate::{House, data_owner, local, request, with_call};

fn member(name: &str, teams: &[&str]) -> Caller {
    let roles = vec!["member".to_owned()];
    let caller = Caller::new(&Policy::default(), name, roles, Face::Http, Credential::Certificate);
    Caller { teams: teams.iter().map(|team| (*team).to_owned()).collect(), ..caller }
}

fn archive(name: &str) -> BeginRequest {
    BeginRequest { delivery: Some(Delivery::Archive), ..request(name) }
}

fn begin(house: &House, caller: &Caller, name: &str) -> String {
    house.begin_as(caller, archive(name), None).unwrap().project_id.unwrap()
}

fn names(house: &House, caller: &Caller) -> Vec<String> {
    let listed = with_call(caller, &Quiet, |call| list_projects(&house.services, call, None, None)).unwrap();
    listed.projects.into_iter().map(|project| project.name).collect()
}

#[test]
fn a_team_reads_what_was_given_to_it_and_changes_nothing() {
    let house = House::new();
    let (ada, bob, eve) =
        (member("idp:ada", &["red"]), member("idp:bob", &["red", "blue"]), member("idp:eve", &["blue"]));
    let id = begin(&house, &ada, "shared");
    begin(&house, &ada, "private");
    begin(&house, &bob, "bobs");
    let to = |team: &str| NewOwner { principal: None, team: Some(team.to_owned()) };
    with_call(&ada, &Quiet, |call| {
        let error = transfer_project(&house.services, call, &id, &to("blue")).unwrap_err();
        assert_eq!((error.kind, error.field), (ErrorKind::Refused, Some("team")), "not her team");
        assert_eq!(transfer_project(&house.services, call, &id, &to("red")).unwrap().team.as_deref(), Some("red"));
    });
    assert_eq!(names(&house, &bob), ["bobs", "shared"]);
    assert_eq!(names(&house, &ada), ["private", "shared"]);
    assert!(names(&house, &eve).is_empty());
    with_call(&bob, &Quiet, |call| {
        show_project(&house.services, call, &id).unwrap();
        let refused = delete_project(&house.services, call, &id).unwrap_err();
        assert_eq!(refused.kind, ErrorKind::Refused, "he may know of it: {refused}");
    });
    with_call(&eve, &Quiet, |call| {
        let told = |id: &str| delete_project(&house.services, call, id).unwrap_err().to_string();
        assert_eq!(told(&id), told("prj_000000000000000000000000"));
    });
}

#[test]
fn a_project_given_away_is_the_others_alone_and_its_links_die() {
    let house = House::new();
    let (ada, bob) = (member("idp:ada", &["red"]), member("idp:bob", &[]));
    let base = LinkBase("http://127.0.0.1:1".to_owned());
    let done = house.begin_as(&ada, archive("gift"), Some(&base)).unwrap();
    let link = done.archive.unwrap().zip.unwrap();
    let token = link.rsplit('/').next().unwrap();
    let id = done.project_id.unwrap();
    let to_bob = NewOwner { principal: Some("idp:bob".to_owned()), team: None };
    with_call(&ada, &Quiet, |call| {
        transfer_project(&house.services, call, &id, &NewOwner { team: Some("red".to_owned()), ..to_bob.clone() })
            .unwrap();
        assert_eq!(show_project(&house.services, call, &id).unwrap().summary.owner, "idp:bob", "still of her team");
        assert_eq!(transfer_project(&house.services, call, &id, &to_bob).unwrap_err().kind, ErrorKind::Refused);
    });
    with_call(&bob, &Quiet, |call| {
        let given = transfer_project(&house.services, call, &id, &to_bob).unwrap();
        assert_eq!(given.team, None, "what is not named is not kept");
        assert_eq!(download_archive(&house.services, call, token).unwrap_err().kind, ErrorKind::NotFound);
        let events = show_project(&house.services, call, &id).unwrap().events;
        assert_eq!(events[2].detail.as_deref(), Some("from idp:ada to idp:bob, team red"));
        for nobody in ["erased", "*", "role:admin", "", " ", "a\u{202e}b"] {
            let to = NewOwner { principal: Some(nobody.to_owned()), team: None };
            assert_eq!(transfer_project(&house.services, call, &id, &to).unwrap_err().field, Some("to"), "{nobody}");
        }
        assert_eq!(
            transfer_project(&house.services, call, &id, &NewOwner::default()).unwrap_err().kind,
            ErrorKind::Invalid
        );
    });
    with_call(&ada, &Quiet, |call| {
        assert_eq!(show_project(&house.services, call, &id).unwrap_err().kind, ErrorKind::NotFound);
    });
}

#[test]
fn a_link_is_for_whoever_may_read_the_project_and_another_does_not_use_it_up() {
    let house = House::new();
    let (ada, eve) = (member("idp:ada", &[]), member("idp:eve", &[]));
    let base = LinkBase("http://127.0.0.1:1".to_owned());
    let link = house.begin_as(&ada, archive("mine"), Some(&base)).unwrap().archive.unwrap().zip.unwrap();
    let token = link.rsplit('/').next().unwrap();
    let download =
        |caller: &Caller, token: &str| with_call(caller, &Quiet, |call| download_archive(&house.services, call, token));
    let (forbidden, missing) = (download(&eve, token).unwrap_err(), download(&eve, &"0".repeat(52)).unwrap_err());
    assert_eq!((forbidden.kind, forbidden.to_string()), (ErrorKind::NotFound, missing.to_string()));
    assert_eq!(download(&local(), token).unwrap_err().kind, ErrorKind::NotFound);
    assert!(download(&ada, token).unwrap().bytes.starts_with(b"PK"));
}

#[test]
fn a_deleted_project_is_gone_with_its_history_and_its_files_stay() {
    let house = House::new();
    let owner = data_owner(Face::Cli);
    let id = house.begin(request("demo")).unwrap().project_id.unwrap();
    with_call(&owner, &Quiet, |call| {
        let gone = delete_project(&house.services, call, &id).unwrap();
        assert_eq!(gone.target_directory, Some(house.root().join("demo").display().to_string()));
        assert_eq!(delete_project(&house.services, call, &id).unwrap_err().kind, ErrorKind::NotFound);
        assert_eq!(show_project(&house.services, call, &id).unwrap_err().kind, ErrorKind::NotFound);
    });
    assert_eq!(house.entries(), ["demo"]);
    assert!(house.services.store.events(&id.parse().unwrap()).unwrap().is_empty());
}

#[test]
fn an_export_holds_every_file_and_the_record() {
    let house = House::new();
    let ada = member("idp:ada", &[]);
    let id = begin(&house, &ada, "demo");
    with_call(&ada, &Quiet, |call| {
        let zip = export_project(&house.services, call, &id, ArchiveFormat::Zip).unwrap();
        assert!(zip.file_name == "demo.zip" && zip.bytes.starts_with(b"PK"));
        let tar = export_project(&house.services, call, &id, ArchiveFormat::TarGz).unwrap();
        assert!(tar.file_name == "demo.tar.gz" && tar.bytes.starts_with(&[0x1f, 0x8b]));
        for name in ["demo/README.md", "demo/.git/HEAD", "record.json", "checks.json", "vulnerabilities.json"] {
            assert!(zip.bytes.windows(name.len()).any(|part| part == name.as_bytes()), "{name}");
        }
        let events = show_project(&house.services, call, &id).unwrap().events;
        assert_eq!(events.iter().filter(|event| event.kind == "project-exported").count(), 2);
    });
}

#[test]
fn nobody_keeps_more_than_their_quota_however_many_calls_come_at_once() {
    let house = House::new();
    let policy = |projects, bytes| Policy { quota: Quota { projects, bytes }, ..Policy::default() };
    house.services.policy.set(policy(5, u64::MAX));
    let ada = member("idp:ada", &[]);
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let (house, ada) = (&house, &ada);
        let calls: Vec<_> = (0..16)
            .map(|number| scope.spawn(move || house.begin_as(ada, archive(&format!("demo-{number}")), None)))
            .collect();
        calls.into_iter().map(|call| call.join().unwrap()).collect()
    });
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 5);
    for refused in outcomes.into_iter().filter_map(Result::err) {
        assert_eq!(refused.kind, ErrorKind::Refused);
        assert!(refused.to_string().contains("limits.projects_per_caller"), "{refused}");
    }
    // Somebody else is not counted with her; the owner of the data folder is not bounded at all.
    let bob = member("idp:bob", &[]);
    begin(&house, &bob, "bobs");
    (0..6).for_each(|number| drop(house.begin(request(&format!("own-{number}"))).unwrap()));
    // Nor can she be given more.
    let bobs = begin(&house, &bob, "another");
    let to_ada = NewOwner { principal: Some("idp:ada".to_owned()), team: None };
    with_call(&bob, &Quiet, |call| {
        assert_eq!(transfer_project(&house.services, call, &bobs, &to_ada).unwrap_err().kind, ErrorKind::Refused);
    });
    // What she deletes makes room.
    let first = with_call(&ada, &Quiet, |call| list_projects(&house.services, call, Some(1), None)).unwrap();
    with_call(&ada, &Quiet, |call| delete_project(&house.services, call, &first.projects[0].id)).unwrap();
    begin(&house, &ada, "again");

    let one = house.services.store.project(&bobs.parse().unwrap()).unwrap().unwrap().bytes;
    assert!(one > 100_000, "{one}");
    house.services.policy.set(policy(100, 3 * one));
    let eve = member("idp:eve", &[]);
    begin(&house, &eve, "e-1");
    begin(&house, &eve, "e-2");
    let refused = house.begin_as(&eve, archive("e-3-that-has-a-longer-name-than-the-others"), None).unwrap_err();
    assert!(refused.to_string().contains("limits.project_bytes_per_caller"), "{refused}");
}
