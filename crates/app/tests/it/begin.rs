//! Plan, look, apply; all or nothing.

use std::sync::Mutex;

use app::{BeginRequest, ErrorKind, begin_project};
use domain::Face;

use crate::{House, Steps, data_owner, request, with_call};

#[test]
fn a_project_is_planned_then_written_exactly_so() {
    let house = House::new();
    let plan = house.begin(BeginRequest { apply: false, ..request("demo") }).unwrap();
    assert!(!plan.applied && plan.project_id.is_none() && house.entries().is_empty());
    assert!(plan.next_steps.iter().any(|step| step.contains(&plan.plan_hash)));

    let done = house.begin(BeginRequest { plan_hash: Some(plan.plan_hash.clone()), ..request("demo") }).unwrap();
    assert!(done.applied && done.plan_hash == plan.plan_hash && done.commit.is_some());
    assert_eq!(house.entries(), ["demo"]);
    for file in &done.project_structure.files {
        assert!(house.root().join("demo").join(file).is_file(), "{file}");
    }
    let shown = with_call(&data_owner(Face::Cli), &app::Quiet, |call| {
        app::show_project(&house.services, call, done.project_id.as_deref().unwrap()).unwrap()
    });
    assert_eq!(shown.summary.state, "finished");
    assert_eq!(
        shown.events.iter().map(|event| event.kind.as_str()).collect::<Vec<_>>(),
        ["project-started", "project-finished"]
    );
}

#[test]
fn a_stale_hash_is_refused() {
    let house = House::new();
    let plan = house.begin(BeginRequest { apply: false, ..request("demo") }).unwrap();
    let changed =
        BeginRequest { description: Some("Another.".to_owned()), plan_hash: Some(plan.plan_hash), ..request("demo") };
    let error = house.begin(changed).unwrap_err();
    assert_eq!((error.kind, error.field), (ErrorKind::Refused, Some("planHash")));
    assert!(house.entries().is_empty());
}

#[test]
fn a_target_that_is_not_empty_stays_as_it_is() {
    let house = House::new();
    std::fs::create_dir(house.root().join("demo")).unwrap();
    std::fs::write(house.root().join("demo/mine"), "keep").unwrap();
    let error = house.begin(request("demo")).unwrap_err();
    assert_eq!((error.kind, error.field), (ErrorKind::Refused, Some("targetDirectory")));
    assert_eq!(std::fs::read_dir(house.root().join("demo")).unwrap().count(), 1);
}

#[test]
fn inside_another_repository_both_ways_out_are_named_and_one_works() {
    let house = House::new();
    std::fs::create_dir(house.root().join(".git")).unwrap();
    let error = house.begin(request("demo")).unwrap_err();
    assert!(
        error.kind == ErrorKind::Refused && error.hint.contains("--dir") && error.hint.contains("--no-git"),
        "{error}"
    );
    let done = house.begin(BeginRequest { git: false, ..request("demo") }).unwrap();
    assert!(done.commit.is_none() && !house.root().join("demo/.git").exists());
}

#[test]
fn steps_grow_by_one_and_giving_up_leaves_nothing() {
    let caller = data_owner(Face::Stdio);
    for give_up_after in 0..=5 {
        let house = House::new();
        let watch = Steps { seen: Mutex::new(vec![]), give_up_after };
        let outcome = with_call(&caller, &watch, |call| begin_project(&house.services, call, request("demo"), None));
        let seen = watch.seen.into_inner().unwrap();
        assert!(seen.iter().copied().eq(1..=seen.len() as u32), "{seen:?}");
        if give_up_after < 5 {
            assert_eq!(outcome.unwrap_err().kind, ErrorKind::Cancelled);
            assert!(house.entries().is_empty(), "after {give_up_after} steps");
            let list =
                with_call(&caller, &app::Quiet, |call| app::list_projects(&house.services, call, None, None).unwrap());
            assert!(list.projects.iter().all(|project| project.state == "abandoned"));
        } else {
            assert!(outcome.is_ok(), "once it is in place it is finished");
            assert_eq!(seen.len(), 6);
        }
    }
}
