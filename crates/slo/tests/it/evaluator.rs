//! The built-in evaluator: what it keeps, what bounds it, and what no clock or sample can do to it.

use proptest::prelude::*;
use slo::{Change, Evaluator, Sample, Slos, State, What};

fn disk(free: f64) -> Vec<Sample> {
    vec![Sample::new("data_disk_free_bytes", &[], free), Sample::new("data_disk_size_bytes", &[], 100.0)]
}

fn told(changes: &[Change]) -> Vec<(&str, What)> {
    changes.iter().map(|change| (change.alert.as_str(), change.what)).collect()
}

#[test]
fn an_alert_pends_fires_and_is_over() {
    let slos = Slos::shipped().unwrap();
    let mut evaluator = Evaluator::new(&slos);
    let mut tick = |minute: i64, free: f64| {
        let changes = evaluator.tick(1_800_000_000 + minute * 60, &disk(free));
        changes.into_iter().filter(|change| change.alert == "disk-full").map(|change| change.what).collect::<Vec<_>>()
    };
    assert_eq!(tick(0, 50.0), []);
    assert_eq!(tick(1, 4.0), [What::Pending]);
    assert_eq!(tick(2, 50.0), [What::Calmed]);
    assert_eq!(tick(3, 4.0), [What::Pending]);
    assert!((4..8).all(|minute| tick(minute, 4.0).is_empty()));
    assert_eq!(tick(8, 4.0), [What::Fired]);
    assert_eq!(tick(9, 50.0), []);
    assert_eq!(tick(10, 4.0), []);
    assert!((11..16).all(|minute| tick(minute, 50.0).is_empty()));
    assert_eq!(tick(16, 50.0), [What::Resolved]);
}

#[test]
fn a_few_failures_of_a_few_calls_wake_nobody() {
    let slos = Slos::shipped().unwrap();
    let mut evaluator = Evaluator::new(&slos);
    let name = "mcp_server_operation_duration_seconds_count";
    for minute in 0..600 {
        // All fail, but there are only 40 of them in any six hours.
        let calls = f64::from((minute / 9).min(40));
        let samples =
            [Sample::new(name, &[("outcome", "failed")], calls), Sample::new(name, &[("outcome", "ok")], 0.0)];
        assert_eq!(told(&evaluator.tick(i64::from(minute) * 60, &samples)), []);
    }
}

#[test]
fn a_minute_counts_once_and_a_clock_that_goes_back_ends_no_alert() {
    let slos = Slos::shipped().unwrap();
    let mut evaluator = Evaluator::new(&slos);
    for minute in 0..10 {
        evaluator.tick(7_200 + minute * 60, &disk(4.0));
    }
    let fires = |evaluator: &Evaluator| evaluator.firing().iter().any(|firing| firing.alert == "disk-full");
    assert!(fires(&evaluator) && !evaluator.is_due(7_200 + 9 * 60 + 59));
    assert_eq!(evaluator.tick(7_200 + 9 * 60 + 30, &[]), []);
    evaluator.tick(600, &disk(4.0));
    assert!(fires(&evaluator));
    for minute in 0..6 {
        evaluator.tick(660 + minute * 60, &disk(50.0));
    }
    assert!(!fires(&evaluator));
}

#[test]
fn series_that_nobody_bounded_do_not_make_it_grow() {
    let slos = Slos::shipped().unwrap();
    let mut evaluator = Evaluator::new(&slos);
    let mut size = 0;
    for round in 0..4_u32 {
        let samples: Vec<Sample> = (0..3_000)
            .flat_map(|place| {
                let job = format!("made-up-{round}-{place}");
                let labels = [("job", job.as_str()), ("outcome", "failed"), ("handle", job.as_str())];
                [
                    "background_jobs_total",
                    "mcp_server_operation_duration_seconds_count",
                    "background_job_last_success_timestamp_seconds",
                ]
                .map(|name| Sample::new(name, &labels, f64::from(round + 1)))
            })
            .collect();
        for minute in 0..30 {
            evaluator.tick(i64::from(round * 30 + minute) * 60 + 1_800_000_000, &samples);
        }
        let now = serde_json::to_string(&evaluator.save()).unwrap().len();
        assert!(round == 0 || now < size * 3, "{now} after {size}");
        size = size.max(now);
    }
    assert!(evaluator.standing().count() <= 64 * slos.alerts.len());
    let kept = serde_json::to_value(evaluator.save()).unwrap();
    for track in kept["tracks"].as_array().unwrap() {
        let groups = track["groups"].as_array().unwrap();
        assert!(groups.len() <= 64, "{} groups", groups.len());
        assert!(groups.iter().all(|group| group[1]["before"].as_array().unwrap().len() <= 2_000));
    }
    assert!(size < 4_000_000, "{size}");
}

#[test]
fn three_busy_days_are_kept_in_less_than_a_megabyte() {
    let slos = Slos::shipped().unwrap();
    let mut evaluator = Evaluator::new(&slos);
    let name = "mcp_server_operation_duration_seconds_count";
    for minute in 0..5_000_i32 {
        let calls = f64::from(minute) * 1_234.0;
        let samples = [
            Sample::new(name, &[("outcome", "ok")], calls),
            Sample::new(name, &[("outcome", "failed")], f64::from(minute)),
            Sample::new("mcp_server_operation_duration_seconds_bucket", &[("le", "0.1")], calls),
            Sample::new("availability_seconds_total", &[("state", "up")], f64::from(minute) * 60.0),
            Sample::new("availability_seconds_total", &[("state", "down")], 0.0),
            Sample::new("audit_entries_total", &[], calls),
        ];
        assert_eq!(told(&evaluator.tick(i64::from(minute) * 60, &samples)), []);
    }
    let kept = serde_json::to_string(&evaluator.save()).unwrap();
    assert!(kept.len() < 1_000_000, "{}", kept.len());
    assert!(kept.len() > 20_000, "{}", kept.len());
}

#[test]
fn what_was_kept_of_other_alerts_or_in_another_form_is_left() {
    let slos = Slos::shipped().unwrap();
    let mut evaluator = Evaluator::new(&slos);
    for minute in 0..10 {
        evaluator.tick(minute * 60, &disk(4.0));
    }
    let kept = serde_json::to_string(&evaluator.save()).unwrap();
    let fewer =
        Slos { alerts: slos.alerts.iter().filter(|alert| alert.id != "disk-full").cloned().collect(), ..slos.clone() };
    let restored = Evaluator::restored(&fewer, &serde_json::from_str(&kept).unwrap());
    assert!(restored.standing().all(|standing| standing.alert != "disk-full"));
    assert!(restored.standing().any(|standing| standing.alert == "disk-low"));
    let newer = kept.replacen("\"version\":1", "\"version\":2", 1);
    let restored = Evaluator::restored(&slos, &serde_json::from_str(&newer).unwrap());
    assert_eq!(restored.standing().count(), 0);
}

#[test]
fn none_fires_in_three_quiet_days() {
    let slos = Slos::shipped().unwrap();
    let mut evaluator = Evaluator::new(&slos);
    let (count, bucket) =
        ("mcp_server_operation_duration_seconds_count", "mcp_server_operation_duration_seconds_bucket");
    for minute in 0..4_400_i32 {
        let (now, calls) = (1_800_000_000 + i64::from(minute) * 60, f64::from(minute) * 50.0);
        #[allow(clippy::cast_precision_loss, reason = "far below 2^53")]
        let time = now as f64;
        let sample = |name: &str, value: f64| Sample::new(name, &[], value);
        let mut samples = vec![
            Sample::new(count, &[("outcome", "ok")], calls),
            // One call in 1,000 fails, one in 500 is slow.
            Sample::new(count, &[("outcome", "failed")], (calls / 1_000.0).floor()),
            Sample::new(bucket, &[("le", "0.1")], (calls * 0.998).ceil() + (calls / 1_000.0).floor()),
            Sample::new("availability_seconds_total", &[("state", "up")], f64::from(minute) * 60.0),
            // Five seconds of an upgrade each day.
            Sample::new("availability_seconds_total", &[("state", "down")], f64::from(minute / 1_440) * 5.0),
            Sample::new(
                "background_jobs_total",
                &[("job", "export siem"), ("outcome", "failed")],
                f64::from(minute / 700),
            ),
            Sample::new(
                "background_job_last_success_timestamp_seconds",
                &[("job", "advisories")],
                time - f64::from(minute % 1_440) * 60.0,
            ),
            Sample::new("vulnerabilities_overdue", &[("severity", "critical")], 0.0),
            Sample::new("vulnerabilities_opened_total", &[("severity", "critical")], 3.0),
            sample("process_cpu_seconds_total", f64::from(minute) * 3.0),
            sample("process_cpu_cores", 2.0),
            sample("process_resident_memory_bytes", 9e7),
            sample("tls_certificate_not_after_seconds", time + 40.0 * 86_400.0),
            sample("advisories_oldest_timestamp_seconds", time - f64::from(minute % 1_440) * 60.0),
            sample("audit_entries_total", calls),
            sample("audit_last_checkpoint_timestamp_seconds", time - 60.0),
            sample("audit_verification_findings", 0.0),
            sample("secrets_overdue", 0.0),
            sample("clock_offset_seconds", 0.01),
            sample("feedback_given", 25.0),
            Sample::new("feedback_answers", &[("satisfied", "true")], 24.0),
        ];
        samples.extend(disk(60.0));
        assert_eq!(told(&evaluator.tick(now, &samples)), [], "minute {minute}");
    }
}

fn any_sample() -> impl Strategy<Value = Sample> {
    let names = [
        "data_disk_free_bytes",
        "data_disk_size_bytes",
        "process_cpu_seconds_total",
        "process_cpu_cores",
        "clock_offset_seconds",
        "tls_certificate_not_after_seconds",
        "background_jobs_total",
        "up",
        "availability_seconds_total",
    ];
    let value = prop_oneof![any::<f64>(), 0.0..100.0, Just(0.0)];
    let label = prop::sample::select(vec![("outcome", "failed"), ("state", "down"), ("instance", "b"), ("job", "")]);
    (prop::sample::select(names.to_vec()), label, value)
        .prop_map(|(name, label, value)| Sample::new(name, &[label], value))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_clock_and_no_sample_makes_it_panic(
        ticks in prop::collection::vec((prop_oneof![any::<i64>(), 0_i64..20_000], prop::collection::vec(any_sample(), 0..12)), 0..60)
    ) {
        let slos = Slos::shipped().unwrap();
        let mut evaluator = Evaluator::new(&slos);
        for (now, samples) in ticks {
            evaluator.tick(now, &samples);
            prop_assert!(evaluator.firing().len() <= evaluator.standing().count());
        }
    }

    #[test]
    fn a_restart_at_any_minute_changes_nothing(
        course in prop::collection::vec(prop::collection::vec(any_sample(), 0..8), 1..80), at in 0_usize..80
    ) {
        let slos = Slos::shipped().unwrap();
        let (mut through, mut again) = (Evaluator::new(&slos), Evaluator::new(&slos));
        for (minute, samples) in course.iter().enumerate() {
            let now = i64::try_from(minute).unwrap() * 60;
            if minute == at {
                let kept = serde_json::to_string(&again.save()).unwrap();
                again = Evaluator::restored(&slos, &serde_json::from_str(&kept).unwrap());
            }
            let (one, other) = (through.tick(now, samples), again.tick(now, samples));
            prop_assert_eq!(told(&one), told(&other));
        }
    }

    #[test]
    fn changes_come_in_their_order(frees in prop::collection::vec(prop_oneof![Just(4.0), Just(50.0)], 1..200)) {
        let slos = Slos::shipped().unwrap();
        let mut evaluator = Evaluator::new(&slos);
        let mut state: Option<State> = None;
        for (minute, free) in frees.into_iter().enumerate() {
            for change in evaluator.tick(i64::try_from(minute).unwrap() * 60, &disk(free)) {
                if change.alert == "disk-full" {
                    state = match (state, change.what) {
                        (None, What::Pending) => Some(State::Pending),
                        (Some(State::Pending), What::Fired) => Some(State::Firing),
                        (Some(State::Pending), What::Calmed) | (Some(State::Firing), What::Resolved) => None,
                        other => panic!("{other:?}"),
                    };
                }
            }
        }
    }
}
