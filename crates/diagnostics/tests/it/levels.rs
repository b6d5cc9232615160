//! What is logged, changed while the program runs.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use diagnostics::{Levels, check_directives};
use tracing_subscriber::Registry;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::fixture::until;

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Lines {
    fn take(&self) -> String {
        String::from_utf8(std::mem::take(&mut self.0.lock().unwrap())).unwrap()
    }
}

fn with_log(base: &str, work: impl FnOnce(&Levels<Registry>, &dyn Fn() -> String)) {
    let (layer, levels) = Levels::new(base).unwrap();
    let lines = Lines::default();
    let (writer, said) = (lines.clone(), lines.clone());
    let fmt = tracing_subscriber::fmt::layer().json().with_writer(move || writer.clone());
    let subscriber = tracing_subscriber::registry().with(layer).with(fmt);
    tracing::subscriber::with_default(subscriber, || {
        work(&levels, &|| {
            said.take();
            tracing::debug!(target: "store::writer", "from store");
            tracing::debug!(target: "app", "from app");
            tracing::info!(target: "app", "info");
            let text = said.take();
            ["from store", "from app", "info"]
                .into_iter()
                .filter(|word| text.contains(&format!("\"{word}\"")))
                .collect::<Vec<_>>()
                .join(", ")
        });
    });
}

#[test]
fn a_wish_adds_to_the_base_and_falls_back() {
    with_log("info", |levels, said| {
        assert_eq!(said(), "info");
        levels.wish("store=debug", Duration::from_secs(3_600)).unwrap();
        assert_eq!(said(), "from store, info");
        assert_eq!(levels.in_use().wish.unwrap().directives, "store=debug");
        levels.set_base("error").unwrap();
        assert_eq!(said(), "from store", "the new base holds beside the wish");
        levels.wish("debug", Duration::from_secs(3_600)).unwrap();
        assert_eq!(said(), "from store, from app, info");
        levels.wish("store=debug", Duration::from_millis(1)).unwrap();
        until("it falls back", || levels.in_use().wish.is_none());
        assert_eq!(said(), "");
        // As often as somebody wants.
        for _ in 0..20 {
            levels.wish("app=info", Duration::from_millis(1)).unwrap();
            until("it falls back again", || levels.in_use().wish.is_none());
        }
        levels.wish("app=info", Duration::from_secs(3_600)).unwrap();
        assert_eq!(said(), "info");
        levels.end().unwrap();
        assert_eq!((said().as_str(), levels.in_use().base.as_str()), ("", "error"));
    });
}

#[test]
fn what_makes_no_sense_is_refused_and_changes_nothing() {
    let long = "store=debug,".repeat(100);
    let wrong = [
        "",
        "loud",
        "trase",
        "store",
        "store=",
        "=debug",
        "store=loud",
        "[span]=debug",
        "store[x{y=1}]=debug",
        "a b=debug",
        "store=debug,,",
        "store::=debug",
        "störe=debug",
        "store=DEBUG\u{1b}",
        &long,
    ];
    with_log("info", |levels, said| {
        for directives in wrong {
            let error = levels.wish(directives, Duration::from_secs(60)).unwrap_err();
            assert_eq!((error.field, said().as_str()), (Some("levels"), "info"), "{directives}");
            assert!(!error.message.chars().any(char::is_control), "{error:?}");
        }
        for time in [Duration::ZERO, Duration::from_secs(90_000), Duration::MAX] {
            assert_eq!(levels.wish("debug", time).unwrap_err().field, Some("for"));
        }
        assert!(levels.set_base("a=b=c").is_err());
        assert_eq!((said().as_str(), levels.in_use().base.as_str()), ("info", "info"));
    });
    for right in ["trace", "info,store=debug", "off, app::jobs = debug".replace(' ', "").as_str(), "smart-begin=warn"] {
        assert!(check_directives(right).is_ok(), "{right}");
    }
    assert!(Levels::<Registry>::new("a=b=c").is_err());
}

#[test]
fn a_log_that_is_gone_is_said() {
    let (layer, levels) = Levels::<Registry>::new("info").unwrap();
    drop(layer);
    assert!(levels.wish("debug", Duration::from_secs(60)).is_err());
    assert_eq!(levels.in_use().wish, None);
}
