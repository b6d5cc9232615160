//! What sign-in, authorisation and limits add to a plan-only call: the same program with and without them.

use super::http::Server;
use super::load::WITHOUT_RATES;
use super::message;
use super::project::{Project, plan_arguments};
use super::report::Section;
use super::row::{Aim, Row, Unit, figure};
use super::statistics::Pairs;
use super::workshop::{Workshop, run};
use super::wrk::Wrk;
use crate::Failure;

/// Sign-in required, and rates that are counted but never reached.
const GUARDED: [(&str, &str); 5] = [
    ("SMART_BEGIN_SIGN_IN__REQUIRED", "true"),
    ("SMART_BEGIN_LIMITS__REQUESTS_PER_MINUTE_PER_ADDRESS", "1000000"),
    ("SMART_BEGIN_LIMITS__BURST_PER_ADDRESS", "1000000"),
    ("SMART_BEGIN_LIMITS__REQUESTS_PER_MINUTE_PER_CALLER", "1000000"),
    ("SMART_BEGIN_LIMITS__BURST_PER_CALLER", "1000000"),
];

/// How long and how often.
pub(super) struct Rounds {
    pub(super) pairs: usize,
    pub(super) seconds: u32,
}

/// Measures all rows.
pub(super) fn measure(workshop: &Workshop<'_>, project: &Project, rounds: &Rounds) -> Result<Section, Failure> {
    let body = message::plan(&plan_arguments()).to_string();
    let file = workshop.write("call.json", &body)?;
    let token = token(workshop)?;
    let mut guarded = workshop.ours(&["serve", "--http", "127.0.0.1:0"]);
    let mut open = workshop.ours(&["serve", "--http", "127.0.0.1:0"]);
    let guarded = Server::start(
        {
            guarded.envs(GUARDED);
            guarded
        },
        &workshop.path("guarded.log"),
    )?;
    let open = Server::start(
        {
            open.envs(WITHOUT_RATES);
            open
        },
        &workshop.path("open.log"),
    )?;
    if message::result(&guarded.post(&body)?).is_ok() {
        return Err(Failure("a call without a token was answered".to_owned()));
    }
    let answer = open.post(&body)?;
    message::plan_hash(&message::result(&answer)?, project.files.len())?;
    #[allow(clippy::cast_precision_loss, reason = "an answer has some thousand bytes")]
    let bytes = answer.len() as f64;
    let plain = Wrk::new(workshop, 1)?;
    let signed = Wrk::new(workshop, 1)?.with_credential(&token);
    let pairs = Pairs::measure(
        rounds.pairs,
        || Ok(signed.put_on(&guarded, &file, bytes, rounds.seconds)?.p50 / 1e3),
        || Ok(plain.put_on(&open, &file, bytes, rounds.seconds)?.p50 / 1e3),
    )?;
    let row = Row::of(
        "plan-only `tools/call` with sign-in by API token, authorisation and rates, against the same without, one connection, median",
        Unit::Milliseconds,
        &pairs,
        Some(Aim::AddsAtMost(0.15)),
    );
    let added = format!("{} µs are added at the median.", figure((row.ours - row.peer) * 1e3));
    Ok(Section {
        title: "What sign-in costs".to_owned(),
        rows: vec![row],
        how: how(rounds),
        where_it_goes: vec![added],
    })
}

/// An API token of this workshop's store, which both servers share.
fn token(workshop: &Workshop<'_>) -> Result<String, Failure> {
    let told = run(&mut workshop.ours(&["token", "create", "bench", "--role", "member"]))?;
    let token = told.lines().rev().find(|line| line.starts_with("sb_"));
    token.map(str::to_owned).ok_or_else(|| Failure("`token create` printed no token".to_owned()))
}

fn how(rounds: &Rounds) -> Vec<String> {
    vec![
        format!("Both servers are this program. wrk calls one, then the other, on one connection, for {} s each, {} pairs; a pair's figures are the medians of its calls.", rounds.seconds, rounds.pairs),
        "With sign-in: the token is hashed and looked up in the store at each call (a token that was revoked is refused at once), the lockout is looked at, the caller's permissions are worked out, the table of operations is asked twice (at the door and in the use case), and two rates are counted. That a call without the token is refused is checked first.".to_owned(),
    ]
}
