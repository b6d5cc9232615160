//! Load by wrk, which is trusted only where all answers came, and came whole.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::http::Server;
use super::workshop::{Workshop, run};
use crate::Failure;

const LUA: &str = include_str!("load.lua");

/// What wrk tells at the end.
#[derive(Debug, Deserialize)]
pub(super) struct Told {
    pub(super) requests: f64,
    microseconds: f64,
    bytes: f64,
    failed: u64,
    /// Microseconds within which half of the calls were answered.
    pub(super) p50: f64,
    /// Microseconds within which 99 of 100 calls were answered.
    pub(super) p99: f64,
}

impl Told {
    pub(super) fn per_second(&self) -> f64 {
        self.requests / (self.microseconds / 1e6)
    }
}

/// wrk, with so many connections on one thread.
pub(super) struct Wrk<'a> {
    workshop: &'a Workshop<'a>,
    script: PathBuf,
    connections: usize,
    credential: Option<String>,
}

impl<'a> Wrk<'a> {
    pub(super) fn new(workshop: &'a Workshop<'a>, connections: usize) -> Result<Self, Failure> {
        Ok(Self { workshop, script: workshop.write("load.lua", LUA)?, connections, credential: None })
    }

    /// Every call shows this bearer token.
    pub(super) fn with_credential(self, token: &str) -> Self {
        Self { credential: Some(token.to_owned()), ..self }
    }

    /// Sends the message in the file `body` for so many seconds; every answer must have some `answer_bytes`.
    pub(super) fn put_on(
        &self,
        server: &Server,
        body: &Path,
        answer_bytes: f64,
        seconds: u32,
    ) -> Result<Told, Failure> {
        let mut wrk = self.workshop.command(&self.workshop.programs.wrk);
        wrk.args(["-t1", &format!("-c{}", self.connections), &format!("-d{seconds}s"), "-s"]);
        wrk.arg(&self.script).arg(server.url()).env("BENCH_BODY", body);
        if let Some(credential) = &self.credential {
            wrk.env("BENCH_CREDENTIAL", credential);
        }
        told(&run(&mut wrk)?, answer_bytes).map_err(|why| Failure::because(server.url(), why))
    }
}

/// What wrk told, when all answers were there and none of them was short.
fn told(text: &str, answer_bytes: f64) -> Result<Told, String> {
    let line = text.lines().rev().find(|line| line.starts_with('{')).ok_or("wrk told nothing")?;
    let told: Told = serde_json::from_str(line).map_err(|fault| format!("wrk told something else: {fault}"))?;
    if told.failed > 0 || told.requests < 1.0 || told.bytes / told.requests < answer_bytes * 0.98 {
        return Err(format!("not all answers were whole: {told:?}, {answer_bytes} bytes expected each"));
    }
    Ok(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str =
        "noise\n{\"requests\":100,\"microseconds\":2000000,\"bytes\":100000,\"failed\":0,\"p50\":400,\"p99\":900}\n";

    #[test]
    fn short_or_failed_answers_do_not_count() {
        assert!(told(LINE, 990.0).is_ok());
        assert!(told(LINE, 1200.0).is_err());
        assert!(told(&LINE.replace("\"failed\":0", "\"failed\":3"), 990.0).is_err());
        assert!(told("nothing", 1.0).is_err());
    }
}
