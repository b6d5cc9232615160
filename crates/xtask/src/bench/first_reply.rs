//! From the start of the process to its first answer on standard output.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::{Value, json};

use super::message;
use super::peer::Peer;
use super::project::{Project, plan_arguments};
use super::report::Section;
use super::row::{Aim, Row, Unit, figure};
use super::statistics::{Pairs, median};
use super::workshop::{Workshop, time};
use crate::Failure;

/// A server on its standard streams, over one folder.
pub(super) fn ours(workshop: &Workshop<'_>) -> Command {
    let mut command = workshop.ours(&["serve", "--root"]);
    command.arg(workshop.path("projects"));
    command
}

/// Starts `server`, sends one request, reads one answer: the milliseconds in between, and the answer.
pub(super) fn ask(mut server: Command, request: &Value) -> Result<(f64, String), Failure> {
    let lost = |fault| Failure::because("a server on its standard streams", fault);
    let line = format!("{request}\n");
    let mut answer = String::new();
    let started = Instant::now();
    let mut child = server.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().map_err(lost)?;
    // Both ends stay open until the answer is there: a server may give up what is under way when its input ends.
    let (mut input, output) = (child.stdin.take(), child.stdout.take());
    if let (Some(input), Some(output)) = (&mut input, output) {
        input.write_all(line.as_bytes()).map_err(lost)?;
        BufReader::with_capacity(1 << 18, output).read_line(&mut answer).map_err(lost)?;
    }
    let taken = started.elapsed().as_secs_f64() * 1e3;
    drop(input);
    child.wait().map_err(lost)?;
    Ok((taken, answer))
}

/// Measures all rows.
pub(super) fn measure(
    workshop: &Workshop<'_>,
    project: &Project,
    peer: &Peer,
    rounds: usize,
) -> Result<Section, Failure> {
    let discover = pairs(workshop, peer, rounds, &message::discover())?;
    let request = message::plan(&plan_arguments());
    check_equal(workshop, project, peer, &request)?;
    let plan = pairs(workshop, peer, rounds, &request)?;
    let row = |subject: &str, pairs, aim| Row::of(subject, Unit::Milliseconds, pairs, Some(aim));
    let (ratio, bound) = (Aim::RatioAtMost(1.0 / 25.0), Aim::OursBelow(10.0));
    let rows = vec![
        row("exec to first reply on stdio: `server/discover`", &discover, ratio),
        row("the same, ours alone", &discover, bound),
        row("exec to first reply on stdio: `tools/call`, plan only", &plan, ratio),
        row("the same, ours alone", &plan, bound),
    ];
    let starts = (0..rounds.min(9)).map(|_| time(&mut workshop.ours(&["--version"]))).collect::<Result<Vec<_>, _>>()?;
    let where_it_goes = vec![
        format!("{} ms: our process starts and ends (`--version`).", figure(median(&starts))),
        format!(
            "{} ms: that, opens the store, settles what an earlier process left, starts the runtime, and answers `server/discover`.",
            figure(discover.ours())
        ),
        format!(
            "{} ms: the same for `tools/call`, which besides parses every template, then renders and hashes every file.",
            figure(plan.ours())
        ),
    ];
    Ok(Section { title: "First reply on stdio".to_owned(), rows, how: how(rounds), where_it_goes })
}

fn pairs(workshop: &Workshop<'_>, peer: &Peer, rounds: usize, request: &Value) -> Result<Pairs, Failure> {
    let taken = |server: Command| {
        let (taken, answer) = ask(server, request)?;
        message::result(&answer)?;
        Ok(taken)
    };
    Pairs::measure(rounds, || taken(ours(workshop)), || taken(peer.on_stdio(workshop)))
}

/// That both take the same arguments and answer the same plan.
fn check_equal(workshop: &Workshop<'_>, project: &Project, peer: &Peer, request: &Value) -> Result<(), Failure> {
    let answers = |request: &Value| -> Result<[Value; 2], Failure> {
        let both = [ask(ours(workshop), request)?.1, ask(peer.on_stdio(workshop), request)?.1];
        Ok([message::result(&both[0])?, message::result(&both[1])?])
    };
    let plans = answers(request)?;
    let hashes =
        [message::plan_hash(&plans[0], project.files.len())?, message::plan_hash(&plans[1], project.files.len())?];
    let sizes = plans.map(|plan| plan.to_string().len());
    if hashes[0] != hashes[1] || sizes[0].abs_diff(sizes[1]) * 10 > sizes[0] {
        return Err(Failure(format!("the peer does not answer the same: {hashes:?}, {sizes:?} bytes")));
    }
    let names = answers(&message::request("tools/list", json!({})))?.map(|list| argument_names(&list));
    if names[0] == names[1] { Ok(()) } else { Err(Failure(format!("the peer takes other arguments: {names:?}"))) }
}

fn argument_names(list: &Value) -> Vec<String> {
    let properties = list["tools"][0]["inputSchema"]["properties"].as_object();
    let mut names: Vec<String> = properties.into_iter().flat_map(|properties| properties.keys().cloned()).collect();
    names.sort();
    names
}

fn how(rounds: usize) -> Vec<String> {
    vec![
        format!("The server is started with the request (revision {}, stateless) already on its way; the clock stops at the end of the first line it answers. {rounds} pairs each.", message::VERSION),
        "The peer is the same tool on `@modelcontextprotocol/server`, `crates/xtask/src/bench/peer`: the same name and arguments (in zod), an answer of the same shape, size and plan hash, which is checked. It renders nothing: it reads the finished files from one bundle and hashes them with `node:crypto`, keeps no store, writes no log and checks no output schema. All that favours it.".to_owned(),
    ]
}
