//! What a server wrote of itself is found again by `smart-begin logs`, and where it writes nothing that is said.

use serde_json::{Value, json};

use crate::json_rpc::Server;
use crate::listener::Listener;
use crate::program::Home;

/// What every server says of a data folder that is new.
const BEGIN: &str = "changing the store's layout";

fn found(home: &Home, filters: &[&str]) -> Vec<Value> {
    let told = home.call([&["logs", "query", "--format", "json"], filters].concat()).run().expect_ok();
    told.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn what_a_listener_wrote_is_searched_after_its_end() {
    let home = Home::new();
    Listener::start(&home, &["--log", "info"]).end();
    let lines = found(&home, &["--text", BEGIN, "--level", "info", "--target", "store"]);
    assert!(!lines.is_empty());
    assert!(lines.iter().all(|line| line["message"] == BEGIN && line["level"] == "INFO"), "{lines:?}");
    assert_eq!(found(&home, &["--text", BEGIN, "--level", "error"]), Vec::<Value>::new());
    let told = home.call(["logs", "query", "--level", "error"]).run().expect_ok();
    assert!(told.stderr.contains("No line of"), "{told:?}");
    let errors = home.call(["logs", "errors"]).run().expect_ok();
    assert_eq!(errors.stdout, "No errors were seen.\n");
}

#[test]
fn a_server_on_pipes_writes_files_where_it_is_told_to() {
    let home = Home::new();
    let mut server = Server::start(&home, &["--root", ".", "--log", "info"]);
    assert!(server.request("tools/list", json!({})).get("result").is_some());
    assert!(server.finish().stderr.iter().any(|line| line.contains(BEGIN)));
    assert!(!home.data().join("logs").exists());
    let told = home.call(["logs", "query"]).run();
    assert_eq!(told.status.code(), Some(2), "{told:?}");
    assert!(told.stderr.contains("There are no log files in"), "{told:?}");

    let words = ["env".to_owned(), "SMART_BEGIN_LOG__FILES=true".to_owned()];
    let mut server = Server::start_beneath(&home, &words, &["--root", ".", "--log", "debug"]);
    assert!(server.request("tools/list", json!({})).get("result").is_some());
    server.finish();
    assert!(!found(&home, &["--level", "debug"]).is_empty());
}
