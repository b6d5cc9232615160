//! How a program ended, and what it wrote.

use std::fmt;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretSlice};

use crate::enforced::Enforced;

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// By itself, with this exit code.
    Code(i32),
    /// By this signal, which we did not send.
    Signal(i32),
    /// By us, when its time was up.
    TimedOut,
    /// By us, because whoever asked for it gave up.
    Stopped,
}

impl End {
    /// Whether it ended well: with exit code 0.
    #[must_use]
    pub fn is_good(self) -> bool {
        self == Self::Code(0)
    }
}

impl fmt::Display for End {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(out, "it ended with exit code {code}"),
            Self::Signal(signal) => write!(out, "it was ended by signal {signal}"),
            Self::TimedOut => out.write_str("it did not end in time"),
            Self::Stopped => out.write_str("it was stopped, because whoever asked for it gave up"),
        }
    }
}

/// What a program wrote to a stream. It may have repeated what it was given, so that it is treated as secret.
#[derive(Default)]
pub struct Output {
    pub(crate) bytes: SecretSlice<u8>,
    pub(crate) cut: bool,
}

impl Output {
    /// The first bytes, up to the limit.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.bytes.expose_secret()
    }

    /// Whether there was more than was kept.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.cut
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} bytes{}", self.bytes().len(), if self.cut { ", cut" } else { "" })
    }
}

/// A program that ended.
#[derive(Debug)]
pub struct Ended {
    /// How.
    pub end: End,
    /// What it wrote to stdout.
    pub stdout: Output,
    /// What it wrote to stderr.
    pub stderr: Output,
    /// How long it ran.
    pub took: Duration,
    /// Which of the bounds on the machine and the network were held.
    pub enforced: Enforced,
}
