//! Checkpoints in a bucket.

use std::sync::atomic::Ordering;

use delivery::{Error, S3Config};
use outbound::Rules;

use crate::bucket::{BUCKET, Bucket, destination, testkit_secret};
use crate::samples::{ORIGIN, checkpoint, checkpoint_of, this_machine};

#[tokio::test]
async fn the_latest_is_replaced_and_one_is_kept_for_each_size() {
    let place = testkit::folder();
    let bucket = Bucket::start(place.path()).await;
    let destination = destination(&bucket.config(), &this_machine());
    assert_eq!(destination.latest().await.unwrap(), None);
    for size in [3, 3, 9] {
        destination.publish(&checkpoint(size)).await.unwrap();
        assert_eq!(destination.latest().await.unwrap(), Some(checkpoint(size)));
    }
    let folder = place.path().join(BUCKET).join("logs/test");
    for size in [3, 9] {
        let kept = std::fs::read_to_string(folder.join(format!("{size:020}.checkpoint"))).unwrap();
        assert_eq!(kept, checkpoint(size));
    }
}

#[tokio::test]
async fn a_log_that_was_set_back_rewritten_or_swapped_is_noticed() {
    let place = testkit::folder();
    let bucket = Bucket::start(place.path()).await;
    let destination = destination(&bucket.config(), &this_machine());
    destination.publish(&checkpoint(9)).await.unwrap();
    let back = destination.publish(&checkpoint(8)).await.unwrap_err();
    assert!(matches!(back, Error::SetBack { there: 9, ours: 8 }), "{back}");
    let fork = destination.publish(&checkpoint_of(ORIGIN, "forged", 9)).await.unwrap_err();
    assert!(matches!(fork, Error::Fork(9)), "{fork}");
    let other = destination.publish(&checkpoint_of("other.example/audit", "entry", 12)).await.unwrap_err();
    assert!(matches!(other, Error::OtherLog(_)), "{other}");
    // Who can remove the latest still meets the one of its size.
    std::fs::remove_file(place.path().join(BUCKET).join("logs/test/latest.checkpoint")).unwrap();
    let fork = destination.publish(&checkpoint_of(ORIGIN, "forged", 9)).await.unwrap_err();
    assert!(matches!(fork, Error::Fork(9)), "{fork}");
}

#[tokio::test]
async fn faults_that_pass_are_outlasted() {
    let place = testkit::folder();
    let bucket = Bucket::start(place.path()).await;
    let destination = destination(&bucket.config(), &this_machine());
    bucket.faults.store(2, Ordering::SeqCst);
    destination.publish(&checkpoint(3)).await.unwrap();
    bucket.faults.store(100, Ordering::SeqCst);
    let error = destination.publish(&checkpoint(4)).await.unwrap_err();
    assert!(matches!(error, Error::S3(_)), "{error:?}");
    assert_eq!(bucket.faults.load(Ordering::SeqCst), 97, "three attempts of one request each");
    bucket.faults.store(0, Ordering::SeqCst);
    assert_eq!(destination.latest().await.unwrap(), Some(checkpoint(3)));
}

#[tokio::test]
async fn what_the_operator_must_mend_is_told_apart() {
    let place = testkit::folder();
    let bucket = Bucket::start(place.path()).await;
    let good = bucket.config();
    let publish =
        async |config: S3Config, rules: Rules| destination(&config, &rules).publish(&checkpoint(3)).await.unwrap_err();
    let wrong_key = S3Config { secret_access_key: testkit_secret().into(), ..good.clone() };
    let error = publish(wrong_key, this_machine()).await;
    assert!(matches!(error, Error::S3Refused(_)), "{error:?}");
    bucket.bucket_gone.store(true, Ordering::SeqCst);
    bucket.faults.store(1, Ordering::SeqCst);
    let error = publish(good, this_machine()).await;
    assert!(matches!(error, Error::S3Missing(_)), "{error:?}");
    assert!(!place.path().join(BUCKET).join("logs").exists(), "nothing was written");
}

#[tokio::test]
async fn the_bucket_is_asked_within_the_rules_of_every_request() {
    let place = testkit::folder();
    let bucket = Bucket::start(place.path()).await;
    // Under a name, so that the address is known only once it was resolved.
    let endpoint = format!("https://localhost:{}", bucket.address.port());
    let named = S3Config { endpoint: Some(endpoint), ..bucket.config() };
    let error = destination(&named, &Rules::default()).publish(&checkpoint(3)).await.unwrap_err();
    assert!(matches!(error, Error::Outbound(outbound::Error::Private(_))), "{error:?}");
    assert!(!error.may_pass());
    let plain = delivery::S3::new(&bucket.config(), &Rules::default(), crate::samples::PATIENCE).unwrap_err();
    assert!(matches!(plain, Error::Outbound(_)), "{plain:?}");
}

#[tokio::test]
async fn no_secret_shows_in_an_error_or_in_debug() {
    let place = testkit::folder();
    let bucket = Bucket::start(place.path()).await;
    let wrong = testkit_secret();
    let config = S3Config { secret_access_key: wrong.as_str().into(), ..bucket.config() };
    let destination = destination(&config, &this_machine());
    let error = destination.publish(&checkpoint(3)).await.unwrap_err();
    let mut seen = format!("{destination:?} {config:?} {error} {error:?}");
    let mut within = std::error::Error::source(&error);
    while let Some(cause) = within {
        seen += &format!("{cause} {cause:?}");
        within = cause.source();
    }
    assert!(!seen.contains(&wrong), "{seen}");
}
