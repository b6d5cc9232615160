//! Background jobs: checkpoints and exports on a real store.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use app::{Checkpoints, Export, Jobs, LogPlace, Periodic};
use delivery::{Destination, Folder, JsonLines, Sink};
use merkle::{Checkpoint, Note};
use observe::{DeliveryCounts, Metrics};
use serde_json::Value;
use store::{NewEntry, Store};
use tokio_util::sync::CancellationToken;

const QUICK: Duration = Duration::from_millis(20);

/// Jobs of a server, as long as it lives.
struct Server {
    stop: CancellationToken,
    counts: DeliveryCounts,
    running: tokio::task::JoinHandle<()>,
}

impl Server {
    fn start(store: &Store, jobs: Jobs) -> Self {
        let (stop, counts) = (CancellationToken::new(), DeliveryCounts::default());
        let running = tokio::spawn(jobs.run(store.clone(), counts.clone(), stop.clone()));
        Self { stop, counts, running }
    }

    async fn stop(self) {
        self.stop.cancel();
        tokio::time::timeout(Duration::from_secs(10), self.running).await.expect("jobs end").unwrap();
    }

    fn metric(&self, line: &str) -> Option<u64> {
        // What registers counts together with what counts.
        let text = Metrics::new("1").with_delivery(&self.counts).to_open_metrics();
        text.lines().find_map(|found| found.strip_prefix(line)?.trim().parse().ok())
    }
}

fn record(store: &Store, entries: std::ops::Range<u64>) {
    let entry = |number: u64| NewEntry {
        at_ms: 1_795_000_000_000,
        action: "create-token".to_owned(),
        caller: "owner".to_owned(),
        project: None,
        request: format!("req_{number}"),
        body: format!(r#"{{"was":{number}}}"#),
    };
    store.record(&entries.map(entry).collect::<Vec<_>>()).unwrap();
}

fn checkpoints(data: &Path, folder: &Path) -> Jobs {
    let destination = Destination::Folder(Folder::new(folder.to_owned()));
    let place = LogPlace::new(data, None);
    let destinations = vec![("archive".to_owned(), destination)];
    Jobs { checkpoints: Some(Checkpoints { every: QUICK, place, destinations }), ..Jobs::default() }
}

fn export(file: &Path) -> Jobs {
    let sink = Sink::JsonLines(JsonLines::new(file.to_owned()));
    Jobs { exports: vec![Export { name: "siem".to_owned(), sink }], ..Jobs::default() }
}

/// The size of the checkpoint that lies there as the latest.
fn published(folder: &Path) -> Option<u64> {
    let note = fs::read(folder.join("latest.checkpoint")).ok()?;
    let note = Note::parse(&note).unwrap();
    Some(Checkpoint::parse(note.unverified_text()).unwrap().tree().size())
}

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(30);
    while !holds() {
        assert!(Instant::now() < end, "{what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_signed_as_it_grows_and_a_place_that_was_away_gets_the_newest() {
    let folder = tempfile::tempdir().unwrap();
    let (data, away) = (folder.path().join("data"), folder.path().join("archive"));
    let store = Store::open(&data).unwrap();
    let server = Server::start(&store, checkpoints(&data, &away));
    record(&store, 0..3);
    until("signed", || store.audit_checkpoint(None).unwrap().is_some_and(|(size, _)| size == 3)).await;
    record(&store, 3..5);
    until("signed again", || store.audit_checkpoint(None).unwrap().is_some_and(|(size, _)| size == 5)).await;
    assert_eq!(published(&away), None);
    fs::create_dir(&away).unwrap();
    until("published", || published(&away) == Some(5)).await;
    let known = LogPlace::new(&data, None).known().unwrap();
    let note = Note::parse(&fs::read(away.join("latest.checkpoint")).unwrap()).unwrap();
    assert_eq!(*known.open(&note).unwrap().tree(), store.audit_head().unwrap());
    assert!(server.metric("audit_checkpoints_published_total{outcome=\"failed\"}").unwrap() >= 1);
    assert_eq!(server.metric("audit_last_checkpoint_size"), Some(5));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_was_replaced_by_another_of_its_key_is_never_signed_again() {
    let folder = tempfile::tempdir().unwrap();
    let (data, place) = (folder.path().join("data"), folder.path().join("archive"));
    fs::create_dir(&place).unwrap();
    {
        let store = Store::open(&data).unwrap();
        let server = Server::start(&store, checkpoints(&data, &place));
        record(&store, 0..5);
        until("published", || published(&place) == Some(5)).await;
        server.stop().await;
    }
    // Whoever owns the machine: the database anew with another history, its checkpoints gone, the key still there.
    for name in fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().path()) {
        if name.file_name().unwrap().to_str().unwrap().starts_with("store.db") {
            fs::remove_file(name).unwrap();
        }
    }
    fs::remove_dir_all(data.join("checkpoints")).unwrap();
    let store = Store::open(&data).unwrap();
    record(&store, 1_000..1_009);
    let server = Server::start(&store, checkpoints(&data, &place));
    until("refused", || server.metric("audit_checkpoints_total{outcome=\"contradicted\"}").unwrap() >= 1).await;
    assert_eq!(store.audit_checkpoint(None).unwrap(), None, "nothing was signed");
    assert_eq!(published(&place), Some(5));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_takes_every_entry_and_goes_on_where_it_ended() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("audit.jsonl"));
    let numbers = || -> Vec<u64> {
        let text = fs::read_to_string(&file).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["number"].as_u64().unwrap()).collect()
    };
    let store = Store::open(&data).unwrap();
    record(&store, 0..1_203);
    let server = Server::start(&store, export(&file));
    // A server that stops between the last delivery and its record would deliver that once more.
    until("all of it", || store.export_cursor("exports.siem").unwrap() == 1_203).await;
    server.stop().await;
    assert_eq!(numbers().len(), 1_203);
    record(&store, 1_203..1_210);
    let server = Server::start(&store, export(&file));
    until("the rest", || numbers().len() >= 1_210).await;
    until("counted", || server.metric("audit_export_lag_entries{export=\"siem\"}") == Some(0)).await;
    assert_eq!(server.metric("audit_exported_entries_total{export=\"siem\"}"), Some(7));
    server.stop().await;
    assert_eq!(numbers(), (0..1_210).collect::<Vec<_>>());
    // The event stands there as it is hashed.
    let text = fs::read_to_string(&file).unwrap();
    let line = text.lines().next().unwrap();
    let event = line.split_once("\"event\":").unwrap().1.strip_suffix('}').unwrap();
    let line: Value = serde_json::from_str(line).unwrap();
    assert_eq!(merkle::leaf_hash(event.as_bytes()).to_string(), line["leafHash"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_that_fails_is_told_and_made_up_for() {
    let folder = tempfile::tempdir().unwrap();
    let (data, away) = (folder.path().join("data"), folder.path().join("away"));
    let store = Store::open(&data).unwrap();
    record(&store, 0..3);
    let server = Server::start(&store, export(&away.join("audit.jsonl")));
    until("told", || server.metric("audit_export_failures_total{export=\"siem\"}") == Some(1)).await;
    assert_eq!(server.metric("audit_export_lag_entries{export=\"siem\"}"), Some(3));
    server.stop().await;
    fs::create_dir(&away).unwrap();
    let server = Server::start(&store, export(&away.join("audit.jsonl")));
    until("made up for", || store.export_cursor("exports.siem").unwrap() == 3).await;
    server.stop().await;
}

fn periodic(runs: &Arc<AtomicUsize>, work: impl Fn(usize) -> Result<(), app::Error> + Send + Sync + 'static) -> Jobs {
    let runs = Arc::clone(runs);
    let work = move || work(runs.fetch_add(1, Ordering::SeqCst));
    Jobs { others: vec![Periodic { name: "sweep", every: QUICK, work: Arc::new(work) }], ..Jobs::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_fails_or_panics_is_counted_and_runs_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("data")).unwrap();
    let runs = Arc::new(AtomicUsize::new(0));
    let jobs = periodic(&runs, |run| match run {
        0 => panic!("a job that panics"),
        1 => Err(app::Error::internal("a job that fails")),
        _ => Ok(()),
    });
    let server = Server::start(&store, jobs);
    until("it runs on", || runs.load(Ordering::SeqCst) >= 4).await;
    assert_eq!(server.metric("background_jobs_total{job=\"sweep\",outcome=\"failed\"}"), Some(2));
    assert!(server.metric("background_jobs_total{job=\"sweep\",outcome=\"done\"}").unwrap() >= 1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_servers_one_does_a_job_and_the_other_takes_over() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    // Two processes, as far as the store can tell.
    let (one, other) = (Store::open(&data).unwrap(), Store::open(&data).unwrap());
    let (runs_of_one, runs_of_other) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let first = Server::start(&one, periodic(&runs_of_one, |_| Ok(())));
    until("one runs", || runs_of_one.load(Ordering::SeqCst) >= 1).await;
    let second = Server::start(&other, periodic(&runs_of_other, |_| Ok(())));
    until("one runs on", || runs_of_one.load(Ordering::SeqCst) >= 6).await;
    assert_eq!(runs_of_other.load(Ordering::SeqCst), 0);
    first.stop().await;
    until("the other takes over", || runs_of_other.load(Ordering::SeqCst) >= 1).await;
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_are_on_record_with_what_went_wrong_and_what_is_seldom_waits_until_it_is_due() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("data")).unwrap();
    let runs = Arc::new(AtomicUsize::new(0));
    let seldom = |runs: &Arc<AtomicUsize>, fails: bool| {
        let runs = Arc::clone(runs);
        let work = move || {
            runs.fetch_add(1, Ordering::SeqCst);
            let error = app::Error::new(app::ErrorKind::Unavailable, "The disk is away.", "Plug it in.");
            if fails { Err(error) } else { Ok(()) }
        };
        let every = Duration::from_secs(86_400);
        Jobs { others: vec![Periodic { name: "seldom", every, work: Arc::new(work) }], ..Jobs::default() }
    };
    let ended = || store.job_runs().unwrap().first().is_some_and(|run| run.ended_ms.is_some());
    let server = Server::start(&store, seldom(&runs, true));
    until("it failed", ended).await;
    server.stop().await;
    let run = store.job_runs().unwrap().remove(0);
    let wrong = (run.result.as_deref(), run.error.as_deref(), run.message.as_deref(), run.last_done_ms);
    assert_eq!(wrong, (Some("failed"), Some("unavailable"), Some("The disk is away."), None));
    let rest = run.next_due_ms.unwrap() - run.ended_ms.unwrap();
    assert_eq!(rest, 300_000, "after a failure it is tried again soon");
    // It failed, so that the next process tries at once; what went well is left alone until it is due.
    let server = Server::start(&store, seldom(&runs, false));
    until("it is made up for", || runs.load(Ordering::SeqCst) == 2).await;
    until("that is on record", || store.job_runs().unwrap()[0].last_done_ms.is_some()).await;
    assert!(server.metric("background_job_last_success_timestamp_seconds{job=\"seldom\"}").unwrap() > 1_700_000_000);
    server.stop().await;
    let quick = Arc::new(AtomicUsize::new(0));
    let mut jobs = seldom(&runs, false);
    jobs.others.extend(periodic(&quick, |_| Ok(())).others);
    let server = Server::start(&store, jobs);
    until("others run", || quick.load(Ordering::SeqCst) >= 3).await;
    assert_eq!(runs.load(Ordering::SeqCst), 2, "it is not due");
    assert!(
        server.metric("background_job_last_success_timestamp_seconds{job=\"seldom\"}").is_some(),
        "from the record"
    );
    server.stop().await;
}

fn house_with_job(
    every: Duration,
    work: impl Fn() -> Result<(), app::Error> + Send + Sync + 'static,
) -> (crate::House, Jobs) {
    let jobs = Jobs { others: vec![Periodic { name: "sweep", every, work: Arc::new(work) }], ..Jobs::default() };
    (crate::House::new(), jobs)
}

#[test]
fn somebody_runs_a_job_now_and_who_may_not_does_not() {
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    let work = move || {
        counted.fetch_add(1, Ordering::SeqCst);
        Ok(())
    };
    let (house, jobs) = house_with_job(Duration::from_secs(86_400), work.clone());
    let counts = DeliveryCounts::default();
    let admin = crate::data_owner(domain::Face::Cli);
    let report = crate::with_call(&admin, &app::Quiet, |call| {
        let never = &app::list_jobs(&house.services, call, &jobs).unwrap().jobs[0];
        assert_eq!((never.name.as_str(), never.result.as_str(), never.configured), ("sweep", "never", true));
        app::run_job(&house.services, call, jobs, "sweep", &counts).unwrap()
    });
    assert!(report.done && runs.load(Ordering::SeqCst) == 1);
    assert_eq!((report.job.result.as_str(), report.job.ran_by.as_deref()), ("done", Some(admin.name.as_str())));
    let (_, jobs) = house_with_job(Duration::from_secs(86_400), work.clone());
    crate::with_call(&admin, &app::Quiet, |call| {
        let error = app::run_job(&house.services, call, jobs, "no such", &counts).unwrap_err();
        assert!(error.kind == app::ErrorKind::NotFound && error.hint.contains("sweep"), "{error}");
        // Under another configuration it is listed all the same.
        let gone = &app::list_jobs(&house.services, call, &Jobs::default()).unwrap().jobs[0];
        assert!(!gone.configured && gone.result == "done" && gone.next_due_at.is_none());
    });
    let (_, jobs) = house_with_job(Duration::from_secs(86_400), work);
    let viewer = domain::Caller::new(
        &domain::Policy::default(),
        "idp:ada",
        vec!["member".to_owned()],
        domain::Face::Http,
        domain::Credential::AccessToken("idp".to_owned()),
    );
    crate::with_call(&viewer, &app::Quiet, |call| {
        assert_eq!(app::list_jobs(&house.services, call, &jobs).unwrap_err().kind, app::ErrorKind::Refused);
        assert_eq!(
            app::run_job(&house.services, call, jobs, "sweep", &counts).unwrap_err().kind,
            app::ErrorKind::Refused
        );
    });
    assert_eq!(runs.load(Ordering::SeqCst), 1);
}

#[test]
fn a_job_that_another_process_runs_at_this_moment_is_left_to_it() {
    let (house, jobs) = house_with_job(Duration::from_secs(86_400), || panic!("it is the other's to run"));
    let other = Store::open(&house.data()).unwrap();
    // That of the schedule keeps nobody from running it by hand; that of a run does.
    assert!(other.take_lease("sweep", 60_000).unwrap() && other.take_lease("run sweep", 60_000).unwrap());
    let admin = crate::data_owner(domain::Face::Cli);
    let error = crate::with_call(&admin, &app::Quiet, |call| {
        app::run_job(&house.services, call, jobs, "sweep", &DeliveryCounts::default()).unwrap_err()
    });
    assert_eq!(error.kind, app::ErrorKind::Unavailable);
    other.release_lease("run sweep").unwrap();
    let (_, jobs) = house_with_job(Duration::from_secs(86_400), || Ok(()));
    let done = crate::with_call(&admin, &app::Quiet, |call| {
        app::run_job(&house.services, call, jobs, "sweep", &DeliveryCounts::default()).unwrap()
    });
    assert!(done.done);
    let (_, jobs) = house_with_job(Duration::from_millis(20), || Ok(()));
    let error = crate::with_call(&admin, &app::Quiet, |call| {
        app::run_job(&house.services, call, jobs, "sweep", &DeliveryCounts::default()).unwrap_err()
    });
    assert_eq!(error.kind, app::ErrorKind::Unavailable, "a server runs it all the time");
    let (_, jobs) = house_with_job(Duration::from_secs(60), || panic!("it breaks off"));
    let broken = crate::with_call(&admin, &app::Quiet, |call| {
        app::run_job(&house.services, call, jobs, "sweep", &DeliveryCounts::default()).unwrap()
    });
    assert!(!broken.done && broken.job.error.as_deref() == Some("internal"), "{broken:?}");
}
