//! Saying that a test did not run, so that nobody takes it for a pass.

use std::fs::OpenOptions;
use std::io::Write as _;

/// Says that the running test is skipped, and why. The caller returns.
///
/// # Panics
/// Under `REQUIRE_ALL=1`, where nothing may be skipped.
pub fn skip(why: &str) {
    let line = format!("SKIPPED {}: {why}", running_test());
    assert!(std::env::var("REQUIRE_ALL").as_deref() != Ok("1"), "{line} (REQUIRE_ALL=1 allows no skip)");
    tell(&line);
}

/// Says that the running test has no data to run on; only data beside the repository may be absent. The caller returns.
pub fn not_run(why: &str) {
    tell(&format!("NOT RUN {}: {why}", running_test()));
}

/// Past the test harness, which shows nothing of a test that passes; and into the list that `scripts/test` prints at its end.
fn tell(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
    if let Some(list) = std::env::var_os("SMART_BEGIN_SKIPS")
        && let Ok(mut list) = OpenOptions::new().create(true).append(true).open(list)
    {
        let _ = list.write_all(format!("{line}\n").as_bytes());
    }
}

/// The harness names the thread of each test after it.
fn running_test() -> String {
    std::thread::current().name().unwrap_or("a test").to_owned()
}
