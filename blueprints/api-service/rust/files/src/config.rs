//! The configuration: read from the environment once, checked as a whole, every fault reported at once.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use tracing::Level;

use crate::tokens::Tokens;

/// Where the service runs. Staging and production refuse what is only fit for a developer's machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// A developer's machine.
    Development,
    /// A rehearsal of production.
    Staging,
    /// The real thing.
    Production,
}

impl Environment {
    /// As it is set.
    pub fn name(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Staging => "staging",
            Self::Production => "production",
        }
    }

    fn named(text: &str) -> Option<Self> {
        [Self::Development, Self::Staging, Self::Production].into_iter().find(|known| known.name() == text)
    }
}

/// Everything that can be set from outside.
#[derive(Debug)]
pub struct Config {
    /// `ENVIRONMENT`
    pub environment: Environment,
    /// `HOST` and `PORT`
    pub address: SocketAddr,
    /// `DATABASE_PATH`
    pub database_path: PathBuf,
    /// `LOG_LEVEL`
    pub log_level: Level,
    /// `API_TOKENS` or `API_TOKENS_FILE`
    pub tokens: Tokens,
    /// `REQUEST_TIMEOUT_SECONDS`
    pub request_timeout: Duration,
    /// `RATE_LIMIT_PER_MINUTE`
    pub rate_limit_per_minute: NonZeroU32,
    /// `SHUTDOWN_TIMEOUT_SECONDS`
    pub shutdown_timeout: Duration,
}

/// One thing that is wrong: the variable, and how to set it. Never the value, which may be a secret.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    /// The name of the variable.
    pub variable: &'static str,
    /// What to set it to.
    pub advice: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.variable, self.advice)
    }
}

impl Config {
    /// Reads the environment of this process.
    pub fn from_env() -> Result<Self, Vec<Fault>> {
        Self::from_lookup(|name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()))
    }

    /// Reads variables from `lookup`, so that tests need not touch the environment.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<Fault>> {
        let mut reader = Reader { lookup, faults: Vec::new() };
        let host = reader.parsed("HOST", IpAddr::V4(Ipv4Addr::LOCALHOST), "an IP address, such as 127.0.0.1");
        let port = reader.parsed("PORT", 8080, "a whole number from 0 to 65535 (0 takes any free port)");
        let config = Self {
            environment: reader.environment(),
            address: SocketAddr::new(host, port),
            database_path: reader.text("DATABASE_PATH").unwrap_or_else(|| "data/notes.db".into()).into(),
            log_level: reader.log_level(),
            tokens: reader.tokens(),
            request_timeout: reader.seconds("REQUEST_TIMEOUT_SECONDS", 10),
            rate_limit_per_minute: reader.rate_limit(),
            shutdown_timeout: reader.seconds("SHUTDOWN_TIMEOUT_SECONDS", 10),
        };
        reader.refuse_unsafe(&config);
        if reader.faults.is_empty() { Ok(config) } else { Err(reader.faults) }
    }
}

struct Reader<L> {
    lookup: L,
    faults: Vec<Fault>,
}

impl<L: Fn(&str) -> Option<String>> Reader<L> {
    /// The value of a variable. One that is set to nothing counts as not set.
    fn text(&self, name: &str) -> Option<String> {
        (self.lookup)(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    fn fault(&mut self, variable: &'static str, advice: impl Into<String>) {
        self.faults.push(Fault { variable, advice: advice.into() });
    }

    fn accepted<T>(&mut self, name: &'static str, default: T, expected: &str, read: impl Fn(&str) -> Option<T>) -> T {
        let Some(text) = self.text(name) else { return default };
        read(&text).unwrap_or_else(|| {
            self.fault(name, format!("set it to {expected}"));
            default
        })
    }

    fn parsed<T: FromStr>(&mut self, name: &'static str, default: T, expected: &str) -> T {
        self.accepted(name, default, expected, |text| text.parse().ok())
    }

    fn environment(&mut self) -> Environment {
        let expected = "development, staging or production";
        self.accepted("ENVIRONMENT", Environment::Development, expected, Environment::named)
    }

    fn log_level(&mut self) -> Level {
        self.accepted("LOG_LEVEL", Level::INFO, "debug, info, warn or error", |text| match text {
            "debug" => Some(Level::DEBUG),
            "info" => Some(Level::INFO),
            "warn" => Some(Level::WARN),
            "error" => Some(Level::ERROR),
            _ => None,
        })
    }

    fn seconds(&mut self, name: &'static str, default: u64) -> Duration {
        let read = |text: &str| text.parse().ok().filter(|seconds| (1..=3600).contains(seconds));
        Duration::from_secs(self.accepted(name, default, "a whole number of seconds from 1 to 3600", read))
    }

    fn rate_limit(&mut self) -> NonZeroU32 {
        let default = const { NonZeroU32::new(300).unwrap() };
        self.parsed("RATE_LIMIT_PER_MINUTE", default, "a whole number of requests, at least 1")
    }

    fn tokens(&mut self) -> Tokens {
        let (variable, text) = match (self.text("API_TOKENS"), self.text("API_TOKENS_FILE")) {
            (Some(_), Some(_)) => {
                self.fault("API_TOKENS", "set either API_TOKENS or API_TOKENS_FILE, not both");
                return Tokens::default();
            }
            (Some(text), None) => ("API_TOKENS", text.replace(',', "\n")),
            (None, Some(path)) => match std::fs::read_to_string(path) {
                Ok(text) => ("API_TOKENS_FILE", text),
                Err(error) => {
                    self.fault("API_TOKENS_FILE", format!("set it to a file that can be read ({error})"));
                    return Tokens::default();
                }
            },
            (None, None) => return Tokens::default(),
        };
        Tokens::parse(&text).unwrap_or_else(|faults| {
            for advice in faults {
                self.fault(variable, advice);
            }
            Tokens::default()
        })
    }

    fn refuse_unsafe(&mut self, config: &Config) {
        if config.environment == Environment::Development {
            return;
        }
        if config.log_level == Level::DEBUG {
            self.fault("LOG_LEVEL", "staging and production do not log at debug: set it to info, warn or error");
        }
        let tokens_at_fault = self.faults.iter().any(|fault| fault.variable.starts_with("API_TOKENS"));
        if config.tokens.is_empty() && !tokens_at_fault {
            self.fault(
                "API_TOKENS",
                "staging and production need a token: run `make token SUBJECT=alice` and put the line for the \
                 configuration here, or into a file that API_TOKENS_FILE names",
            );
        }
    }
}
