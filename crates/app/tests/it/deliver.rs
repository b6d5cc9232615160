//! Archives: links to each file, and downloads that work once.

use crate::{House, local, request, with_call};
use app::{BeginRequest, Delivery, ErrorKind, LinkBase, download_archive, read_project_file};

#[test]
fn every_file_of_an_archive_can_be_read_as_it_was_planned() {
    let house = House::new();
    let caller = local();
    let done =
        house.begin_as(&caller, BeginRequest { delivery: Some(Delivery::Archive), ..request("demo") }, None).unwrap();
    assert!(house.entries().is_empty(), "nothing is written");
    let (id, archive) = (done.project_id.unwrap(), done.archive.unwrap());
    assert_eq!(archive.files.len(), done.project_structure.files.len());
    assert!(archive.zip.is_none(), "there is no listener");
    for (file, link) in done.project_structure.files.iter().zip(&archive.files) {
        assert_eq!(link, &format!("smart-begin://projects/{id}/files/{file}"));
        with_call(&caller, &app::Quiet, |call| read_project_file(&house.services, call, &id, file).unwrap());
    }
    with_call(&caller, &app::Quiet, |call| {
        for path in ["../secret", "/etc/passwd", "", "nope"] {
            assert_eq!(
                read_project_file(&house.services, call, &id, path).unwrap_err().kind,
                ErrorKind::NotFound,
                "{path}"
            );
        }
    });
}

#[test]
fn a_download_link_works_once() {
    let house = House::new();
    let base = LinkBase("http://127.0.0.1:1".to_owned());
    let wanted = BeginRequest { delivery: Some(Delivery::Archive), ..request("demo") };
    let done = house.begin_as(&local(), wanted, Some(&base)).unwrap();
    let archive = done.archive.unwrap();
    let download =
        |token: &str| with_call(&local(), &app::Quiet, |call| download_archive(&house.services, call, token));
    for (link, name, magic) in
        [(archive.zip, "demo.zip", &b"PK"[..]), (archive.tar_gz, "demo.tar.gz", &[0x1f, 0x8b][..])]
    {
        let link = link.unwrap();
        let token = link.strip_prefix("http://127.0.0.1:1/downloads/").unwrap();
        let file = download(token).unwrap();
        assert!(file.file_name == name && file.bytes.starts_with(magic));
        assert_eq!(download(token).unwrap_err().kind, ErrorKind::NotFound, "used up");
    }
    for token in ["", "x", &"0".repeat(52)] {
        assert_eq!(download(token).unwrap_err().kind, ErrorKind::NotFound);
    }
}

#[test]
fn without_a_root_a_project_comes_as_an_archive_and_says_so() {
    let mut house = House::new();
    house.services.roots = safe_fs::Roots::none();
    let done = house.begin_as(&local(), request("demo"), None).unwrap();
    assert!(done.archive.is_some() && done.assumptions.iter().any(|line| line.starts_with("delivery:")));
    let named = BeginRequest { target_directory: Some("demo".to_owned()), ..request("demo") };
    assert_eq!(house.begin_as(&local(), named, None).unwrap_err().kind, ErrorKind::Refused);
    let both = BeginRequest {
        target_directory: Some("demo".to_owned()),
        delivery: Some(Delivery::Archive),
        ..request("demo")
    };
    assert_eq!(house.begin(both).unwrap_err().kind, ErrorKind::Invalid);
}

#[test]
fn a_client_cannot_leave_the_root() {
    let house = House::new();
    for path in ["../x", "/etc/x", "a/../../x"] {
        let error =
            house.begin(BeginRequest { target_directory: Some(path.to_owned()), ..request("demo") }).unwrap_err();
        assert_eq!((error.kind, error.field), (ErrorKind::Refused, Some("targetDirectory")), "{path}");
    }
}
