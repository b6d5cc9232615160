//! Who sees what.

use app::{ErrorKind, Quiet, list_projects, read_project_file, show_project};
use domain::Face;

use crate::{House, data_owner, local, request, with_call};

#[test]
fn a_project_of_another_answers_like_one_that_does_not_exist() {
    let house = House::new();
    let owner = data_owner(Face::Cli);
    let theirs = house.begin(request("theirs")).unwrap().project_id.unwrap();
    let own = house.begin_as(&local(), request("own"), None).unwrap().project_id.unwrap();
    with_call(&local(), &Quiet, |call| {
        let listed = list_projects(&house.services, call, None, None).unwrap().projects;
        assert_eq!(listed.iter().map(|project| project.id.as_str()).collect::<Vec<_>>(), [own.as_str()]);
        let forbidden = show_project(&house.services, call, &theirs).unwrap_err();
        let missing = show_project(&house.services, call, "prj_000000000000000000000000").unwrap_err();
        assert_eq!(forbidden.to_string(), missing.to_string());
        assert_eq!(forbidden.kind, ErrorKind::NotFound);
        assert_eq!(
            read_project_file(&house.services, call, &theirs, "README.md").unwrap_err().to_string(),
            missing.to_string()
        );
    });
    with_call(&owner, &Quiet, |call| {
        assert_eq!(list_projects(&house.services, call, None, None).unwrap().projects.len(), 2)
    });
}

#[test]
fn lists_are_paged_and_their_arguments_checked() {
    let house = House::new();
    for number in 0..5 {
        house.begin(request(&format!("demo-{number}"))).unwrap();
    }
    with_call(&data_owner(Face::Cli), &Quiet, |call| {
        let list = |limit, cursor: Option<&str>| list_projects(&house.services, call, limit, cursor);
        let first = list(Some(3), None).unwrap().projects;
        let second = list(Some(3), Some(&first[2].id)).unwrap().projects;
        let names: Vec<&str> = first.iter().chain(&second).map(|project| project.name.as_str()).collect();
        assert_eq!(names, ["demo-4", "demo-3", "demo-2", "demo-1", "demo-0"]);
        for limit in [0, 501] {
            assert_eq!(list(Some(limit), None).unwrap_err().field, Some("limit"));
        }
        assert_eq!(list(None, Some("'; drop table projects")).unwrap_err().field, Some("cursor"));
    });
}
