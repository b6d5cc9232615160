//! Paths that a client names stay beneath the root that the operator gave, whatever links say; nothing is written outside.

use std::fs;
use std::os::unix::fs::symlink;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use serde_json::json;

use crate::json_rpc::Server;
use crate::program::{Home, long, text};
use crate::tree::{self, Tree};

/// A root in the working folder, and places beside it that hold what is not a client's.
fn with_root() -> Home {
    let home = Home::new();
    for folder in ["root/inside", "outside", "root-2"] {
        fs::create_dir_all(home.work().join(folder)).unwrap();
    }
    fs::write(home.work().join("outside/secret"), "hidden").unwrap();
    fs::write(home.work().join("root/file"), "mine").unwrap();
    home
}

fn without_data(home: &Home) -> Tree {
    let mut tree = tree::read(home.root());
    tree.retain(|path, _| path != "data" && !path.starts_with("data/"));
    tree
}

fn begin(target: &str) -> serde_json::Value {
    json!({ "projectName": "demo", "targetDirectory": target })
}

#[test]
fn paths_that_lead_out_are_refused_and_nothing_is_written() {
    let home = with_root();
    let (work, root) = (home.work(), home.work().join("root"));
    for (link, to) in [
        ("out", "../outside"),
        ("out-absolute", work.join("outside").to_str().unwrap()),
        ("up", ".."),
        ("self", "."),
        ("top", "/"),
    ] {
        symlink(to, root.join(link)).unwrap();
    }
    symlink("../../outside", root.join("inside/deep-out")).unwrap();
    symlink("../outside/new", root.join("dangling")).unwrap();
    let before = without_data(&home);
    let mut server = Server::start(&home, &["--root", "root"]);
    let absolute = |path: &str| work.join(path).to_str().unwrap().to_owned();
    let (long_name, long_path) = ("n".repeat(4000), "d/".repeat(2000));
    let mut targets: Vec<String> = [
        "..",
        "../x",
        "../outside/x",
        "inside/../../x",
        "inside/../../outside/x",
        "./../x",
        "out/x",
        "out-absolute/x",
        "up/x",
        "up/outside/x",
        "up/root/../outside/x",
        "top/tmp/x",
        "inside/deep-out/x",
        "out",
        "dangling",
        "dangling/x",
        "/",
        "/tmp",
        "/etc/x",
        "/proc/self/cwd/x",
        "file",
        "file/x",
        ".",
        "",
        "  ",
        "missing/x",
        "inside",
        "a\0b",
        "inside/a\0/../../../x",
        "~",
        "~/x",
        "//",
        "C:\\x\0",
        &long_name,
        &long_path,
    ]
    .map(str::to_owned)
    .to_vec();
    targets.extend(["outside/x", "root/../outside/x", "root-2/x", "x", "root/up/x", "root"].map(absolute));
    for target in &targets {
        let taken = ["inside", "~", "  ", "C:\\x\0"];
        if taken.contains(&target.as_str()) {
            // Names like any other, as long as they are free: not what this is about.
            continue;
        }
        let told = server.refusal(begin(target));
        assert!(
            ["refused: ", "invalid: ", "unavailable: "].iter().any(|kind| told.starts_with(kind)),
            "{target}: {told}"
        );
        assert!(!told.contains("hidden") && !told.contains("os error"), "{target}: {told}");
        assert!(without_data(&home) == before, "{target:?} changed something");
    }
    server.finish().assert_clean();
    let left: Vec<_> = home.projects().iter().map(|project| text(project, "state")).collect();
    assert!(left.iter().all(|state| state == "abandoned"), "{left:?}");
}

#[test]
fn paths_beneath_a_root_are_taken_also_through_a_link_that_stays_inside() {
    let home = with_root();
    let root = home.work().join("root");
    symlink("inside", root.join("link-inside")).unwrap();
    let mut server = Server::start(&home, &["--root", "root", "--root", "root-2"]);
    let second = home.work().join("root-2/four");
    for (target, place) in [
        ("one", root.join("one")),
        ("./inside/two", root.join("inside/two")),
        ("link-inside/three", root.join("inside/three")),
        (second.to_str().unwrap(), second.clone()),
    ] {
        let report = server.begin(begin(target));
        tree::assert_whole(&place, &text(&report, "planHash"), true);
    }
    assert!(
        server.refusal(begin("../root-2/x")).starts_with("refused"),
        "from one root into the other only by its own path"
    );
    server.finish().assert_clean();
}

#[test]
fn a_client_cannot_make_what_the_operator_did_not_allow() {
    let home = with_root();
    let mut server = Server::start(&home, &["--root", "root"]);
    for (argument, value) in [
        ("git", json!(false)),
        ("root", json!("/")),
        ("roots", json!(["/"])),
        ("dataDir", json!("/tmp")),
        ("force", json!(true)),
    ] {
        let mut arguments = begin("x");
        arguments[argument] = value;
        let told = server.refusal(arguments);
        assert!(told.starts_with(&format!("invalid: {argument}: There is no such argument.")), "{told}");
    }
    server.finish().assert_clean();
}

/// The folder that should hold the project is swapped for a link that leads out, over and over, while calls come in.
#[cfg(target_os = "linux")]
#[test]
fn a_parent_that_turns_into_a_link_cannot_lead_out() {
    use rustix::fs::{CWD, RenameFlags, renameat_with};

    let home = with_root();
    let (parent, link) = (home.work().join("root/parent"), home.work().join("root/link"));
    fs::create_dir(&parent).unwrap();
    symlink("../outside", &link).unwrap();
    let outside = || tree::read(&home.work().join("outside"));
    let before = outside();
    let done = AtomicBool::new(false);
    let mut begun = 0;
    let calls = if long() { 200 } else { 30 };
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                renameat_with(CWD, &parent, CWD, &link, RenameFlags::EXCHANGE).unwrap();
            }
        });
        let mut server = Server::start(&home, &["--root", "root"]);
        for number in 0..calls {
            let result = server.tool(begin(&format!("parent/{number}")));
            begun += usize::from(result["isError"] != true);
        }
        done.store(true, Ordering::Relaxed);
        server.finish().assert_clean();
    });
    assert!(outside() == before, "something was written outside: {:?}", outside().keys());
    let real = if parent.is_symlink() { link } else { parent };
    assert_eq!(fs::read_dir(real).unwrap().count(), begun, "whole projects, and nothing else");
}

#[test]
fn without_a_root_a_folder_is_refused_and_an_archive_offered() {
    let home = Home::new();
    // A home folder is no root, so that a server started there has none.
    let words = ["env".to_owned(), "-C".to_owned(), home.home().to_str().unwrap().to_owned()];
    let mut server = Server::start_beneath(&home, &words, &[]);
    let told = server.refusal(begin("x"));
    assert!(told.starts_with("refused: ") && told.contains("--root") && told.contains("archive"), "{told}");
    let report = server.begin(json!({ "projectName": "demo" }));
    assert!(report["archive"]["files"].is_array() && report["targetDirectory"].is_null(), "{report}");
    server.finish().assert_clean();
    assert_eq!(fs::read_dir(home.home()).unwrap().count(), 0);
}
