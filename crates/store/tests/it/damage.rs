//! Stores that are damaged, newer, or not ours: refused with a reason, never a panic, never changed.

use std::error::Error as _;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};

use domain::ProjectId;
use store::{Error, ErrorKind, Store};

use crate::fixture::{Place, downloaded, entry, finished, new_project, start, started};

fn kind_of_opening(place: &Place) -> ErrorKind {
    Store::open(&place.folder).unwrap_err().kind
}

fn filled(place: &Place) -> Vec<ProjectId> {
    let store = place.open();
    let ids = (0..40).map(|_| start(&store, "owner").id).collect();
    place.sql().execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    ids
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_alone() {
    for content in [b"hello, this is no database".repeat(200), vec![0; 8192], b"SQLite format 3\0".to_vec()] {
        let place = Place::new();
        place.open();
        fs::write(place.database(), &content).unwrap();
        assert_eq!(kind_of_opening(&place), ErrorKind::Damaged);
        assert_eq!(fs::read(place.database()).unwrap(), content);
    }
}

#[test]
fn another_programs_database_is_refused_and_left_alone() {
    let place = Place::new();
    fs::create_dir(&place.folder).unwrap();
    place.sql().execute_batch("CREATE TABLE notes (text TEXT)").unwrap();
    let error = Store::open(&place.folder).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Damaged);
    assert!(error.to_string().contains("another program"), "{error}");
    let tables: i64 = place.sql().query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).unwrap();
    assert_eq!(tables, 1);
}

#[test]
fn a_newer_store_is_refused_with_both_layouts() {
    let place = Place::new();
    filled(&place);
    let known: u32 = place.sql().query_row("SELECT max(version) FROM schema_migrations", [], |row| row.get(0)).unwrap();
    let newer = "INSERT INTO schema_migrations VALUES (?1, 'later', zeroblob(32), 0)";
    place.sql().execute(newer, [known + 2]).unwrap();
    let error = Store::open(&place.folder).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Newer { found: known + 2, supported: known });
    assert!(error.to_string().contains(&format!("layout {}", known + 2)), "{error}");
}

#[test]
fn a_layout_that_is_not_ours_is_refused() {
    for edit in [
        "UPDATE schema_migrations SET sha256 = zeroblob(32)",
        "UPDATE schema_migrations SET sha256 = zeroblob(31)",
        "UPDATE schema_migrations SET version = 0 WHERE version = 1",
        "DROP TABLE schema_migrations",
        "PRAGMA application_id = 7",
    ] {
        let place = Place::new();
        filled(&place);
        place.sql().execute_batch(edit).unwrap();
        assert_eq!(kind_of_opening(&place), ErrorKind::Damaged, "{edit}");
    }
}

#[test]
fn a_lost_database_is_not_taken_for_a_new_one() {
    for length in [Some(0), Some(1), Some(511), None] {
        let place = Place::new();
        let store = place.open();
        start(&store, "owner");
        let log = fs::read(place.log()).unwrap();
        drop(store);
        let content = fs::read(place.database()).unwrap();
        fs::remove_file(place.database()).unwrap();
        fs::write(place.log(), &log).unwrap();
        if let Some(length) = length {
            fs::write(place.database(), &content[..length]).unwrap();
        }
        assert_eq!(kind_of_opening(&place), ErrorKind::Damaged);
        assert_eq!(fs::read(place.log()).unwrap(), log);
        assert_eq!(fs::metadata(place.database()).ok().map(|about| about.len()), length.map(|length| length as u64));
    }
}

#[test]
fn a_value_that_nobody_wrote_is_damage() {
    let place = Place::new();
    let store = place.open();
    let new = start(&store, "owner");
    let sql = place.sql();
    sql.execute("UPDATE events SET kind = 'project-exploded'", []).unwrap();
    assert_eq!(store.events(&new.id).unwrap_err().kind, ErrorKind::Damaged);
    sql.execute_batch("PRAGMA foreign_keys = OFF; UPDATE projects SET id = 'prj_x'").unwrap();
    assert_eq!(store.projects(None, 1, None).unwrap_err().kind, ErrorKind::Damaged);
}

/// Every method once, on a store that may be damaged.
fn use_everything(place: &Place, known: &[ProjectId]) -> Result<(), Error> {
    let store = Store::open(&place.folder)?;
    store.unfinished_of_gone_owners()?;
    store.projects(None, u32::MAX, None)?;
    store.projects(Some("owner"), 10, Some(&known[20]))?;
    for id in known {
        store.project(id)?;
        store.events(id)?;
    }
    let new = new_project("owner");
    store.start_project(&new, &started(&new.id), &entry())?;
    store.finish_project(&new.id, None, &finished(&new.id), &entry())?;
    let link = store::NewDownload { token_sha256: [1; 32], project: new.id, format: String::new(), expires_at_ms: 9 };
    store.add_downloads(&[link])?;
    store.use_download(&[1; 32], 1, downloaded, &entry())?;
    Ok(())
}

/// Does `damage` to a fresh copy of a store, uses it, and counts what came of it: well, or refused.
fn survives(sound: &[u8], known: &[ProjectId], what: &str, damage: impl FnOnce(&mut Vec<u8>)) -> bool {
    let place = Place::new();
    fs::create_dir(&place.folder).unwrap();
    let mut content = sound.to_vec();
    damage(&mut content);
    fs::write(place.database(), content).unwrap();
    let result = catch_unwind(AssertUnwindSafe(|| use_everything(&place, known)));
    match result.unwrap_or_else(|_| panic!("a panic: {what}")) {
        Ok(()) => true,
        Err(error) => {
            // A condition of a table that was damaged itself may hold for nothing.
            let constraint = error.source().is_some_and(|cause| cause.to_string().contains("constraint failed"));
            let known = matches!(error.kind, ErrorKind::Damaged | ErrorKind::Newer { .. } | ErrorKind::ReadOnly);
            let expected = known || constraint;
            assert!(expected, "{what}: {error:?}");
            false
        }
    }
}

#[test]
fn flipped_bytes_are_refused_or_without_effect() {
    let place = Place::new();
    let known = filled(&place);
    let sound = fs::read(place.database()).unwrap();
    let mut refused = 0;
    let header = 0..100;
    let step = usize::from(std::env::var_os("STORE_TEST_EVERY_BYTE").is_none()) * 210 + 1;
    for at in header.chain((100..sound.len()).step_by(step)) {
        refused += usize::from(!survives(&sound, &known, &format!("byte {at}"), |content| content[at] ^= 0xFF));
    }
    assert!(refused > 50, "only {refused} refused");
}

#[test]
fn a_store_cut_short_is_refused() {
    let place = Place::new();
    let known = filled(&place);
    let sound = fs::read(place.database()).unwrap();
    for length in (1..sound.len()).step_by(1500) {
        let fine = survives(&sound, &known, &format!("{length} bytes"), |content| content.truncate(length));
        assert!(!fine, "{length} of {} bytes seen as whole", sound.len());
    }
}
