//! Advisories from a server on this machine: only what has changed, from where it broke off, never too much, and the audit
//! log tells who did it.

use std::io::{BufRead as _, BufReader, Cursor, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use app::{
    AdvisorySource, Call, ErrorKind, Quiet, Services, UpdateAdvisories, UpdateOutcome, UpdatedEcosystem,
    advisory_status, update_advisories,
};
use domain::Face;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::{House, data_owner};

fn with_call<T>(run: impl FnOnce(&Call<'_>) -> T) -> T {
    crate::with_call(&data_owner(Face::Cli), &Quiet, run)
}

/// An archive with advisories of Go; a long text that cannot be packed makes it large.
fn archive(count: usize) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for number in 0..count {
        let details: String =
            (0..2000_u64).map(|at| format!("{:x}", (at + 7) * (number as u64 + 3) * 0x9e37_79b9)).collect();
        let package = r#"{"package": {"ecosystem": "Go", "name": "example.com/m"}, "versions": ["1.0.0"]}"#;
        let record = format!(r#"{{"id": "GO-{number}", "details": "{details}", "affected": [{package}]}}"#);
        writer.start_file(format!("GO-{number}.json"), SimpleFileOptions::default()).unwrap();
        writer.write_all(record.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// How the server treats the next request.
#[derive(Clone, Copy, PartialEq)]
enum Mood {
    Honest,
    /// Breaks off in the middle of the body.
    Cuts,
    /// Tells of a length beyond all bounds.
    Boasts,
    Fails,
    Moves,
}

struct Shelf {
    body: Vec<u8>,
    etag: String,
    moods: Vec<Mood>,
    /// Path, `If-None-Match` and `Range` of each request.
    seen: Vec<(String, Option<String>, Option<String>)>,
}

struct Server {
    address: SocketAddr,
    shelf: Arc<Mutex<Shelf>>,
}

impl Server {
    fn new(body: Vec<u8>, moods: &[Mood]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shelf = Shelf { body, etag: "\"one\"".to_owned(), moods: moods.to_vec(), seen: Vec::new() };
        let shelf = Arc::new(Mutex::new(shelf));
        let shared = Arc::clone(&shelf);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let _ = serve(stream.unwrap(), &shared);
            }
        });
        Self { address, shelf }
    }

    fn seen(&self) -> Vec<(String, Option<String>, Option<String>)> {
        std::mem::take(&mut self.shelf.lock().unwrap().seen)
    }
}

fn serve(mut stream: TcpStream, shelf: &Mutex<Shelf>) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let first = lines.next().unwrap_or(Ok(String::new()))?;
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let (mut known, mut range, mut if_range) = (None, None, None);
    for line in lines {
        let line = line?;
        let Some((name, value)) = line.split_once(": ") else { break };
        match name.to_ascii_lowercase().as_str() {
            "if-none-match" => known = Some(value.to_owned()),
            "range" => range = Some(value.to_owned()),
            "if-range" => if_range = Some(value.to_owned()),
            _ => {}
        }
    }
    let mut shelf = shelf.lock().unwrap();
    shelf.seen.push((path, known.clone(), range.clone()));
    let mood = if shelf.moods.is_empty() { Mood::Honest } else { shelf.moods.remove(0) };
    let (etag, whole) = (shelf.etag.clone(), shelf.body.len());
    match mood {
        Mood::Fails => return write!(stream, "HTTP/1.1 503 Busy\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"),
        Mood::Moves => {
            return write!(
                stream,
                "HTTP/1.1 302 Found\r\nlocation: /else\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            );
        }
        Mood::Boasts => {
            return write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\nconnection: close\r\n\r\nPK");
        }
        Mood::Honest if known.as_deref() == Some(&etag) => {
            return write!(stream, "HTTP/1.1 304 Not Modified\r\netag: {etag}\r\nconnection: close\r\n\r\n");
        }
        Mood::Honest | Mood::Cuts => {}
    }
    let from = range.and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok());
    let from: usize = from.filter(|_| if_range.as_deref() == Some(&etag)).unwrap_or(0);
    match from {
        0 => write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {whole}\r\netag: {etag}\r\nconnection: close\r\n\r\n")?,
        from => {
            let (last, left) = (whole - 1, whole - from);
            write!(
                stream,
                "HTTP/1.1 206 Partial\r\ncontent-length: {left}\r\ncontent-range: bytes {from}-{last}/{whole}\r\netag: {etag}\r\nconnection: close\r\n\r\n"
            )?;
        }
    }
    let end = if mood == Mood::Cuts { from + (whole - from) / 2 } else { whole };
    stream.write_all(&shelf.body[from..end])
}

fn house() -> House {
    let mut house = House::new();
    house.services.checks.advisories = Some(house.folder.path().join("advisories"));
    house.services.checks.network.private_networks = vec!["127.0.0.0/8".parse().unwrap()];
    house
}

fn update(services: &Services, server: &Server) -> UpdatedEcosystem {
    let from = Some(AdvisorySource::Address(format!("http://{}/osv/", server.address)));
    let request = UpdateAdvisories { from, ecosystems: vec!["go".to_owned()] };
    let updated = with_call(|call| update_advisories(services, call, &request)).unwrap();
    updated.ecosystems.into_iter().next().unwrap()
}

fn advisories(services: &Services) -> u64 {
    let status = with_call(|call| advisory_status(services, call)).unwrap();
    status.ecosystems.first().map_or(0, |each| each.age.advisories)
}

#[test]
fn only_what_has_changed_is_fetched() {
    let (house, server) = (house(), Server::new(archive(2), &[]));
    assert_eq!(update(&house.services, &server).outcome, UpdateOutcome::Updated);
    assert_eq!(server.seen(), [("/osv/Go/all.zip".to_owned(), None, None)]);
    let again = update(&house.services, &server);
    assert_eq!((again.outcome, again.advisories), (UpdateOutcome::Unchanged, None));
    assert_eq!(server.seen()[0].1.as_deref(), Some("\"one\""));
    // A damaged index is made anew although nothing has changed.
    let index = house.folder.path().join("advisories/Go.advisories");
    let mut bytes = std::fs::read(&index).unwrap();
    bytes[3] ^= 1;
    std::fs::write(&index, bytes).unwrap();
    assert_eq!(update(&house.services, &server).outcome, UpdateOutcome::Updated);
    assert_eq!(server.seen()[0].1, None);
    {
        let mut shelf = server.shelf.lock().unwrap();
        (shelf.body, shelf.etag) = (archive(3), "\"two\"".to_owned());
    }
    assert_eq!(update(&house.services, &server).advisories, Some(3));
    assert_eq!(advisories(&house.services), 3);
}

#[test]
fn a_download_that_breaks_off_goes_on_where_it_was() {
    let (house, server) = (house(), Server::new(archive(20), &[Mood::Cuts, Mood::Fails, Mood::Cuts]));
    assert_eq!(update(&house.services, &server).outcome, UpdateOutcome::Updated);
    let ranges: Vec<bool> = server.seen().iter().map(|(_, _, range)| range.is_some()).collect();
    assert_eq!(ranges, [false, true, true, true]);
    assert_eq!(advisories(&house.services), 20);
}

#[test]
fn what_came_is_kept_for_the_next_call_and_thrown_away_when_the_archive_is_another() {
    let whole = archive(20);
    let (house, server) = (house(), Server::new(whole, &[Mood::Cuts; 5]));
    let broken = update(&house.services, &server);
    assert_eq!(broken.outcome, UpdateOutcome::Failed);
    assert!(broken.reason.unwrap().contains("could not be fetched"));
    assert_eq!(advisories(&house.services), 0);
    server.seen();
    {
        let mut shelf = server.shelf.lock().unwrap();
        (shelf.body, shelf.etag) = (archive(4), "\"two\"".to_owned());
    }
    assert_eq!(update(&house.services, &server).advisories, Some(4));
    assert!(server.seen()[0].2.is_some());
}

#[test]
fn too_much_a_move_and_a_damaged_archive_change_nothing() {
    let house = house();
    assert_eq!(update(&house.services, &Server::new(archive(2), &[])).outcome, UpdateOutcome::Updated);
    let mut damaged = archive(2);
    let middle = damaged.len() / 3;
    damaged[middle] ^= 1;
    for (server, why) in [
        (Server::new(archive(2), &[Mood::Boasts]), "larger than"),
        (Server::new(archive(2), &[Mood::Moves]), "redirect"),
        (Server::new(damaged, &[]), "no whole zip archive"),
        (Server::new(b"<html>".to_vec(), &[]), "no whole zip archive"),
    ] {
        let failed = update(&house.services, &server);
        assert_eq!(failed.outcome, UpdateOutcome::Failed);
        assert!(failed.reason.as_ref().unwrap().contains(why), "{failed:?}");
        assert_eq!(advisories(&house.services), 2);
    }
}

#[test]
fn an_address_that_may_not_be_reached_is_refused_before_anything_is_written() {
    let mut house = house();
    house.services.checks.network.private_networks.clear();
    let request = UpdateAdvisories {
        from: Some(AdvisorySource::Address("http://127.0.0.1:9/".to_owned())),
        ..UpdateAdvisories::default()
    };
    let error = with_call(|call| update_advisories(&house.services, call, &request)).unwrap_err();
    assert_eq!((error.kind, error.field), (ErrorKind::Unavailable, Some("from")));
    assert!(!house.folder.path().join("advisories").exists());
    let odd = UpdateAdvisories { from: None, ecosystems: vec!["../npm".to_owned()] };
    let error = with_call(|call| update_advisories(&house.services, call, &odd)).unwrap_err();
    assert_eq!((error.kind, error.field), (ErrorKind::Invalid, Some("ecosystem")));
}

#[test]
fn two_updates_do_not_run_at_once() {
    let house = house();
    let folder = house.folder.path().join("advisories");
    std::fs::create_dir(&folder).unwrap();
    let other = std::fs::File::create(folder.join("update.lock")).unwrap();
    other.lock().unwrap();
    let request = UpdateAdvisories { from: Some(AdvisorySource::Path(folder)), ..UpdateAdvisories::default() };
    let error = with_call(|call| update_advisories(&house.services, call, &request)).unwrap_err();
    assert!(error.message.contains("is running"), "{error}");
}

#[test]
fn without_data_the_status_is_empty() {
    let house = house();
    let status = with_call(|call| advisory_status(&house.services, call)).unwrap();
    assert!(status.ecosystems.is_empty() && status.damaged.is_empty());
}
