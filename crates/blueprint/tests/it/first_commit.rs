//! The repository made in memory, read by the real git.
#![allow(clippy::disallowed_methods, reason = "tests write files and run git")]

use std::fs;
use std::io::Read as _;
use std::process::Command;

use blueprint::{Catalogue, first_commit, tar_gz, zip};

use crate::answers;

#[test]
fn git_finds_a_sound_repository_with_a_clean_status() {
    let catalogue = Catalogue::open().unwrap();
    let blueprint = catalogue.find("api-service", "python").unwrap().unwrap();
    let answers = answers("python");
    let plan = blueprint.plan(&answers).unwrap();
    let commit = first_commit(&plan, &answers, &blueprint.name(), 1_700_000_000).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, bytes: &[u8], executable: bool| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        #[cfg(unix)]
        fs::set_permissions(
            &path,
            std::os::unix::fs::PermissionsExt::from_mode(if executable { 0o755 } else { 0o644 }),
        )
        .unwrap();
        #[cfg(not(unix))]
        let _ = executable;
    };
    plan.files.iter().for_each(|file| write(&file.path, &file.bytes, file.executable));
    commit.files.iter().for_each(|(path, bytes)| write(path, bytes, false));
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).current_dir(folder.path()).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    assert_eq!(git(&["status", "--porcelain", "--untracked-files=all"]), "");
    git(&["fsck", "--strict", "--no-dangling"]);
    assert_eq!(git(&["rev-parse", "HEAD"]), commit.id);
    assert_eq!(
        git(&["log", "--format=%an <%ae> %at %s"]),
        "Ada Lovelace <ada@example.org> 1700000000 Begin the project"
    );
    assert_eq!(git(&["ls-files"]).lines().count(), plan.files.len());
    assert_eq!(git(&["branch", "--show-current"]), "main");
    let objects = git(&["count-objects", "-v"]);
    assert!(objects.starts_with("count: 0\n") && objects.contains("\npacks: 1\n"), "all in one pack: {objects}");
}

#[test]
fn archives_hold_the_plan_and_are_the_same_every_time() {
    let catalogue = Catalogue::open().unwrap();
    let blueprint = catalogue.find("api-service", "rust").unwrap().unwrap();
    let answers = answers("rust");
    let plan = blueprint.plan(&answers).unwrap();
    let commit = first_commit(&plan, &answers, &blueprint.name(), 0).unwrap();
    let packed = zip("demo", &plan, Some(&commit), &[]).unwrap();
    assert_eq!(packed, zip("demo", &plan, Some(&commit), &[]).unwrap());
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(packed)).unwrap();
    let tarred = tar_gz("demo", &plan, None, &[]).unwrap();
    assert_eq!(tarred, tar_gz("demo", &plan, None, &[]).unwrap());
    let mut count = 0;
    for entry in tar::Archive::new(flate2::read::GzDecoder::new(&tarred[..])).entries().unwrap() {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().display().to_string();
        let planned = plan.file(path.strip_prefix("demo/").unwrap()).unwrap();
        assert_eq!(entry.header().mode().unwrap() & 0o111 != 0, planned.executable, "{path}");
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        assert_eq!(bytes, &*planned.bytes, "{path}");
        let mut zipped = Vec::new();
        archive.by_name(&path).unwrap().read_to_end(&mut zipped).unwrap();
        assert_eq!(zipped, &*planned.bytes, "{path}");
        count += 1;
    }
    assert_eq!(count, plan.files.len());
    assert!(archive.by_name("demo/.git/HEAD").is_ok());
}
