//! The dashboard in a real browser, with a real identity provider: Debian's Chromium and npm's `oidc-provider`.

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::time::Duration;

use testkit::Run;

use crate::listener::Listener;
use crate::program::{Home, PROGRAM};

/// Opens pages, signs in by the provider and by a token, and looks at what comes back.
const VISIT: &str = include_str!("dashboard/visit.mjs");

/// A configuration that wants sign-in, with a provider of this machine.
fn configuration(home: &Home, issuer: &str) -> PathBuf {
    let folder = home.root().join("config");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("base.toml"), "").unwrap();
    let secret = folder.join("client-secret");
    fs::write(&secret, "a-secret-of-sixty-four-characters-at-most-and-of-this-test-alone").unwrap();
    fs::set_permissions(&secret, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let text = format!(
        r#"
[sign_in]
required = true
private_networks = ["127.0.0.0/8"]

[sign_in.providers.company]
issuer = "{issuer}"
algorithms = ["RS256"]
client_id = "dashboard"
client_secret = "file:{secret}"
default_roles = ["viewer"]
name_claim = "name"

[[sign_in.providers.company.grants]]
claim = "groups"
value = "builders"
roles = ["member"]
teams = ["platform"]
"#,
        secret = secret.display()
    );
    fs::write(folder.join("development.toml"), text).unwrap();
    folder
}

#[test]
fn people_sign_in_look_after_their_account_and_are_signed_out() {
    let (Some(node), Some(modules)) = (testkit::tool("node"), testkit::node_modules()) else { return };
    let Some(chromium) = testkit::tool("chromium") else { return };
    let home = Home::new();
    let provider = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let config = configuration(&home, &format!("http://{provider}"));
    let mut command = std::process::Command::new(PROGRAM);
    command.arg("--config").arg(&config).args(["serve", "--http", "127.0.0.1:0"]);
    let server = Listener::of(&mut command, &home);
    let folder = home.root().join("visit");
    fs::create_dir(&folder).unwrap();
    std::os::unix::fs::symlink(modules, folder.join("node_modules")).unwrap();
    fs::write(folder.join("visit.mjs"), VISIT).unwrap();
    // To look at them: SMART_BEGIN_SCREENSHOTS=folder keeps the pictures there.
    let pictures =
        std::env::var_os("SMART_BEGIN_SCREENSHOTS").map_or_else(|| home.root().join("pictures"), PathBuf::from);
    fs::create_dir_all(&pictures).unwrap();
    let run =
        home.house(Run::new(&node)).arg(folder.join("visit.mjs")).arg(&server.base).arg(provider.port().to_string());
    let out = run.arg(&chromium).arg(&pictures).within(Duration::from_secs(240)).run().expect_ok();
    assert!(out.stdout.trim_end().ends_with("all steps done"), "{}\n{}", out.stdout, out.stderr);
    for picture in ["sign-in-1280.png", "home-1280.png", "account-1280.png", "home-390.png", "account-390.png"] {
        assert!(fs::metadata(pictures.join(picture)).is_ok_and(|file| file.len() > 5_000), "{picture}");
    }
}
