//! A flood of forged credentials: the audit log counts all of them and grows by a few entries, and the server by nothing.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;
use std::thread;

use crate::audit_log::Logs;
use crate::listener::Listener;
use crate::program::{Home, PROGRAM, long};

/// Connections at once.
const AT_ONCE: u32 = 24;

/// Sends so many forged tokens over one connection, each from an address of its own.
fn forge(base: &str, first: u32, count: u32) {
    let address = base.trim_start_matches("http://");
    let mut stream = BufReader::new(TcpStream::connect(address).unwrap());
    for number in first..first + count {
        let from = std::net::Ipv4Addr::from(0x0b00_0000 + number);
        // Half of them look like tokens of ours, half like those of a provider.
        let token = if number % 2 == 0 { format!("sb_{number:036}") } else { format!("forged.{number}.token") };
        let head = format!(
            "POST /mcp HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\nx-forwarded-for: {from}\r\n\
             content-type: application/json\r\ncontent-length: 2\r\n\r\n{{}}"
        );
        stream.get_mut().write_all(head.as_bytes()).unwrap();
        let (mut line, mut status, mut length) = (String::new(), String::new(), 0);
        while stream.read_line(&mut line).unwrap() > 2 {
            if status.is_empty() {
                status = line.trim().to_owned();
            }
            if let Some(said) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = said.trim().parse().unwrap();
            }
            line.clear();
        }
        assert!(status.contains(" 401 "), "{status}");
        stream.read_exact(&mut vec![0; length]).unwrap();
    }
}

fn flood(base: &str, first: u32, count: u32) {
    let each = count / AT_ONCE;
    thread::scope(|scope| {
        for number in 0..AT_ONCE {
            scope.spawn(move || forge(base, first + number * each, each));
        }
    });
}

#[test]
fn forged_tokens_from_many_addresses_leave_few_entries_whose_counts_add_up() {
    let home = Home::new();
    let mut command = Command::new(PROGRAM);
    command.args(["serve", "--http", "127.0.0.1:0"]).env("SMART_BEGIN_SIGN_IN__REQUIRED", "true");
    command.env("SMART_BEGIN_SERVER__TRUSTED_PROXIES", "127.0.0.0/8");
    command.env("SMART_BEGIN_SIGN_IN__LOCKOUT__ATTEMPTS", "1000");
    for rate in ["CALLER", "ADDRESS"] {
        command.env(format!("SMART_BEGIN_LIMITS__REQUESTS_PER_MINUTE_PER_{rate}"), "0");
    }
    let listener = Listener::of(&mut command, &home);
    let size = || std::fs::metadata(home.data().join("store.db-wal")).unwrap().len();
    let logs = Logs::of(&home.data());
    // A few to warm up: what the first requests need stays.
    flood(&listener.base, 0, 480);
    let (memory, disk) = (listener.resident(), size());
    let count = if long() { 96_000 } else { 4_800 };
    flood(&listener.base, 480, count);
    let (grown, written) = (listener.resident().saturating_sub(memory), size().saturating_sub(disk));
    println!("{count} refusals: {grown} bytes of memory, {written} bytes of the store's log, {} entries", logs.size());
    assert!(grown < 48 << 20, "{grown} bytes more memory");
    let told = |logs: &Logs| {
        let entries = logs.entries(0).into_iter().filter(|entry| entry.action == "sign-in-refused");
        entries.map(|entry| entry.count()).collect::<Vec<_>>()
    };
    assert!(told(&logs).len() <= 30, "{:?}", told(&logs));
    listener.end();
    let told = told(&logs);
    assert!(told.len() <= 61, "{} entries", told.len());
    assert_eq!(told.iter().sum::<u64>(), u64::from(480 + count), "{told:?}");
}
