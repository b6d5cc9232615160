//! The configuration: good defaults, and all faults told at once.

use std::net::SocketAddr;
use std::time::Duration;

use service::config::{Config, Environment};
use tracing::Level;

use crate::app::tokens;

fn read(settings: &[(&str, &str)]) -> Result<Config, Vec<String>> {
    let value = |name: &str| settings.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
    Config::from_lookup(value).map_err(|faults| faults.iter().map(ToString::to_string).collect())
}

/// The variables at fault.
fn faults(settings: &[(&str, &str)]) -> Vec<String> {
    let faults = read(settings).unwrap_err();
    faults.iter().map(|fault| fault.split_once(": ").unwrap().0.to_owned()).collect()
}

#[test]
fn nothing_set_is_development_on_loopback() {
    for settings in [&[][..], &[("PORT", ""), ("API_TOKENS", " "), ("ENVIRONMENT", "")]] {
        let config = read(settings).unwrap();
        assert_eq!(config.environment, Environment::Development);
        assert_eq!(config.address, "127.0.0.1:8080".parse::<SocketAddr>().unwrap());
        assert_eq!(config.database_path.to_str(), Some("data/notes.db"));
        assert_eq!(config.log_level, Level::INFO);
        assert!(config.tokens.is_empty());
        assert_eq!(config.request_timeout, Duration::from_secs(10));
        assert_eq!(config.rate_limit_per_minute.get(), 300);
        assert_eq!(config.shutdown_timeout, Duration::from_secs(10));
    }
}

#[test]
fn everything_can_be_set() {
    let tokens = tokens();
    let settings = [
        ("ENVIRONMENT", "production"),
        ("HOST", "::1"),
        ("PORT", "9000"),
        ("DATABASE_PATH", "/data/x.db"),
        ("LOG_LEVEL", "warn"),
        ("API_TOKENS", &tokens),
        ("REQUEST_TIMEOUT_SECONDS", "3"),
        ("RATE_LIMIT_PER_MINUTE", "60"),
        ("SHUTDOWN_TIMEOUT_SECONDS", "5"),
    ];
    let config = read(&settings).unwrap();
    assert_eq!(config.environment, Environment::Production);
    assert_eq!(config.address, "[::1]:9000".parse::<SocketAddr>().unwrap());
    assert_eq!(config.database_path.to_str(), Some("/data/x.db"));
    assert_eq!(config.log_level, Level::WARN);
    assert_eq!(config.tokens.identify(crate::app::ALICE.as_bytes()).unwrap().subject(), "alice");
    assert_eq!(config.request_timeout, Duration::from_secs(3));
    assert_eq!(config.rate_limit_per_minute.get(), 60);
    assert_eq!(config.shutdown_timeout, Duration::from_secs(5));
}

#[test]
fn all_faults_are_told_at_once() {
    let settings = [
        ("ENVIRONMENT", "prod"),
        ("HOST", "localhost"),
        ("PORT", "65536"),
        ("LOG_LEVEL", "verbose"),
        ("API_TOKENS", "alice:plaintext-token"),
        ("REQUEST_TIMEOUT_SECONDS", "0"),
        ("RATE_LIMIT_PER_MINUTE", "0"),
        ("SHUTDOWN_TIMEOUT_SECONDS", "3601"),
    ];
    let mut told = faults(&settings);
    told.sort();
    let mut expected: Vec<_> = settings.iter().map(|(name, _)| (*name).to_owned()).collect();
    expected.sort();
    assert_eq!(told, expected);
}

#[test]
fn a_fault_says_how_to_put_it_right_and_repeats_no_value() {
    let told = read(&[("API_TOKENS", "alice:plaintext-token"), ("LOG_LEVEL", "loud")]).unwrap_err().join("\n");
    assert!(told.contains("LOG_LEVEL: set it to debug, info, warn or error"), "{told}");
    assert!(told.contains("make token SUBJECT=alice"), "{told}");
    assert!(!told.contains("plaintext-token"), "{told}");
}

#[test]
fn staging_and_production_refuse_what_is_unsafe() {
    for environment in ["staging", "production"] {
        assert_eq!(faults(&[("ENVIRONMENT", environment)]), ["API_TOKENS"]);
        let debug = [("ENVIRONMENT", environment), ("LOG_LEVEL", "debug")];
        assert_eq!(faults(&debug), ["LOG_LEVEL", "API_TOKENS"]);
    }
    assert!(read(&[("LOG_LEVEL", "debug")]).is_ok());
}

#[test]
fn tokens_can_be_in_a_file() {
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("tokens");
    std::fs::write(&file, format!("# callers\n{}\n", tokens().replace(',', "\n"))).unwrap();
    let file = file.to_str().unwrap();
    let config = read(&[("ENVIRONMENT", "production"), ("API_TOKENS_FILE", file)]).unwrap();
    assert!(config.tokens.identify(crate::app::BOB.as_bytes()).is_some());

    assert_eq!(faults(&[("API_TOKENS_FILE", "/no/such/file")]), ["API_TOKENS_FILE"]);
    assert_eq!(faults(&[("API_TOKENS_FILE", file), ("API_TOKENS", &tokens())]), ["API_TOKENS"]);
}
