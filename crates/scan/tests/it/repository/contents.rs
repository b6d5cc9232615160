//! What lies among the sources and should not.

use super::{CI, finds, seen_bytes, workflow};

#[test]
fn programs_are_known_by_their_first_bytes_whatever_their_names() {
    let of = |name: &str, bytes: &[u8]| {
        let seen = seen_bytes([(name, bytes)]);
        seen.findings
            .iter()
            .filter(|finding| finding.rule == "binary-artifacts")
            .map(|finding| finding.severity.name().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(of("bin/tool", b"\x7fELF\x02\x01\x01\0"), ["medium"]);
    assert_eq!(of("data.txt", b"\x7fELF\x02\x01\x01\0"), ["medium"]);
    assert_eq!(of("a.exe", b"MZ\x90\0\x03"), ["medium"]);
    assert_eq!(of("a.class", b"\xca\xfe\xba\xbe\0\0"), ["medium"]);
    assert_eq!(of("a.wasm", b"\0asm\x01\0\0\0"), ["medium"]);
    assert_eq!(of("lib/a.jar", b"PK\x03\x04rest"), ["medium"]);
    assert_eq!(of("tests/fixtures/a", b"\x7fELF\x02"), ["low"]);
    assert!(of("a.zip", b"PK\x03\x04rest").is_empty());
    assert!(
        of("MZ.txt", b"MZ is how this text begins, and it goes on like a text does for a while longer.").is_empty()
    );
    assert!(of("a.exe.md", b"# how to").is_empty());
}

#[test]
fn gradles_starter_passes_where_the_pipeline_compares_it() {
    let jar = b"PK\x03\x04".as_slice();
    let good = workflow("push", "      - uses: gradle/actions/wrapper-validation@v4\n");
    let files = [("gradle/wrapper/gradle-wrapper.jar", jar), (CI, good.as_bytes())];
    assert!(seen_bytes(files).findings.iter().all(|finding| finding.rule != "binary-artifacts"));
    let seen = seen_bytes([("gradle/wrapper/gradle-wrapper.jar", jar)]);
    let finding = seen.findings.iter().find(|finding| finding.rule == "binary-artifacts").unwrap();
    assert_eq!(finding.severity.name(), "low");
}

#[test]
fn files_made_for_secrets_are_named() {
    let rule = "environment-files";
    for bad in [".env", "api/.env.production", "id_rsa", "certs/a.p12"] {
        finds(&[(bad, "x")], rule, &[&format!("{bad}:0 medium")]);
    }
    for good in [".env.example", ".env.sample", "environment.ts", "fixtures/.env", "id_rsa.pub"] {
        finds(&[(good, "x")], rule, &[]);
    }
}
