//! What measurements mean. All of these are functions of plain values.

use std::time::Duration;

use super::measure::{ClockReading, DiskSpace};
use super::part::{Part, Status};

/// A commit that takes longer than this is worth a look: calls shall be answered within 100 ms.
const SLOW_COMMIT: Duration = Duration::from_millis(100);

/// Milliseconds between clocks that nobody notices; tokens are given a leeway of seconds.
const DRIFT: u64 = 2_000;

/// The same, beyond which sign-in fails: tokens are taken up to a minute beyond their time.
const BAD_DRIFT: u64 = 60_000;

/// File systems keep coarser times than clocks, some to two seconds; servers of files have clocks of their own.
const FILE_DRIFT: u64 = 5_000;

/// 1 January 2026: this program did not exist before.
const EARLIEST: Duration = Duration::from_secs(1_767_225_600);

const MIB: u64 = 1 << 20;

/// Whether the store can be written: how long a commit took just now, or why there was none.
#[must_use]
pub fn store(commit: Result<Duration, &str>) -> Part {
    match commit {
        Ok(took) if took <= SLOW_COMMIT => Part::ok("store", true, format!("A commit takes {} ms.", took.as_millis())),
        Ok(took) => Part::not_ok(
            "store",
            true,
            Status::Degraded,
            format!("A commit takes {} ms; calls shall be answered within 100 ms.", took.as_millis()),
            "Look what else uses the disk of the data folder, or move the folder to a quicker one.",
        ),
        Err(why) => Part::not_ok(
            "store",
            true,
            Status::Failed,
            format!("The store cannot be written: {why}"),
            "Look at the disk and the permissions of the data folder; the log has the cause.",
        ),
    }
}

/// Whether the layout of the store is the one that this program knows: the version found, and the one it makes.
#[must_use]
pub fn migrations(found: Option<u32>, wanted: u32) -> Part {
    let say = |status, reason: String, hint| Part::not_ok("migrations", true, status, reason, hint);
    match found {
        Some(found) if found == wanted => Part::ok("migrations", true, format!("The store has layout {wanted}.")),
        Some(found) if found < wanted => say(
            Status::Failed,
            format!("The store has layout {found}; this program needs {wanted}."),
            "Wait until the migration is done; when it does not end, restart the server and read its log.",
        ),
        Some(found) => say(
            Status::Failed,
            format!("The store has layout {found}, which is newer than this program knows ({wanted})."),
            "Start the newer program again; an older one cannot use this store.",
        ),
        None => {
            say(Status::Unknown, "The layout of the store could not be read.".to_owned(), "Look at the part `store`.")
        }
    }
}

/// Whether there is room on the disk at `place`: fewer than `least` free bytes is a failure, four times as many a warning.
#[must_use]
pub fn disk(place: &str, space: Option<DiskSpace>, least: u64) -> Part {
    let Some(DiskSpace { free, total, free_files }) = space else {
        let reason = format!("The system does not say how much room {place} has.");
        return Part::not_ok("disk", true, Status::Unknown, reason, "Look at it by hand, with `df`.");
    };
    let told = format!("{place} has {} MiB free of {}.", free / MIB, total / MIB);
    let files_short = |limit: u64| free_files.is_some_and(|left| left < limit);
    let hint = "Free room there, or make the disk larger: old logs, backups and downloads are what usually fills it.";
    if files_short(100) {
        let reason = format!("{place} can hold hardly any more files, however much room it has.");
        return Part::not_ok(
            "disk",
            true,
            Status::Failed,
            reason,
            "Remove files there; many small ones are what takes all of them.",
        );
    }
    if free < least {
        return Part::not_ok("disk", true, Status::Failed, format!("{told} Nothing can be written safely."), hint);
    }
    if free < least.saturating_mul(4) || files_short(10_000) {
        return Part::not_ok("disk", true, Status::Degraded, format!("{told} That is little."), hint);
    }
    Part::ok("disk", true, told)
}

/// Whether the clock can be believed.
#[must_use]
pub fn clock(reading: &ClockReading) -> Part {
    let say = |status, reason: String| {
        let hint =
            "Let the machine take its time from the network (chrony or systemd-timesyncd), then restart the server.";
        Part::not_ok("clock", true, status, reason, hint)
    };
    let drift = reading.drift_ms.unsigned_abs();
    if reading.now.is_none_or(|now| now < EARLIEST) {
        return say(
            Status::Failed,
            "The clock stands before 2026: certificates and tokens cannot be judged.".to_owned(),
        );
    }
    if drift > BAD_DRIFT {
        return say(Status::Degraded, format!("The clock was set by {} s since the server started.", drift / 1_000));
    }
    if drift > DRIFT {
        return say(Status::Degraded, format!("The clock has moved by {drift} ms against the steady one."));
    }
    match reading.file_ms {
        Some(file) if file.unsigned_abs() > FILE_DRIFT => {
            say(Status::Degraded, format!("The file system's clock is {} s off.", file.unsigned_abs() / 1_000))
        }
        None => say(Status::Unknown, "No file could be made to ask the file system for its time.".to_owned()),
        Some(_) => Part::ok("clock", true, "The clocks agree."),
    }
}

/// Whether the keys can be used: how many can, and why one cannot.
#[must_use]
pub fn keys(usable: Result<usize, &str>, needed: bool) -> Part {
    match usable {
        Ok(0) if needed => Part::not_ok(
            "keys",
            true,
            Status::Failed,
            "There is no key to seal secrets with.",
            "Name one in the configuration (vault.*), and make sure that this user can read it.",
        ),
        Ok(0) => Part::ok("keys", false, "No keys are configured, and none are needed."),
        Ok(1) => Part::ok("keys", needed, "The key can be used."),
        Ok(count) => Part::ok("keys", needed, format!("All {count} keys can be used.")),
        Err(why) => Part::not_ok(
            "keys",
            needed,
            if needed { Status::Failed } else { Status::Degraded },
            format!("A key cannot be used: {why}"),
            "Look at the key's file or at OpenBao, and at the permissions of this user.",
        ),
    }
}

/// How old the advisories are that checks go by; `limit` is what the operator allows. Old ones never keep calls from succeeding.
#[must_use]
pub fn advisories(age: Option<Duration>, limit: Duration) -> Part {
    let hours = |of: Duration| of.as_secs() / 3_600;
    let hint = "Run `smart-begin advisories update`, or let the server fetch them daily (checks.daily_advisories).";
    match age {
        None => Part::not_ok("advisories", false, Status::Unknown, "No advisories were taken in yet.", hint),
        Some(age) if age <= limit => {
            Part::ok("advisories", false, format!("The oldest advisories are {} h old.", hours(age)))
        }
        Some(age) => {
            let reason = format!("The oldest advisories are {} h old; {} h are allowed.", hours(age), hours(limit));
            Part::not_ok("advisories", false, Status::Degraded, reason, hint)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::part::Health;
    use super::*;

    fn status(part: &Part) -> Status {
        assert!(part.reason.ends_with('.') || part.reason.contains(": "), "{part:?}");
        assert_eq!(part.hint.is_empty(), part.status == Status::Ok, "{part:?}");
        part.status
    }

    #[test]
    fn each_part_is_judged_by_what_was_measured() {
        use Status::{Degraded, Failed, Ok as Well, Unknown};
        let (quick, slow) = (Duration::from_millis(3), Duration::from_millis(400));
        assert_eq!(
            [Ok(quick), Ok(slow), Err("no room")].map(|commit| status(&store(commit))),
            [Well, Degraded, Failed]
        );
        assert_eq!(
            [Some(7), Some(6), Some(8), None].map(|found| status(&migrations(found, 7))),
            [Well, Failed, Failed, Unknown]
        );
        let space = |free, free_files| Some(DiskSpace { free: free * MIB, total: 1000 * MIB, free_files });
        let spaces =
            [space(500, None), space(300, None), space(99, None), space(900, Some(9)), space(900, Some(900)), None];
        let judged = spaces.map(|space| status(&disk("/data", space, 100 * MIB)));
        assert_eq!(judged, [Well, Degraded, Failed, Failed, Degraded, Unknown]);
        let now = Some(EARLIEST + Duration::from_secs(9));
        let reading = |now, drift_ms, file_ms| status(&clock(&ClockReading { now, drift_ms, file_ms }));
        assert_eq!(reading(now, 1, Some(-1_500)), Well);
        assert_eq!(reading(now, -3_000, Some(0)), Degraded);
        assert_eq!(reading(now, i64::MIN, Some(0)), Degraded);
        assert_eq!(reading(now, 0, Some(9_000)), Degraded);
        assert_eq!(reading(now, 0, None), Unknown);
        assert_eq!(reading(None, 0, Some(0)), Failed);
        assert_eq!(
            [keys(Ok(0), true), keys(Ok(0), false), keys(Ok(2), true), keys(Err("gone"), true)]
                .map(|part| status(&part)),
            [Failed, Well, Well, Failed]
        );
        let day = Duration::from_secs(86_400);
        assert_eq!(
            [None, Some(day), Some(day * 9)].map(|age| status(&advisories(age, day * 7))),
            [Unknown, Well, Degraded]
        );
    }

    #[test]
    fn only_what_calls_need_keeps_the_program_from_being_ready() {
        let old = advisories(Some(Duration::MAX), Duration::ZERO);
        let well = store(Ok(Duration::ZERO));
        let health = Health { parts: vec![well.clone(), old.clone()] };
        assert!(health.is_ready());
        assert_eq!((health.status(), health.complaints()), (Status::Degraded, vec![&old]));
        let broken = store(Err("gone"));
        let health = Health { parts: vec![old.clone(), broken.clone()] };
        assert!(!health.is_ready());
        assert_eq!((health.status(), health.complaints()), (Status::Failed, vec![&broken, &old]));
        assert!(!Health { parts: vec![migrations(None, 1)] }.is_ready(), "what nobody knows is not ready");
        assert!(!Health::default().is_ready());
        let never = advisories(None, Duration::ZERO);
        assert!(Health { parts: vec![well, never] }.is_ready(), "what calls do not need may be unknown");
        let text = serde_json::to_string(&health).unwrap();
        assert!(text.contains(r#""status":"failed""#) && text.contains("whatToDo"), "{text}");
        assert_eq!(serde_json::from_str::<Health>(&text).unwrap(), health);
    }

    #[test]
    fn what_is_measured_here_and_now_makes_sense() {
        use super::super::measure::{Clock, disk_space};
        let folder = tempfile::tempdir().unwrap();
        let space = disk_space(folder.path());
        if cfg!(unix) {
            let space = space.unwrap();
            assert!(space.free <= space.total && space.total > 0, "{space:?}");
        }
        assert_eq!(clock(&Clock::start().read(folder.path())).status, Status::Ok);
        assert_eq!(clock(&Clock::start().read(&folder.path().join("missing"))).status, Status::Unknown);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
