//! The ecosystems of which there is no public data here: records written by hand, through us and through the real osv-scanner.

use std::io::Write as _;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use dependencies::advisories::{Database, import};
use domain::Ecosystem;

use crate::corpora::{missing, ours, theirs};

/// Each package is vulnerable from the second version on, and mended in the third.
const RECORDS: [(&str, &str, &str, &str); 7] = [
    (Ecosystem::NPM, "lodash", "4.0.0", "4.17.21"),
    (Ecosystem::MAVEN, "org.example:lib", "1.0", "1.10"),
    (Ecosystem::RUBYGEMS, "rack", "2.0.0", "2.2.3"),
    (Ecosystem::PACKAGIST, "vendor/lib", "1.0.0", "1.2.0"),
    (Ecosystem::NUGET, "Example.Lib", "1.0.0", "1.2.0"),
    (Ecosystem::PUB, "http", "0.13.0", "0.13.3"),
    (Ecosystem::HEX, "plug", "1.0.0", "1.4.5"),
];

/// Lockfiles with one vulnerable package and one that is not, each.
const FILES: [(&str, &str); 12] = [
    (
        "npm/package-lock.json",
        r#"{"name":"a","lockfileVersion":3,"packages":{"":{"name":"a"},"node_modules/lodash":{"version":"4.17.20"},"node_modules/b/node_modules/lodash":{"version":"4.17.21"}}}"#,
    ),
    (
        "npm1/package-lock.json",
        r#"{"name":"a","lockfileVersion":1,"dependencies":{"lodash":{"version":"4.9.0","dependencies":{"lodash":{"version":"3.0.0"}}}}}"#,
    ),
    (
        "pnpm/pnpm-lock.yaml",
        "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      lodash:\n        specifier: ^4\n        version: 4.10.0\npackages:\n  lodash@4.10.0:\n    resolution: {integrity: x}\n  lodash@4.17.21:\n    resolution: {integrity: x}\n",
    ),
    (
        "yarn/yarn.lock",
        "# yarn lockfile v1\n\n\nlodash@^4.0.0:\n  version \"4.11.0\"\n\nlodash@^5.0.0:\n  version \"5.0.0\"\n",
    ),
    (
        "berry/yarn.lock",
        "__metadata:\n  version: 8\n\n\"lodash@npm:^4\":\n  version: 4.12.0\n  resolution: \"lodash@npm:4.12.0\"\n  languageName: node\n  linkType: hard\n",
    ),
    (
        "bun/bun.lock",
        "{\n  \"lockfileVersion\": 1,\n  \"workspaces\": {\"\": {\"name\": \"a\", \"dependencies\": {\"lodash\": \"^4\"}}},\n  \"packages\": {\n    \"lodash\": [\"lodash@4.13.0\", \"\", {}, \"sha\"],\n  }\n}\n",
    ),
    (
        "gradle/gradle.lockfile",
        "org.example:lib:1.9=compileClasspath\norg.example:other:1.9=compileClasspath\nempty=\n",
    ),
    (
        "ruby/Gemfile.lock",
        "GEM\n  remote: https://registry.example/\n  specs:\n    rack (2.2.2)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  rack\n\nBUNDLED WITH\n   2.3.0\n",
    ),
    (
        "php/composer.lock",
        r#"{"packages":[{"name":"vendor/lib","version":"1.1.9"}],"packages-dev":[{"name":"vendor/other","version":"1.1.9"}]}"#,
    ),
    (
        "dotnet/packages.lock.json",
        r#"{"version":1,"dependencies":{"net8.0":{"Example.Lib":{"type":"Direct","requested":"[1.1.0, )","resolved":"1.1.0"}}}}"#,
    ),
    (
        "dart/pubspec.lock",
        "packages:\n  http:\n    dependency: \"direct main\"\n    description:\n      name: http\n      url: \"https://registry.example\"\n    source: hosted\n    version: \"0.13.2\"\nsdks:\n  dart: \">=2.12.0\"\n",
    ),
    ("elixir/mix.lock", "%{\n  \"plug\": {:hex, :plug, \"1.4.4\", \"00\", [:mix], [], \"hexpm\", \"00\"},\n}\n"),
];

/// An archive of the one record of an ecosystem, as OSV publishes it.
fn write_archive(folder: &Path, record: &(&str, &str, &str, &str)) {
    let (ecosystem, package, introduced, fixed) = record;
    let id = format!("MADE-UP-{}", ecosystem.to_uppercase());
    let text = format!(
        r#"{{"schema_version":"1.7.0","id":"{id}","modified":"2026-01-01T00:00:00Z","published":"2026-01-01T00:00:00Z","summary":"Made up.",
"affected":[{{"package":{{"ecosystem":"{ecosystem}","name":"{package}"}},"ranges":[{{"type":"ECOSYSTEM","events":[{{"introduced":"{introduced}"}},{{"fixed":"{fixed}"}}]}}]}}]}}"#
    );
    std::fs::create_dir_all(folder).unwrap();
    let mut archive = zip::ZipWriter::new(std::fs::File::create(folder.join("all.zip")).unwrap());
    archive.start_file(format!("{id}.json"), zip::write::SimpleFileOptions::default()).unwrap();
    archive.write_all(text.as_bytes()).unwrap();
    archive.finish().unwrap();
}

#[test]
fn matches_of_the_other_ecosystems_are_those_of_osv_scanner() {
    let (data, tree, index) = (testkit::folder(), testkit::folder(), testkit::folder());
    for record in &RECORDS {
        for program in ["osv-scanner", "osv-scalibr"] {
            write_archive(&data.path().join(program).join(record.0), record);
        }
    }
    for (name, text) in FILES {
        let file = tree.path().join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
    import(index.path(), &data.path().join("osv-scanner"), &[], &AtomicBool::new(false)).unwrap();
    let ours = ours(&Database::open(index.path()).unwrap(), tree.path());
    assert_eq!(ours.len(), FILES.len(), "one vulnerable package a file: {:?}", ours.keys().collect::<Vec<_>>());
    let Some(scanner) = testkit::tool("osv-scanner") else { return };
    let theirs = theirs(&scanner, data.path(), tree.path());
    assert_eq!(missing(&theirs, &ours), [], "it alone");
    // It takes the checksum of a package of Hex for a commit of git, and skips the package for that ("cannot be queried").
    let alone = missing(&ours, &theirs);
    assert!(alone.iter().all(|(file, ..)| file == "elixir/mix.lock"), "we alone: {alone:?}");
}
