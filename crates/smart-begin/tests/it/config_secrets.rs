//! Secrets are in the configuration by reference alone, and are shown nowhere.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use testkit::Outcome;

use crate::configured::Configured;

const CANARY: &str = "canary-5e1f0c";

/// A provider whose client's secret is at `reference`.
fn with(reference: &str) -> Configured {
    Configured::new("development").file(
        "base.toml",
        &format!("[sign_in.providers.company]\nissuer = \"https://sso.example\"\nclient_id = \"x\"\nclient_secret = \"{reference}\"\n"),
    )
}

#[track_caller]
fn tells_nothing(outcome: &Outcome) {
    assert!(!outcome.stdout.contains(CANARY) && !outcome.stderr.contains(CANARY), "{outcome:?}");
}

/// The one fault, told on the line of the reference.
#[track_caller]
fn fault(place: &Configured) -> String {
    let told = place.check();
    assert_eq!(told.places(), ["base.toml:4 sign_in.providers.company.client_secret"], "{:?}", told.findings);
    tells_nothing(&told.outcome);
    told.findings[0]["message"].as_str().unwrap().to_owned()
}

#[test]
fn a_file_that_only_its_owner_can_read_is_taken_and_never_shown() {
    let place = with("placeholder");
    let secret = place.beside("secret", format!("{CANARY}\n"), 0o600);
    place.write(
        "base.toml",
        &fs::read_to_string(place.folder().join("base.toml"))
            .unwrap()
            .replace("placeholder", &format!("file:{secret}")),
    );
    let told = place.check();
    assert!(told.findings.is_empty(), "{:?}", told.findings);
    tells_nothing(&told.outcome);
    for arguments in [
        &["config", "show", "--origin"][..],
        &["config", "show", "--format", "json"],
        &["config", "diff", "development", "staging"],
    ] {
        let outcome = place.call(arguments).run();
        tells_nothing(&outcome);
    }
    let shown = place.value("sign_in.providers.company.client_secret");
    assert_eq!((&shown["value"], &shown["secret"]), (&format!("file:{secret}").into(), &"set".into()));
    fs::remove_file(&secret).unwrap();
    assert_eq!(place.value("sign_in.providers.company.client_secret")["secret"], "missing");
    assert!(fault(&place).ends_with("secret."), "{}", fault(&place));
    let served = place.call(&["serve", "--http", "127.0.0.1:0"]).within(std::time::Duration::from_secs(10)).run();
    assert_eq!(served.status.code(), Some(2), "{served:?}");
}

#[test]
fn a_file_that_others_can_read_is_refused() {
    for mode in [0o640, 0o604, 0o620, 0o602, 0o644, 0o777] {
        let place = with("file:[secret]");
        let secret = place.beside("secret", CANARY, mode);
        place.write(
            "base.toml",
            &fs::read_to_string(place.folder().join("base.toml")).unwrap().replace("[secret]", &secret),
        );
        assert!(fault(&place).starts_with("Others may read or change"), "{mode:o}");
        // Behind a link it is the same file.
        fs::rename(&secret, place.home.root().join("real")).unwrap();
        symlink(place.home.root().join("real"), &secret).unwrap();
        assert!(fault(&place).starts_with("Others may read or change"), "{mode:o}");
        fs::set_permissions(place.home.root().join("real"), fs::Permissions::from_mode(0o600)).unwrap();
        assert!(place.check().findings.is_empty());
    }
}

#[test]
fn what_is_no_file_too_large_empty_or_no_text_is_refused() {
    let place = with("file:[secret]");
    let secret = place.home.root().join("secret");
    let text =
        fs::read_to_string(place.folder().join("base.toml")).unwrap().replace("[secret]", secret.to_str().unwrap());
    place.write("base.toml", &text);
    fs::create_dir(&secret).unwrap();
    assert!(fault(&place).ends_with("is no file."));
    fs::remove_dir(&secret).unwrap();
    // Nobody writes to the pipe; reading it would wait for ever.
    testkit::Run::new("mkfifo").args(["-m", "600"]).arg(&secret).run().expect_ok();
    assert!(fault(&place).ends_with("is no file."));
    fs::remove_file(&secret).unwrap();
    place.beside("secret", CANARY.repeat(10_000), 0o600);
    assert!(fault(&place).ends_with("is larger than 64 KiB."));
    place.beside("secret", "\n", 0o600);
    assert!(fault(&place).ends_with("is empty."));
    place.beside("secret", [b"canary-5e1f0c".as_slice(), &[0xff]].concat(), 0o600);
    assert!(fault(&place).ends_with("holds no text."));
}

#[test]
fn a_secret_in_place_of_a_reference_is_refused_and_not_repeated() {
    for literal in [
        CANARY.to_owned(),
        format!("{CANARY}:x"),
        format!("file:{CANARY}"),
        format!("cred:../{CANARY}"),
        format!("bao:{CANARY}"),
        format!("https://x:{CANARY}@y"),
    ] {
        fault(&with(&literal));
        let place = Configured::new("development")
            .file("base.toml", "[sign_in.providers.company]\nissuer = \"https://sso.example\"\nclient_id = \"x\"\n")
            .set("SMART_BEGIN_SIGN_IN__PROVIDERS__COMPANY__CLIENT_SECRET", &literal);
        let told = place.check();
        assert_eq!(told.places(), [":null sign_in.providers.company.client_secret"]);
        tells_nothing(&told.outcome);
        for arguments in
            [&["config", "check"][..], &["config", "show", "--origin"], &["serve", "--http"], &["new", "demo"]]
        {
            tells_nothing(&place.call(arguments).run());
        }
    }
    // Neither where the mistake is another one.
    for text in [
        format!("openbao.tokn = \"{CANARY}\""),
        format!("openbao.token = [\"{CANARY}\"]"),
        format!("openbao.token = \"{CANARY}"),
        format!("openbao.token = {CANARY}"),
        format!("[openbao]\naddress = \"https://user:{CANARY}@bao.example\""),
    ] {
        let told = Configured::new("development").file("base.toml", &text).check();
        assert!(!told.findings.is_empty(), "{text}");
        tells_nothing(&told.outcome);
    }
}

#[test]
fn credentials_of_systemd_are_found_by_name() {
    let place = with("cred:client-secret");
    assert!(fault(&place).contains("CREDENTIALS_DIRECTORY is not set"));
    let folder = place.home.root().join("credentials");
    fs::create_dir(&folder).unwrap();
    let place = place.set("CREDENTIALS_DIRECTORY", folder.to_str().unwrap());
    assert!(fault(&place).starts_with("There is no file"));
    // As systemd leaves it where the service has a user of its own.
    place.beside("credentials/client-secret", CANARY, 0o440);
    let told = place.check();
    assert!(told.findings.is_empty(), "{:?}", told.findings);
    place.beside("credentials/client-secret", CANARY, 0o600);
    fs::set_permissions(folder.join("client-secret"), fs::Permissions::from_mode(0o604)).unwrap();
    assert!(fault(&place).starts_with("Others may read or change"));
}
