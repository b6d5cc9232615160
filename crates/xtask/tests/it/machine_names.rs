use xtask::tidy::machine_names::check;

use crate::{files, told};

fn line(text: &str) -> Vec<String> {
    told(&check(&files(&[("a.md", text)])))
}

#[test]
fn a_folder_of_one_machine_is_found() {
    for folder in [concat!("/wo", "rk/main"), concat!("/ro", "ot/.cargo")] {
        for text in [format!("see {folder}"), format!("\"{folder}\""), format!("a={folder}"), folder.to_owned()] {
            assert_eq!(line(&text).len(), 1, "{text}");
        }
    }
}

#[test]
fn the_home_of_whoever_runs_this_is_found() {
    if let Ok(home) = std::env::var("HOME").as_deref() {
        let told = line(&format!("at {home}/x"));
        assert!(!told.is_empty() || home.matches('/').count() < 2, "{home}: {told:?}");
    }
}

#[test]
fn the_host_of_a_registry_is_found() {
    let host = concat!("registry.npmjs", ".org");
    assert_eq!(
        line(&format!("\n\"resolved\": \"https://{host}/x\"")),
        [format!("a.md:2: names the registry host {host}; the package client knows it by itself")]
    );
}

#[test]
fn what_only_looks_alike_passes() {
    for text in [
        concat!("docs/wo", "rk/plan.md"),
        concat!("[place]/wo", "rk/x"),
        "/workspace/x",
        "~/x",
        "the network/root question",
        "$HOME/x",
    ] {
        assert_eq!(line(text), Vec::<String>::new(), "{text}");
    }
}
