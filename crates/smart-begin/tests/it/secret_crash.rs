//! `kill -9` while secrets are set and while everything is put under another key: each value stays readable, no version is
//! lost, and in the end one key opens all. `SMART_BEGIN_KILLS` says how often; the proof took 300.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::program::{Home, PROGRAM};
use crate::secrets::{PRODUCTION, home};

const SECRETS: usize = 24;

fn kills() -> u32 {
    std::env::var("SMART_BEGIN_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(20)
}

/// Numbers that look random and are the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

fn start(home: &Home, line: &[&str], input: &str) -> Child {
    let mut child = Command::new(PROGRAM)
        .args(line)
        .env_clear()
        .env("HOME", home.home())
        .env("SMART_BEGIN_DATA_DIR", home.data())
        .env("LLVM_PROFILE_FILE", "/dev/null")
        .current_dir(home.work())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child
}

/// Kills it after `wait`; whether it had ended well before.
fn kill_after(mut child: Child, wait: Duration) -> bool {
    std::thread::sleep(wait);
    let ended = child.try_wait().unwrap();
    let _ = child.kill();
    let status = child.wait().unwrap();
    ended.is_some_and(|status| status.success()) || status.success()
}

fn values(home: &Home) -> BTreeMap<String, String> {
    let line = ["secret", "export", "--format", "json"];
    let outcome = home.call(line).args(PRODUCTION).run().expect_ok();
    serde_json::from_str(&outcome.stdout).unwrap()
}

/// How many versions there are of each.
fn versions(home: &Home) -> BTreeMap<String, Vec<u64>> {
    let listed = home.json(&["secret", "list"]);
    let secrets = listed["secrets"].as_array().unwrap().iter();
    let each = secrets.map(|secret| {
        let versions = secret["versions"].as_array().unwrap().iter();
        let mut numbers: Vec<u64> = versions.map(|version| version["version"].as_u64().unwrap()).collect();
        numbers.sort_unstable();
        (secret["name"].as_str().unwrap().to_owned(), numbers)
    });
    each.collect()
}

#[test]
fn killed_again_and_again_every_secret_is_readable_and_no_version_is_lost() {
    let home = home();
    let mut wanted: BTreeMap<String, String> =
        (0..SECRETS).map(|number| (format!("S{number:02}"), format!("first value of {number}"))).collect();
    let file: String = wanted.iter().map(|(name, value)| format!("{name}='{value}'\n")).collect();
    home.call(["secret", "import", "-"]).args(PRODUCTION).stdin(file).run().expect_ok();
    let timed = |line: &[&str], input: &str| {
        let began = Instant::now();
        assert!(start(&home, line, input).wait().unwrap().success());
        began.elapsed()
    };
    home.json(&["key", "create", "--replace"]);
    let rotating = timed(&["key", "rotate", "--batch", "1"], "");
    let setting = timed(&["secret", "set", "S00", "--environment", "production"], &wanted["S00"].clone());
    let mut dice = Dice(7);
    let (mut cut, mut kept) = (0, versions(&home));
    for round in 0..kills() {
        if round % 2 == 0 {
            if round % 4 == 0 {
                home.json(&["key", "create", "--replace"]);
            }
            let wait = rotating.mul_f64(dice.below(1400) as f64 / 1000.0);
            cut += u32::from(!kill_after(start(&home, &["key", "rotate", "--batch", "1"], ""), wait));
        } else {
            let name = format!("S{:02}", dice.below(SECRETS as u64));
            let value = format!("value of round {round}");
            let line = ["secret", "set", &name, "--environment", "production"];
            let wait = setting.mul_f64(dice.below(2000) as f64 / 1000.0);
            let done = kill_after(start(&home, &line, &value), wait);
            cut += u32::from(!done);
            let found = values(&home)[&name].clone();
            assert!(found == value || (!done && found == wanted[&name]), "round {round}: {found:?} of {name}");
            wanted.insert(name, found);
        }
        assert_eq!(values(&home), wanted, "round {round}");
        let now = versions(&home);
        for (name, before) in &kept {
            let newest = before.len().saturating_sub(9);
            assert!(
                before[newest..].iter().all(|number| now[name].contains(number)),
                "round {round}: {name} lost a version"
            );
        }
        kept = now;
    }
    let done = home.json(&["key", "rotate"]);
    assert_eq!(done["left"], 0, "{done}");
    for entry in fs::read_dir(home.data().join("keys")).unwrap().flatten() {
        if entry.file_name() != "vault.key" {
            fs::remove_file(entry.path()).unwrap();
        }
    }
    assert_eq!(values(&home), wanted, "with one key");
    for (name, numbers) in versions(&home) {
        for number in numbers {
            let line = ["secret", "get", &name, "--version", &number.to_string()];
            home.call(line).args(PRODUCTION).run().expect_ok();
        }
    }
    println!("killed {} times, {cut} of them before the end", kills());
    assert!(cut * 5 > kills(), "only {cut} of {} were killed before the end", kills());
}
