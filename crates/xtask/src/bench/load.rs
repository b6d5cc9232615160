//! Plan-only calls over HTTP on 16 connections, and the memory that both servers need for them.

use std::path::PathBuf;

use super::http::Server;
use super::message;
use super::peer::Peer;
use super::process::{Memory, processor_seconds};
use super::project::{Project, plan_arguments};
use super::report::Section;
use super::row::{Aim, Row, Unit, figure};
use super::statistics::{Pairs, median};
use super::workshop::Workshop;
use super::wrk::Wrk;
use crate::Failure;

const CONNECTIONS: usize = 16;

/// The load is one caller's, from one address: how often it may call is not what is measured.
pub(super) const WITHOUT_RATES: [(&str, &str); 2] = [
    ("SMART_BEGIN_LIMITS__REQUESTS_PER_MINUTE_PER_ADDRESS", "0"),
    ("SMART_BEGIN_LIMITS__REQUESTS_PER_MINUTE_PER_CALLER", "0"),
];

/// How long and how often.
pub(super) struct Rounds {
    pub(super) pairs: usize,
    pub(super) seconds: u32,
}

/// A server under test, and what its calls have cost so far.
struct Subject {
    server: Server,
    name: &'static str,
    hash: String,
    answer_bytes: f64,
    idle: Memory,
    calls: f64,
    p99: f64,
}

/// Measures all rows.
pub(super) fn measure(
    workshop: &Workshop<'_>,
    project: &Project,
    peer: &Peer,
    rounds: &Rounds,
) -> Result<Section, Failure> {
    let body = message::plan(&plan_arguments()).to_string();
    let load = Load {
        body_file: workshop.write("call.json", &body)?,
        wrk: Wrk::new(workshop, CONNECTIONS)?,
        workshop,
        project,
        body,
    };
    let mut ours = workshop.ours(&["serve", "--http", "127.0.0.1:0"]);
    ours.envs(WITHOUT_RATES);
    let mut ours = load.subject("ours", Server::start(ours, &workshop.path("ours.log"))?)?;
    let mut peer = load.subject("the peer", Server::start(peer.on_http(workshop), &workshop.path("peer.log"))?)?;
    if ours.hash != peer.hash {
        return Err(Failure("the peer plans something else".to_owned()));
    }
    let pairs = Pairs::measure(
        rounds.pairs,
        || load.put_on(&mut ours, rounds.seconds),
        || load.put_on(&mut peer, rounds.seconds),
    )?;
    load.check(&ours.server)?;
    load.check(&peer.server)?;
    let (busy, busy_peer) = (Memory::of(ours.server.process())?, Memory::of(peer.server.process())?);
    let memory = |subject: &str, ours, peer, bound| Row {
        subject: subject.to_owned(),
        unit: Unit::Megabytes,
        ours,
        peer,
        ratio: None,
        aim: Some(Aim::OursBelow(bound)),
    };
    let rows = vec![
        Row::of(
            "plan-only `tools/call` over HTTP, 16 connections",
            Unit::CallsPerSecond,
            &pairs,
            Some(Aim::RatioAtLeast(10.0)),
        ),
        memory("memory at rest", ours.idle.resident, peer.idle.resident, 20.0),
        memory("memory under that load, at most", busy.peak, busy_peer.peak, 64.0),
    ];
    let mut where_it_goes = vec![ours.cost()?, peer.cost()?];
    where_it_goes.extend([load.planning(&ours)?, load.planning(&peer)?]);
    where_it_goes.push(load.without_planning(&ours, rounds.seconds, pairs.peer())?);
    where_it_goes.push(format!(
        "Of our {} MB after the load, {} MB are its own and the rest is the program's file.",
        figure(busy.resident),
        figure(busy.own)
    ));
    Ok(Section { title: "Calls over HTTP, and memory".to_owned(), rows, how: how(rounds), where_it_goes })
}

struct Load<'a> {
    workshop: &'a Workshop<'a>,
    project: &'a Project,
    body: String,
    body_file: PathBuf,
    wrk: Wrk<'a>,
}

impl Load<'_> {
    /// A server that has given one right answer and rests.
    fn subject(&self, name: &'static str, server: Server) -> Result<Subject, Failure> {
        let (hash, answer_bytes) = self.check(&server)?;
        let idle = Memory::of(server.process())?;
        Ok(Subject { server, name, hash, answer_bytes, idle, calls: 0.0, p99: 0.0 })
    }

    /// That the server answers the whole plan: its hash, and the size of the answer.
    fn check(&self, server: &Server) -> Result<(String, f64), Failure> {
        let answer = server.post(&self.body)?;
        let hash = message::plan_hash(&message::result(&answer)?, self.project.files.len())?;
        #[allow(clippy::cast_precision_loss, reason = "an answer has some thousand bytes")]
        Ok((hash, answer.len() as f64))
    }

    /// How long the planning takes where nothing else is asked, as the answers tell.
    fn planning(&self, subject: &Subject) -> Result<String, Failure> {
        let told = (0..51).map(|_| {
            let result = message::result(&subject.server.post(&self.body)?)?;
            Ok(result["structuredContent"]["technicalMetrics"]["responseTime"].as_f64().unwrap_or(f64::NAN))
        });
        let micros = median(&told.collect::<Result<Vec<_>, Failure>>()?) * 1e3;
        Ok(format!(
            "Of a call to {}, one at a time, {} µs are the planning itself (`responseTime` of the answer); the rest is protocol, JSON and log.",
            subject.name,
            figure(micros)
        ))
    }

    /// How many calls there would be if planning took no time: those that are refused before it.
    fn without_planning(&self, subject: &Subject, seconds: u32, peer: f64) -> Result<String, Failure> {
        let mut arguments = plan_arguments();
        arguments["stack"] = "unheard-of".into();
        let body = message::plan(&arguments).to_string();
        if message::result(&subject.server.post(&body)?).is_ok() {
            return Err(Failure("a stack that nobody knows was planned".to_owned()));
        }
        let told = self.wrk.put_on(&subject.server, &self.workshop.write("refused.json", &body)?, 0.0, seconds)?;
        Ok(format!(
            "Calls that are refused before any planning (a stack that nobody knows) go at {} a second, {} times the peer's rate: no faster planning could bring more.",
            figure(told.per_second()),
            figure(told.per_second() / peer)
        ))
    }

    /// Calls in a second.
    fn put_on(&self, subject: &mut Subject, seconds: u32) -> Result<f64, Failure> {
        let told = self.wrk.put_on(&subject.server, &self.body_file, subject.answer_bytes, seconds)?;
        subject.calls += told.requests;
        subject.p99 = told.p99 / 1e3;
        Ok(told.per_second())
    }
}

impl Subject {
    /// What a call costs, in processor time.
    fn cost(&self) -> Result<String, Failure> {
        let (own, kernel) = processor_seconds(self.server.process())?;
        let micros = |seconds: f64| figure(seconds * 1e6 / self.calls);
        Ok(format!(
            "A call costs {} {} µs of processor time in its own code and {} µs in the kernel; 99 of 100 calls were answered within {} ms.",
            self.name,
            micros(own),
            micros(kernel),
            figure(self.p99)
        ))
    }
}

fn how(rounds: &Rounds) -> Vec<String> {
    vec![
        format!("Both servers run all the time; wrk (one thread, {CONNECTIONS} connections) calls one, then the other, for {} s each, {} pairs.", rounds.seconds, rounds.pairs),
        "Before and after, a call is made and looked at: it must be the whole plan, with the same hash from both. In between, every answer must have status 200 and, on average, the full size.".to_owned(),
        "In each call ours renders every template and hashes what came of it (files that are the same in every project are hashed once a process), checks host, origin and bounds, and writes a line of its log to a file; the peer hashes all finished files.".to_owned(),
        "Memory is what Linux counts as resident (`VmRSS`; 1 MB is 1,000,000 bytes): at rest after one call, so that everything is loaded, and the highest value under the load (`VmHWM`).".to_owned(),
    ]
}
