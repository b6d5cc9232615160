//! Packages whose ecosystem has no advisories here, looked up at a server that speaks the API of OSV. The real one cannot be
//! reached where these tests run: a server on this machine plays the shapes that its documentation has, and what a hostile one
//! might answer.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use app::{CheckRequest, CheckSubject, InlineFile, OsvApi, Quiet, check};
use domain::{CheckReport, Face, FindingKind};
use serde_json::{Value, json};

use crate::{House, data_owner, with_call};

type Play = dyn Fn(&str, &Value) -> Answer + Send + Sync;

enum Answer {
    Json(Value),
    Text(String),
    Status(u16),
    Moves,
    /// Begins, and never ends.
    Hangs,
}

struct Server {
    address: String,
    /// Path and body of each request.
    seen: Arc<Mutex<Vec<(String, String)>>>,
}

impl Server {
    fn new(play: impl Fn(&str, &Value) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/osv/", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (shared, play) = (Arc::clone(&seen), Arc::new(play));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (shared, play) = (Arc::clone(&shared), Arc::clone(&play));
                std::thread::spawn(move || serve(stream.unwrap(), &shared, &*play));
            }
        });
        Self { address, seen }
    }

    fn paths(&self) -> Vec<String> {
        self.seen.lock().unwrap().iter().map(|(path, _)| path.clone()).collect()
    }

    /// A house that asks it, with no advisories of its own.
    fn house(&self) -> House {
        let mut house = House::new();
        let checks = &mut house.services.checks;
        checks.advisories = Some(house.folder.path().join("advisories"));
        checks.network.private_networks = vec!["127.0.0.0/8".parse().unwrap()];
        checks.osv_api = Some(OsvApi { timeout: Duration::from_millis(400), ..OsvApi::at(&self.address) });
        house
    }
}

fn serve(mut stream: TcpStream, seen: &Mutex<Vec<(String, String)>>, play: &Play) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first)?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(told) = line.strip_prefix("content-length: ") {
            length = told.parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    seen.lock().unwrap().push((path.clone(), String::from_utf8_lossy(&body).into_owned()));
    let head = |status: u16, length: usize| {
        format!(
            "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n"
        )
    };
    match play(&path, &serde_json::from_slice(&body).unwrap_or_default()) {
        Answer::Json(value) => {
            let text = value.to_string();
            write!(stream, "{}\r\n{text}", head(200, text.len()))
        }
        Answer::Text(text) => write!(stream, "{}\r\n{text}", head(200, text.len())),
        Answer::Status(status) => write!(stream, "{}\r\n", head(status, 0)),
        Answer::Moves => write!(stream, "{}location: /else\r\n\r\n", head(302, 0)),
        Answer::Hangs => {
            write!(stream, "{}\r\n{{", head(200, 1_000))?;
            stream.flush()?;
            std::thread::sleep(Duration::from_secs(3));
            Ok(())
        }
    }
}

fn record(id: &str, package: &str, fixed: &str) -> Value {
    json!({
        "schema_version": "1.7.0", "id": id, "modified": "2026-11-01T00:00:00Z", "aliases": [format!("CVE-{id}")],
        "summary": "It can be made to hang.",
        "affected": [{
            "package": { "ecosystem": "npm", "name": package },
            "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": fixed }] }],
        }],
        "database_specific": { "severity": "HIGH" },
    })
}

/// A lockfile of npm with these packages.
fn lock(packages: &[(&str, &str)]) -> String {
    let mut all = json!({ "": { "name": "demo", "version": "1.0.0" } });
    for (name, version) in packages {
        all[format!("node_modules/{name}")] = json!({ "version": version });
    }
    json!({ "name": "demo", "version": "1.0.0", "lockfileVersion": 3, "packages": all }).to_string()
}

fn request(packages: &[(&str, &str)]) -> CheckRequest {
    let files = vec![InlineFile { path: "package-lock.json".to_owned(), text: lock(packages) }];
    CheckRequest { kinds: vec![FindingKind::Vulnerability], ..CheckRequest::of(CheckSubject::Files(files)) }
}

fn run(house: &House, request: &CheckRequest) -> CheckReport {
    with_call(&data_owner(Face::Stdio), &Quiet, |call| check(&house.services, call, request)).unwrap()
}

fn found(report: &CheckReport) -> Vec<&str> {
    report.findings.iter().filter_map(|finding| finding.advisory.as_deref()).collect()
}

const TWO: [(&str, &str); 2] = [("left-pad", "1.2.0"), ("right-pad", "2.0.0")];

/// An answer with a page for each question; `first` is that of the first, which is about left-pad.
fn batch(body: &Value, first: &Value) -> Answer {
    let queries = body["queries"].as_array().unwrap();
    let page = |query: &Value| if query["package"]["name"] == "left-pad" { first.clone() } else { json!({}) };
    Answer::Json(json!({ "results": queries.iter().map(page).collect::<Vec<_>>() }))
}

#[test]
fn what_has_no_advisories_here_is_asked_for_and_matched_as_anything_else() {
    let server = Server::new(|path, body| match path {
        "/osv/v1/querybatch" => {
            let token = body["queries"][0]["page_token"].as_str();
            let ids: &[&str] = if token.is_some() { &["GHSA-far", "GHSA-back"] } else { &["GHSA-near", "GHSA-other"] };
            let vulns: Vec<Value> =
                ids.iter().map(|id| json!({ "id": id, "modified": "2026-11-01T00:00:00Z" })).collect();
            let more = token.map_or(json!("more"), |_| Value::Null);
            batch(body, &json!({ "vulns": vulns, "next_page_token": more }))
        }
        "/osv/v1/vulns/GHSA-near" => Answer::Json(record("GHSA-near", "left-pad", "1.3.0")),
        "/osv/v1/vulns/GHSA-far" => Answer::Json(record("GHSA-far", "left-pad", "1.2.5")),
        // The server's word alone counts for nothing: one is about another version, one was taken back.
        "/osv/v1/vulns/GHSA-other" => Answer::Json(record("GHSA-other", "left-pad", "1.1.0")),
        "/osv/v1/vulns/GHSA-back" => {
            let mut back = record("GHSA-back", "left-pad", "1.3.0");
            back["withdrawn"] = json!("2026-11-02T00:00:00Z");
            Answer::Json(back)
        }
        _ => Answer::Status(404),
    });
    let house = server.house();
    let report = run(&house, &request(&TWO));
    assert_eq!(found(&report), ["GHSA-far", "GHSA-near"], "{:?}", report.not_run);
    assert_eq!((report.findings[1].fixed.as_deref(), report.findings[1].aliases.len()), (Some("1.3.0"), 1));
    assert!(report.not_run.is_empty() && report.summary.packages == 2, "{:?}", report.not_run);
    assert_eq!(report.summary.advisories.len(), 1);
    // Names and versions are all that leaves; each record is fetched once.
    let (path, body) = server.seen.lock().unwrap()[0].clone();
    let sent: Value = serde_json::from_str(&body).unwrap();
    let asked =
        |name: &str, version: &str| json!({ "package": { "ecosystem": "npm", "name": name }, "version": version });
    assert_eq!(
        (path.as_str(), sent),
        ("/osv/v1/querybatch", json!({ "queries": [asked("left-pad", "1.2.0"), asked("right-pad", "2.0.0")] }))
    );
    assert_eq!(server.paths().len(), 6);

    let asked_before = server.paths().len();
    let offline = run(&house, &CheckRequest { offline: true, ..request(&TWO) });
    assert!(offline.findings.is_empty() && offline.not_run[0].hint.contains("advisories update"), "{offline:?}");
    let from = tempfile::tempdir().unwrap();
    fs::write(from.path().join("one.json"), record("GHSA-here", "left-pad", "1.3.0").to_string()).unwrap();
    let to = house.services.checks.advisories.clone().unwrap();
    dependencies::advisories::import(&to, from.path(), &[], &std::sync::atomic::AtomicBool::new(false)).unwrap();
    assert_eq!(found(&run(&house, &request(&TWO))), ["GHSA-here"]);
    assert_eq!(server.paths().len(), asked_before, "neither offline nor where there are advisories is anybody asked");
}

/// What the check says of npm when the server plays so: nothing is known of left-pad, and that is told.
fn told(play: impl Fn(&str, &Value) -> Answer + Send + Sync + 'static) -> (CheckReport, Vec<String>) {
    let server = Server::new(play);
    let report = run(&server.house(), &request(&TWO));
    for each in &report.not_run {
        assert!(!each.reason.contains("http:") && each.hint.contains("checks.osv_api"), "{each:?}");
    }
    (report, server.paths())
}

#[test]
fn a_server_that_does_not_answer_as_it_must_leaves_everything_unknown() {
    type Case = (&'static str, fn(&Value) -> Answer);
    let cases: [Case; 7] = [
        ("status 500", |_| Answer::Status(500)),
        ("redirects are not followed", |_| Answer::Moves),
        ("in time", |_| Answer::Hangs),
        ("not as the API's", |_| Answer::Text("<html>".to_owned())),
        ("not as the API's", |_| Answer::Json(json!({ "results": [{ "vulns": [{ "id": 7 }] }, {}] }))),
        ("answered 1 of 2", |_| Answer::Json(json!({ "results": [{}] }))),
        ("larger than", |_| Answer::Text(" ".repeat((8 << 20) + 1))),
    ];
    for (why, play) in cases {
        let (report, paths) = told(move |_, body| play(body));
        let all: Vec<_> = report.not_run.iter().map(|each| each.check.as_str()).collect();
        assert_eq!((all.as_slice(), paths.len()), (&["npm"][..], 1), "{why}: {report:?}");
        assert!(report.not_run[0].reason.contains(why), "{why}: {report:?}");
        assert!(report.findings.is_empty() && report.summary.advisories.is_empty(), "{why}");
    }
}

#[test]
fn an_answer_that_lies_leaves_its_package_unknown_and_no_other() {
    let ids = |ids: &[&str]| json!({ "vulns": ids.iter().map(|id| json!({ "id": id })).collect::<Vec<_>>() });
    let good = || Answer::Json(record("GHSA-good", "left-pad", "1.3.0"));
    let other = |path: &str| path == "/osv/v1/vulns/GHSA-good";
    let cases = [
        ("by what is no id", ids(&["../../secret", "GHSA-good"]), Answer::Status(500)),
        ("by what is no id", ids(&["a?b=c", "GHSA-good"]), Answer::Status(500)),
        ("bears another id", ids(&["GHSA-bad", "GHSA-good"]), Answer::Json(record("GHSA-else", "left-pad", "9.0.0"))),
        ("no OSV record", ids(&["GHSA-bad", "GHSA-good"]), Answer::Text("[]".to_owned())),
        ("status 404", ids(&["GHSA-bad", "GHSA-good"]), Answer::Status(404)),
        ("larger than", ids(&["GHSA-bad", "GHSA-good"]), Answer::Text(" ".repeat((8 << 20) + 1))),
    ];
    for (why, page, bad) in cases {
        let bad = Mutex::new(Some(bad));
        let (report, paths) = told(move |path, body| match path {
            "/osv/v1/querybatch" => batch(body, &page),
            path if other(path) => good(),
            _ => bad.lock().unwrap().take().unwrap_or(Answer::Status(404)),
        });
        let told = &report.not_run[0];
        assert!(told.check == "packages of npm" && told.reason.contains(why), "{why}: {told:?}");
        assert!(told.reason.contains("left-pad") && !told.reason.contains("right-pad"), "{told:?}");
        assert_eq!(found(&report), ["GHSA-good"], "{why}");
        assert!(
            paths.iter().all(|path| path.starts_with("/osv/v1/") && !path.contains("..") && !path.contains('?')),
            "{paths:?}"
        );
    }
}

#[test]
fn pages_that_do_not_end_are_left() {
    let (report, paths) = told(|_, body| batch(body, &json!({ "next_page_token": "again" })));
    assert!(report.not_run[0].reason.contains("more than 10 pages"), "{report:?}");
    assert_eq!(paths.len(), 10);
    let (report, paths) = told(|_, body| batch(body, &json!({ "next_page_token": "x".repeat(5_000) })));
    assert!(report.not_run[0].reason.contains("too long") && paths.len() == 1, "{report:?}");
}

#[test]
fn a_vulnerability_that_the_server_named_is_fixed_when_it_is_asked_again_and_not_before() {
    let server = Server::new(|path, body| match path {
        "/osv/v1/querybatch" => batch(body, &json!({ "vulns": [{ "id": "GHSA-near" }] })),
        _ => Answer::Json(record("GHSA-near", "left-pad", "1.3.0")),
    });
    let mut house = server.house();
    let project = house.begin(crate::request("demo")).unwrap().project_id.unwrap();
    let place = house.root().join("demo/package-lock.json");
    let checked = |house: &House, offline| {
        let request = CheckRequest { offline, ..CheckRequest::of(CheckSubject::Project { id: project.clone() }) };
        with_call(&data_owner(Face::Cli), &Quiet, |call| check(&house.services, call, &request)).unwrap();
        let shown = |call: &app::Call<'_>| app::show_vulnerability(&house.services, call, None, "GHSA-near");
        with_call(&data_owner(Face::Cli), &Quiet, shown).unwrap().state.to_string()
    };
    fs::write(&place, lock(&TWO[..1])).unwrap();
    assert_eq!(checked(&house, false), "open");
    fs::write(&place, lock(&[("left-pad", "1.3.0")])).unwrap();
    assert_eq!(checked(&house, true), "open", "nobody was asked");
    app::rematch(&house.services).unwrap();
    house.services.checks.osv_api.as_mut().unwrap().address.push_str("/gone");
    house.services.checks.network.private_networks.clear();
    assert_eq!(checked(&house, false), "open", "it could not be asked");
    house.services.checks = server.house().services.checks;
    assert_eq!(checked(&house, false), "fixed");
}
