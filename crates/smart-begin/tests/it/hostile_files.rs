//! Files that mean harm, or are merely too large, too many, cut off or tied in a circle: an answer or a clear word in bounded
//! memory.

use std::fs;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::time::Duration;

use testkit::Run;

use crate::hostile_trees::{Tree, files, not_run, token};
use crate::program::long;

/// What a check may have in memory, whatever it looks at (T6.2).
const MOST_MIB: u64 = 512;

#[test]
fn a_file_of_two_gigabytes_is_looked_through_in_little_memory() {
    let tree = Tree::new();
    let size: u64 = if long() { 2 << 30 } else { 40 << 20 };
    let mut file = fs::File::create(tree.path("big.bin")).unwrap();
    file.set_len(size).unwrap();
    file.seek(SeekFrom::Start(size - 500)).unwrap();
    file.write_all(format!("\ntoken = \"{}\"\n", token()).as_bytes()).unwrap();
    for name in ["package-lock.json", "bom.json", "Cargo.lock", "go.sum"] {
        fs::File::create(tree.path(name)).unwrap().set_len(size).unwrap();
    }
    let (report, outcome) = tree.check(&["--all-files"]);
    assert_eq!(files(&report, "secret"), ["big.bin"], "{report}");
    assert!(outcome.peak_mib < 128, "{} MiB", outcome.peak_mib);
    for name in ["package-lock.json", "Cargo.lock", "go.sum"] {
        assert!(not_run(&report).iter().any(|told| told.starts_with(name)), "{name}: {:#?}", not_run(&report));
    }
}

#[test]
fn a_million_files_are_counted_in_bounded_memory() {
    let tree = Tree::new();
    let most = if long() { 1_000_000 } else { 10_000 };
    for folder in 0..most / 1000 {
        let folder = tree.path(&format!("d{folder}"));
        fs::create_dir(&folder).unwrap();
        (0..1000).for_each(|number| drop(fs::File::create(folder.join(format!("f{number}"))).unwrap()));
    }
    tree.write("zz/last.conf", format!("token = \"{}\"\n", token()));
    let (report, outcome) = tree.check(&["--only", "secrets", "--all-files"]);
    // All were looked at, or it is said that they were not.
    let all = report["summary"]["files"] == most + 1;
    assert!(all || !not_run(&report).is_empty(), "{}", report["summary"]);
    assert!(!all || files(&report, "secret") == ["zz/last.conf"], "{report}");
    assert!(outcome.peak_mib < MOST_MIB, "{} MiB", outcome.peak_mib);
}

#[test]
fn folders_within_folders_come_to_an_end() {
    let tree = Tree::new();
    let deep = "d/".repeat(1500);
    let mut at = tree.home.work();
    for part in deep.split('/').filter(|part| !part.is_empty()) {
        at.push(part);
        if at.as_os_str().len() > 3000 {
            break;
        }
        fs::create_dir(&at).unwrap();
    }
    tree.write("a.conf", format!("token = \"{}\"\n", token()));
    let (report, _) = tree.check(&["--only", "secrets", "--all-files"]);
    assert_eq!(files(&report, "secret"), ["a.conf"], "{report}");
}

#[test]
fn documents_that_cannot_be_understood_are_named_with_what_to_do() {
    let tree = Tree::new();
    let cut = r#"{"lockfileVersion":3,"packages":{"node_modules/a":{"version":"1.0.0""#;
    tree.write("cut/package-lock.json", cut)
        .write("deep/package-lock.json", "[".repeat(200_000))
        .write("nul/Cargo.lock", b"version = 4\n\0\0\0");
    tree.write("bytes/poetry.lock", [0xff, 0xfe, 0x00, 0x01])
        .write("other/Cargo.lock", "# nothing\n= = =\n")
        .write("xml/pom.xml", "<project><dependencies><dependency>");
    tree.write("laughs/pom.xml", "<!DOCTYPE p [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]><project><groupId>&c;</groupId></project>");
    tree.write("laughs/pnpm-lock.yaml", "a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e]\npackages: [*f,*f,*f,*f,*f,*f,*f,*f]\n");
    let (report, outcome) = tree.check(&["--only", "vulnerabilities", "--all-files"]);
    let told = not_run(&report);
    for file in [
        "cut/package-lock.json",
        "deep/package-lock.json",
        "nul/Cargo.lock",
        "bytes/poetry.lock",
        "other/Cargo.lock",
        "xml/pom.xml",
        "laughs/pnpm-lock.yaml",
    ] {
        assert!(told.iter().any(|told| told.starts_with(file)), "{file}: {told:#?}");
    }
    assert!(
        report["not_run"].as_array().unwrap().iter().all(|each| !each["hint"].as_str().unwrap().is_empty()),
        "{report}"
    );
    assert!(outcome.peak_mib < 128, "{} MiB", outcome.peak_mib);
}

#[test]
fn circles_of_dependencies_and_of_files_end() {
    let tree = Tree::new();
    let package = |name: &str, needs: &str| {
        format!("[[package]]\nname = \"{name}\"\nversion = \"1.0.0\"\ndependencies = [\"{needs}\"]\n\n")
    };
    tree.write("c/Cargo.lock", format!("version = 4\n\n{}{}", package("a", "b"), package("b", "a")));
    tree.write("n/package-lock.json", r#"{"lockfileVersion":3,"packages":{"":{"dependencies":{"a":"1"}},"node_modules/a":{"version":"1.0.0","dependencies":{"b":"1"}},"node_modules/b":{"version":"1.0.0","dependencies":{"a":"1"}}}}"#);
    tree.write("r/requirements.txt", "-r other.txt\na==1\n")
        .write("r/other.txt", "-r requirements.txt\n-c requirements.txt\nb==1\n");
    let pom = |parent: &str| {
        format!(
            "<project><parent><groupId>g</groupId><artifactId>x</artifactId><version>1</version><relativePath>{parent}</relativePath></parent><dependencies><dependency><groupId>g</groupId><artifactId>d</artifactId><version>${{v}}</version></dependency></dependencies><properties><v>${{w}}</v><w>${{v}}</w></properties></project>"
        )
    };
    tree.write("m/pom.xml", pom("k/pom.xml")).write("m/k/pom.xml", pom("../pom.xml"));
    tree.write("s/bom.json", r#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"library","bom-ref":"a","name":"a","version":"1","purl":"pkg:npm/a@1"}],"dependencies":[{"ref":"a","dependsOn":["a"]}]}"#);
    let (report, _) = tree.check(&["--only", "vulnerabilities", "--all-files"]);
    // a and b of each, and the one of the SBOM; the pom has no version that could be known.
    assert!(report["summary"]["packages"].as_u64().is_some(), "{report}");
}

#[test]
fn expressions_that_would_run_for_ages_do_not() {
    let tree = Tree::new();
    tree.write("a.txt", "a".repeat(if long() { 4 << 20 } else { 256 << 10 }));
    let rules = "[[rules]]\nid = \"one\"\nregex = '''(a*)*(a|aa)+b'''\n[[rules]]\nid = \"two\"\nregex = '''(x+x+)+y|([a-z]+)+[0-9]$'''\nkeywords = ['a']\n";
    let file = tree.home.root().join("rules.toml");
    fs::write(&file, rules).unwrap();
    let run =
        tree.home.call(["check", ".", "--only", "secrets", "--all-files"]).env("SMART_BEGIN_CHECKS__RULES", &file);
    let outcome = run.within(Duration::from_secs(100)).run();
    assert!(!outcome.timed_out && matches!(outcome.status.code(), Some(0 | 1)), "{outcome:?}");
    // One that cannot be built in bounded memory is refused with its name.
    fs::write(&file, "[[rules]]\nid = \"huge\"\nregex = '''((a{1000}){1000}){1000}'''\n").unwrap();
    let outcome = tree.home.call(["check", ".", "--only", "secrets"]).env("SMART_BEGIN_CHECKS__RULES", &file).run();
    assert!(outcome.stderr.contains("huge") && !outcome.ok() && outcome.status.code() != Some(101), "{outcome:?}");
    assert!(outcome.peak_mib < MOST_MIB, "{} MiB", outcome.peak_mib);
}

/// Makes an archive whose one entry has this name and so many spaces, packed as often as it goes.
fn archive(path: &Path, name: &str, size: usize) {
    let script = "import sys, zipfile\nwith zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED) as packed:\n    packed.writestr(sys.argv[2], b' ' * int(sys.argv[3]))\n";
    let _ = Run::new("python3").args(["-c", script]).arg(path).args([name, &size.to_string()]).run().expect_ok();
}

#[test]
fn archives_of_advisories_that_mean_harm_are_refused_and_leave_nothing() {
    let tree = Tree::new();
    let place = |name: &str| tree.home.root().join(format!("{name}.zip"));
    archive(&place("bomb"), "A-1.json", if long() { 1 << 30 } else { 96 << 20 });
    archive(&place("out"), "../../../evil.json", 2);
    archive(&place("absolute"), "/tmp/evil.json", 2);
    archive(&place("cut"), "A-1.json", 2);
    let whole = fs::read(place("cut")).unwrap();
    fs::write(place("cut"), &whole[..whole.len() - 30]).unwrap();
    fs::write(place("text"), "this is no archive").unwrap();
    fs::write(place("empty"), "").unwrap();
    let cases = [
        ("bomb", "larger than"),
        ("out", "evil.json"),
        ("absolute", "evil.json"),
        ("cut", "cut.zip"),
        ("text", "text.zip"),
        ("empty", "empty.zip"),
    ];
    for (name, says) in cases {
        let path = place(name);
        let outcome =
            tree.home.call(["advisories", "update", "--from", path.to_str().unwrap(), "--ecosystem", "npm"]).run();
        assert!(!outcome.ok() && outcome.status.code() != Some(101), "{name}: {outcome:?}");
        assert!(outcome.stderr.contains(says), "{name}: {}", outcome.stderr);
        assert!(outcome.peak_mib < 200, "{name}: {} MiB", outcome.peak_mib);
    }
    assert!(!tree.home.root().join("evil.json").exists());
    let left =
        fs::read_dir(tree.home.data().join("advisories")).into_iter().flatten().map(|entry| entry.unwrap().path());
    let indexes: Vec<_> = left.filter(|path| path.extension().is_some_and(|end| end == "advisories")).collect();
    assert!(indexes.is_empty(), "{indexes:?}");
}
