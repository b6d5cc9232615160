use xtask::coverage::lines_percent;

const REPORT: &str = r#"{"data":[{"files":[
  {"filename":"/x/crates/app/src/a.rs","summary":{"lines":{"count":90,"covered":81}}},
  {"filename":"/x/crates/app/src/b.rs","summary":{"lines":{"count":10,"covered":4}}},
  {"filename":"/x/crates/testkit/src/c.rs","summary":{"lines":{"count":100,"covered":0}}}]}]}"#;

#[test]
fn the_share_is_of_all_lines_that_count() {
    assert_eq!(lines_percent(REPORT, &["crates/testkit/".to_owned()]).unwrap(), Some(85.0));
    assert_eq!(lines_percent(REPORT, &[]).unwrap(), Some(42.5));
}

#[test]
fn no_lines_are_no_hundred_percent() {
    assert_eq!(lines_percent(REPORT, &["crates/".to_owned()]).unwrap(), None);
    assert!(lines_percent("{}", &[]).is_err());
}
