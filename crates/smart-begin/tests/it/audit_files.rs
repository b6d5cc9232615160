//! Bytes flipped all over the file of the database: found, or without effect. Never a panic, never another answer.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use app::{AuditEntryShown, AuditQuery, Call, LogPlace, Quiet, Services, Trust};
use blueprint::Catalogue;
use domain::{Caller, Face, Policy, RequestId};
use safe_fs::Roots;
use store::Store;

use crate::audit_commands::{lived_in, ok};
use crate::audit_tampering::{copy, settle};
use crate::program::long;

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Came {
    Refused,
    Found,
    Nothing,
}

/// Entries as every way of asking finds them.
type Answers = Vec<Vec<AuditEntryShown>>;

fn with_log<T>(data: &Path, work: impl FnOnce(&Services, &Call<'_>) -> Result<T, app::Error>) -> Result<T, app::Error> {
    let services = Services::new(Store::open(data)?, Roots::none(), Catalogue::open()?, Policy::default());
    let caller = Caller::data_owner(&Policy::default(), Face::Cli);
    let request = RequestId::random().unwrap();
    work(&services, &Call { caller: &caller, request: &request, watch: &Quiet })
}

/// The first `count` entries, by all of what they can be asked for.
fn answers(services: &Services, call: &Call<'_>, queries: &[AuditQuery], count: u64) -> Result<Answers, app::Error> {
    let ask = |query| {
        let mut found = app::query_audit(services, call, query, 1_000)?.entries;
        found.retain(|entry| entry.number < count);
        Ok(found)
    };
    queries.iter().map(ask).collect()
}

fn queries(entry: &AuditEntryShown) -> Vec<AuditQuery> {
    vec![
        AuditQuery::default(),
        AuditQuery { caller: entry.caller.clone(), ..AuditQuery::default() },
        AuditQuery { project: entry.project.clone(), ..AuditQuery::default() },
        AuditQuery { request: entry.request.clone(), ..AuditQuery::default() },
        AuditQuery { since: Some("1h".to_owned()), ..AuditQuery::default() },
    ]
}

#[test]
fn flipped_bytes_in_the_file_are_found_or_without_effect() {
    let home = lived_in();
    ok(&home, &["audit", "checkpoint"]);
    settle(&home.data());
    let (sound, count) = (fs::read(home.data().join("store.db")).unwrap(), 5);
    let sample = home.root().join("sample");
    copy(&home.data(), &sample);
    private(&sample);
    let (queries, wanted) = with_log(&sample, |services, call| {
        let first = app::query_audit(services, call, &AuditQuery::default(), 100)?.entries.remove(0);
        let queries = queries(&first);
        let wanted = answers(services, call, &queries, count)?;
        Ok((queries, wanted))
    })
    .unwrap();
    let came = |at: usize, mask: u8| {
        let data = home.root().join("flipped");
        let _ = fs::remove_dir_all(&data);
        copy(&home.data(), &data);
        private(&data);
        let mut bytes = sound.clone();
        bytes[at] ^= mask;
        fs::write(data.join("store.db"), bytes).unwrap();
        let place = LogPlace::new(&data, None);
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            with_log(&data, |services, call| {
                let verdict = app::verify_audit(services, call, &place, &Trust::default())?;
                Ok((verdict.sound, answers(services, call, &queries, count)))
            })
        }));
        match outcome.unwrap_or_else(|_| panic!("a panic: byte {at}, {mask:#x}")) {
            Err(_) => Came::Refused,
            Ok((false, _)) => Came::Found,
            Ok((true, Err(_))) => Came::Refused,
            Ok((true, Ok(found))) => {
                assert_eq!(found, wanted, "another answer: byte {at}, {mask:#x}");
                Came::Nothing
            }
        }
    };
    let step = if long() { 1 } else { 509 };
    let mut counts = [0_usize; 3];
    for at in (0..sound.len()).step_by(step) {
        let mask = if at % 2 == 0 { 0x01 } else { 0xFF };
        counts[came(at, mask) as usize] += 1;
    }
    println!("refused {}, found {}, without effect {}", counts[0], counts[1], counts[2]);
    assert!(counts[0] + counts[1] > 20, "{counts:?}");
    // Every byte of the texts themselves.
    let body = b"{\"time\":";
    let start = sound.windows(body.len()).position(|part| part == body).unwrap();
    for at in (start..start + 600).step_by(if long() { 1 } else { 13 }) {
        assert_ne!(came(at, 0x01), Came::Nothing, "byte {at} of a text");
    }
}

fn private(data: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(data, fs::Permissions::from_mode(0o700)).unwrap();
    }
    #[cfg(not(unix))]
    let _ = data;
}
