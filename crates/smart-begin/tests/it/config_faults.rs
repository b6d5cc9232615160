//! Everything that is wrong with a configuration is told at once, with its place, and nothing runs with it.

use crate::configured::Configured;
use crate::program::Home;

const BAD: &str = r#"[server]
listn = "127.0.0.1:99"
listen = "localhost:80"
allowed_hosts = [
    "begin.example",
    "http://begin.example",
]
read_only = "yes"

[sign_in.providers.company]
algorithms = ["RS256", "HS256"]
[[sign_in.providers.company.grants]]
claim = "groups"
valeu = "developers"
[[sign_in.providers.company.grants]]
claim = "groups"
value = "developers"
roles = ["membre"]

[access.roles.Deputy]
permissions = []
[access.roles.deputy]
permissions = ["project:beginn"]

[limits]
body_bytes = -3
json_depth = 5_000
colour = unquoted
"#;

#[test]
fn all_faults_of_all_layers_are_told_at_once_with_file_and_line() {
    let place = Configured::new("production")
        .file("base.toml", BAD)
        .file("production.toml", "[server]\npublic_url = \"http://begin.example\"\nlisten_at = 3\n[serve]\nx = 1\n")
        .set("SMART_BEGIN_SERVER__LISTN", "127.0.0.1:1")
        .set("SMART_BEGIN_LIMITS__CONNECTIONS", "many")
        .set("SMART_BEGIN_ENVIROMENT", "production")
        .set("SMART_BEGIN_SERVER_LISTEN", "127.0.0.1:1");
    let told = place.check();
    let mut text = told.places().join("\n");
    text.push_str("\n\n");
    text.push_str(&told.words());
    insta::assert_snapshot!(text.replace(place.home.root().to_str().unwrap(), "[place]"));
}

#[test]
fn people_are_told_the_same_on_stderr_and_nothing_runs() {
    let place = Configured::new("development").file("base.toml", "[server]\nlistn = \"127.0.0.1:0\"\n");
    for arguments in
        [&["serve", "--http"][..], &["serve"], &["new", "demo"], &["projects", "list"], &["config", "check"]]
    {
        let outcome = place.call(arguments).run();
        assert_eq!((outcome.status.code(), outcome.stdout.as_str()), (Some(2), ""), "{arguments:?}: {outcome:?}");
        let place = format!("{}/base.toml:2: server.listn: There is no such key.", place.folder().display());
        assert!(
            outcome.stderr.contains(&place) && outcome.stderr.contains("Did you mean listen?"),
            "{}",
            outcome.stderr
        );
    }
    assert!(!place.home.data().exists() && !place.home.work().join("demo").exists());
    // What needs no configuration goes on.
    place.call(&["blueprints"]).run().expect_ok();
    let told = place.call(&["projects", "list", "--format", "json"]).run();
    let error = crate::program::answer(&told)["error"].clone();
    assert_eq!((error["kind"].as_str(), error["faults"][0]["line"].as_u64()), (Some("invalid"), Some(2)), "{error}");
}

#[test]
fn files_that_cannot_be_files_are_named() {
    let home = Home::new();
    let check = |folder: &str| {
        let outcome = home.call(["config", "check", "--config", folder]).run();
        assert_eq!(outcome.status.code(), Some(2), "{outcome:?}");
        outcome.stderr
    };
    assert!(check("nowhere").contains("nowhere holds neither base.toml nor development.toml."));
    std::fs::create_dir_all(home.work().join("folder/base.toml")).unwrap();
    assert!(check("folder").contains("base.toml cannot be read: it is no file."));
    std::fs::create_dir(home.work().join("bytes")).unwrap();
    std::fs::write(home.work().join("bytes/base.toml"), [b'a', 0xff]).unwrap();
    assert!(check("bytes").contains("base.toml cannot be read: it is no text."));
    std::fs::write(home.work().join("bytes/base.toml"), " ".repeat((1 << 20) + 1)).unwrap();
    assert!(check("bytes").contains("base.toml cannot be read: it is larger than 1 MiB."));
    let bad = home.call(["config", "check", "--environment", "prod"]).run();
    assert_eq!(bad.status.code(), Some(2), "{bad:?}");
}

#[test]
fn a_fault_of_one_key_draws_no_others_after_it() {
    let place = Configured::new("production")
        .set("SMART_BEGIN_SERVER__PUBLIC_URL", "begin.example")
        .set("SMART_BEGIN_SERVER__TRUSTED_PROXIES", "127.0.0.1");
    let told = place.check();
    assert_eq!(told.findings.len(), 1, "{:?}", told.findings);
}

#[test]
fn text_that_is_no_toml_never_panics_and_never_passes() {
    for text in [
        "[",
        "a",
        "= 1",
        "[[[",
        "[server",
        "\"",
        "server = 1",
        "[server]\nlisten = ",
        "[[server]]",
        "\0",
        "[a.b.c]",
        "'''",
    ] {
        let told = Configured::new("development").file("base.toml", text).check();
        assert!(!told.findings.is_empty(), "{text:?}");
        assert!(!told.outcome.stderr.contains("panicked"), "{text:?}: {}", told.outcome.stderr);
    }
    let deep = format!("x = {}{}", "[".repeat(5_000), "]".repeat(5_000));
    let told = Configured::new("development").file("base.toml", &deep).check();
    assert!(!told.findings.is_empty());
}
