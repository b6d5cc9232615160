//! `docs/rotation.md`: its commands, run as they stand there.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::thread;

use testkit::{Outcome, Postgres, Run};

use crate::program::{Home, PROGRAM};

/// The commands below the heading that starts so.
fn commands(heading: &str) -> String {
    let page = fs::read_to_string(testkit::workspace().join("docs/rotation.md")).unwrap();
    let section = page.split("\n## ").find(|section| section.starts_with(heading)).expect("the heading");
    let blocks = section.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let commands: String = blocks.collect();
    assert!(!commands.is_empty(), "{heading} has commands");
    commands
}

fn run(home: &Home, script: &str, variables: &[(&str, &str)]) -> Outcome {
    let programs = Path::new(PROGRAM).parent().unwrap();
    let path = format!("{}:{}", programs.display(), testkit::path());
    let mut run = home.house(Run::new("sh")).args(["-eu", "-c", script]).env("PATH", path);
    for (name, value) in variables {
        run = run.env(name, value);
    }
    run.run()
}

/// A home with a key.
fn ready() -> Home {
    let home = Home::new();
    let _ = run(&home, &commands("How a rotation goes"), &[]).expect_ok();
    home
}

fn get(home: &Home, name: &str) -> String {
    let outcome = home.call(["secret", "get", name, "--environment", "production"]).run().expect_ok();
    outcome.stdout.trim_end_matches('\n').to_owned()
}

fn random() -> String {
    Run::new("openssl").args(["rand", "-hex", "16"]).run().expect_ok().stdout.trim().to_owned()
}

#[test]
fn a_random_secret() {
    let home = ready();
    let shown = run(&home, &commands("A random secret"), &[]).expect_ok();
    assert!(shown.stdout.contains("v2") && shown.stdout.contains("current"), "{shown:?}");
    assert!(shown.stdout.contains("previous") && shown.stdout.contains("until"), "{shown:?}");
    assert_eq!(get(&home, "SESSION_KEY").len(), 43);
}

#[test]
fn an_api_token() {
    let home = ready();
    let _ = run(&home, &commands("An API token"), &[]).expect_ok();
    let token = get(&home, "BUILD_TOKEN");
    let listed = home.call(["token", "list"]).env("SMART_BEGIN_TOKEN", &token).run().expect_ok();
    assert!(listed.stdout.contains("nightly build") && listed.stdout.contains(&token[token.len() - 4..]));
}

#[test]
fn a_database_password() {
    let (admin, first) = (random(), random());
    let Some(server) = Postgres::start(&admin) else { return };
    let address = server.address("admin", &admin);
    let made = format!("CREATE ROLE app LOGIN PASSWORD '{first}'; CREATE ROLE app_two LOGIN");
    server.psql(&address, &made).unwrap();
    let home = ready();
    fs::write(home.work().join("app-url"), server.address("app", &first)).unwrap();
    fs::write(home.work().join("admin-url"), &address).unwrap();
    let _ = run(&home, &commands("A database password"), &[]).expect_ok();
    let now = get(&home, "DATABASE_URL");
    assert_eq!(server.psql(&now, "SELECT current_user").as_deref(), Some("app_two"));
    let before = home.call(["secret", "get", "DATABASE_URL", "--environment", "production", "--version", "2"]);
    let before = before.run().expect_ok().stdout;
    assert_eq!(server.psql(before.trim(), "SELECT current_user").as_deref(), Some("app"), "the one before works on");
    assert_eq!(server.psql(&server.address("app", &first), "SELECT 1"), None);
    assert!(!server.log().contains(now.split([':', '@']).nth(2).unwrap()), "the server saw no password");
}

#[test]
fn a_program_as_the_hook() {
    let home = ready();
    let _ = run(&home, &commands("A secret that something else must take: a program"), &[]).expect_ok();
    assert_eq!(fs::read_to_string(home.work().join("payment-key")).unwrap(), get(&home, "PAYMENT_KEY"));
}

#[test]
fn a_webhook_as_the_hook() {
    let home = ready();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let receiver = format!("http://{}/take", listener.local_addr().unwrap());
    let serve = thread::spawn(move || (0..2).map(|_| answer(&listener)).collect::<Vec<_>>());
    let variables = [("RECEIVER", receiver.as_str()), ("SMART_BEGIN_SIGN_IN__PRIVATE_NETWORKS", "127.0.0.1/32")];
    let _ = run(&home, &commands("A secret that something else must take: a webhook"), &variables).expect_ok();
    let (asked, value) = (serve.join().unwrap(), get(&home, "PARTNER_KEY"));
    for (request, phase) in asked.iter().zip(["apply", "verify"]) {
        assert!(request.contains(&format!("webhook-id: -.production.PARTNER_KEY.2-{phase}\r\n")), "{request}");
        assert!(request.contains(&value), "{request}");
        assert!(
            is_signed(&get(&home, "RECEIVER_KEY"), request)
                && !is_signed("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", request)
        );
    }
}

/// Whether a library of the receiver's own finds the signature good.
fn is_signed(key: &str, request: &str) -> bool {
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let mut headers = http::HeaderMap::new();
    for (name, value) in head.lines().filter_map(|line| line.split_once(": ")) {
        headers.insert(http::HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap());
    }
    standardwebhooks::Webhook::new(key).unwrap().verify(body.as_bytes(), &headers).is_ok()
}

/// Takes one request, and says yes.
fn answer(listener: &TcpListener) -> String {
    let (mut socket, _) = listener.accept().unwrap();
    let (mut request, mut buffer) = (String::new(), [0; 4096]);
    loop {
        let read = socket.read(&mut buffer).unwrap();
        request.push_str(&String::from_utf8_lossy(&buffer[..read]));
        let Some((head, body)) = request.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
        if body.len() >= length.parse().unwrap() {
            break;
        }
    }
    socket.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n").unwrap();
    request
}

#[test]
fn after_a_leak() {
    let home = ready();
    let set = "openssl rand -base64 32 | smart-begin secret set API_KEY --environment production
        smart-begin secret schedule API_KEY --environment production --generator token --grace 24h";
    let _ = run(&home, set, &[]).expect_ok();
    let shown = run(&home, &commands("After a leak"), &[]).expect_ok();
    assert!(shown.stdout.contains("retired") && !shown.stdout.contains("previous"), "{shown:?}");
}

#[test]
fn a_database_is_told_over_tls_by_a_certificate_that_is_good_alone() {
    let (admin, first) = (random(), random());
    let authority = rcgen::KeyPair::generate().unwrap();
    let mut about = rcgen::CertificateParams::new(Vec::new()).unwrap();
    about.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let root = about.self_signed(&authority).unwrap();
    let issuer = rcgen::Issuer::new(about, authority);
    let key = rcgen::KeyPair::generate().unwrap();
    let leaf = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    let Some(server) = Postgres::start_with_tls(&admin, &leaf.pem(), &key.serialize_pem()) else { return };
    let made = format!("CREATE ROLE app LOGIN PASSWORD '{first}'");
    server.psql(&server.address("admin", &admin), &made).unwrap();
    let home = ready();
    let address = server.address("app", &first).replace("127.0.0.1", "localhost") + "?sslmode=require";
    let set = home.call(["secret", "set", "DATABASE_URL", "--environment", "production"]);
    let _ = set.stdin(&address).run().expect_ok();
    let authorities = home.root().join("authorities.pem");
    fs::write(&authorities, root.pem()).unwrap();
    let words = ["secret", "rotate", "DATABASE_URL", "--environment", "production", "--generator", "postgres-url"];
    let stranger = home.call(words).run();
    assert_eq!(stranger.status.code(), Some(4), "nobody vouches for it: {stranger:?}");
    assert!(!stranger.stderr.contains(&first) && !server.log().contains("ALTER ROLE"));
    let settle = "the rotation that failed is settled first, and it goes back when the database can be reached";
    let _ = home.call(words).env("SSL_CERT_FILE", &authorities).run().expect_ok();
    let now = get(&home, "DATABASE_URL");
    assert!(now != address && now.ends_with("?sslmode=require"), "{settle}");
    assert_eq!(server.psql(&now, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").as_deref(), Some("t"));
    assert!(server.psql(&address, "SELECT 1").is_none());
}
