//! References to a real server of OpenBao.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use testkit::Run;

use crate::configured::{Configured, Told};

const CANARY: &str = "canary-5e1f0c";
pub(crate) const ROOT: &str = "canary-root-token";

/// OpenBao in memory, ended when dropped.
pub(crate) struct Bao {
    program: PathBuf,
    pub(crate) address: String,
    home: testkit::TempDir,
    child: Child,
}

impl Bao {
    pub(crate) fn start() -> Option<Self> {
        let program = testkit::tool("bao")?;
        let home = testkit::folder();
        let place = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let child = Command::new(&program)
            .args(["server", "-dev", "-dev-no-store-token", "-dev-root-token-id", ROOT])
            .args(["-dev-listen-address", &place.to_string()])
            .env("HOME", home.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let bao = Self { program, address: format!("http://{place}"), home, child };
        let end = Instant::now() + Duration::from_secs(60);
        while TcpStream::connect(place).is_err() || !bao.run(&["status"]).run().ok() {
            assert!(Instant::now() < end, "OpenBao does not start");
            std::thread::sleep(Duration::from_millis(50));
        }
        Some(bao)
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        let run = Run::new(&self.program).args(arguments).env("HOME", self.home.path());
        run.env("BAO_ADDR", &self.address).env("BAO_TOKEN", ROOT)
    }
}

impl Drop for Bao {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A configuration whose secret is at `reference`, read with `token`.
fn place(address: &str, reference: &str, token: &str) -> Configured {
    let place = Configured::new("development");
    let token = place.beside("token", token, 0o600);
    place.file(
        "base.toml",
        &format!(
            "[openbao]\naddress = \"{address}\"\ntoken = \"file:{token}\"\n[sign_in.providers.company]\nissuer = \"https://sso.example\"\nclient_id = \"x\"\nclient_secret = \"{reference}\"\n"
        ),
    )
}

/// The one fault.
#[track_caller]
fn only(told: &Told) -> String {
    assert_eq!(told.places(), ["base.toml:7 sign_in.providers.company.client_secret"], "{:?}", told.findings);
    for canary in [CANARY, ROOT] {
        assert!(!told.outcome.stdout.contains(canary) && !told.outcome.stderr.contains(canary), "{told:?}");
    }
    told.findings[0]["message"].as_str().unwrap().to_owned()
}

#[test]
fn a_secret_is_read_and_everything_that_can_be_in_the_way_is_told() {
    let Some(bao) = Bao::start() else { return };
    let reference = "bao:secret/smart-begin/company#client_secret";
    let configured = place(&bao.address, reference, ROOT);
    assert!(only(&configured.check()).ends_with("has no secret secret/smart-begin/company."));
    bao.run(&["kv", "put", "-mount=secret", "smart-begin/company", &format!("client_secret={CANARY}"), "other="])
        .run()
        .expect_ok();
    let told = configured.check();
    assert!(told.findings.is_empty(), "{:?}", told.findings);
    assert!(!format!("{told:?}").contains(CANARY));
    let shown = configured.value("sign_in.providers.company.client_secret");
    assert_eq!((shown["value"].as_str(), shown["secret"].as_str()), (Some(reference), Some("not asked for")));
    let other = place(&bao.address, "bao:secret/smart-begin/company#other", ROOT);
    assert!(only(&other.check()).contains("has no text in its field other"));
    let other = place(&bao.address, "bao:secret/smart-begin/company#nothing", ROOT);
    assert!(only(&other.check()).contains("has no text in its field nothing"));
    let other = place(&bao.address, reference, "not-the-token");
    assert!(only(&other.check()).contains("does not let the token read"));
    let other = place(&bao.address, reference, "not\na token");
    assert!(only(&other.check()).contains("cannot stand in a header"));
    bao.run(&["kv", "delete", "-mount=secret", "smart-begin/company"]).run().expect_ok();
    assert!(only(&configured.check()).contains("has no secret"));
    bao.run(&["operator", "seal"]).run().expect_ok();
    assert!(only(&configured.check()).contains("is sealed"));
    let served = configured.call(&["serve", "--http", "127.0.0.1:0"]).within(Duration::from_secs(20)).run();
    assert_eq!(served.status.code(), Some(2), "{served:?}");
    assert!(!configured.home.data().exists());
    drop(bao);
    assert!(only(&configured.check()).contains("does not answer"));
}

#[test]
fn without_the_token_only_the_token_is_missing() {
    let configured = place("http://127.0.0.1:1", "bao:secret/a#b", ROOT);
    fs::remove_file(configured.home.root().join("token")).unwrap();
    assert_eq!(configured.check().places(), ["base.toml:3 openbao.token"]);
}
