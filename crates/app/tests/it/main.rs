//! The use cases on a real store and a real disk.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "tests prepare files as anybody would")]

mod advisories;
mod analyze;
mod arguments;
mod begin;
mod check;
mod compliance;
mod deliver;
#[cfg(unix)]
mod fix;
mod hand_over;
mod jobs;
mod online;
mod own;
mod people;
mod rotation;
mod secrets;
mod sessions;
mod tokens;
mod vulnerabilities;

use std::path::Path;
use std::sync::Mutex;

use app::{BeginReport, BeginRequest, Call, Error, LinkBase, Quiet, Services, Step, Watch, begin_project};
use blueprint::Catalogue;
use domain::{Caller, Face, Policy, RequestId};
use safe_fs::Roots;
use store::Store;
use tempfile::TempDir;

/// Services with a store of their own and one root.
struct House {
    folder: TempDir,
    services: Services,
}

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("root")).unwrap();
        let roots = Roots::open(&[folder.path().join("root")], None).unwrap();
        let services = services(&folder.path().join("data"), roots);
        Self { folder, services }
    }

    fn root(&self) -> std::path::PathBuf {
        self.folder.path().join("root")
    }

    /// Where the store lies.
    fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    fn begin(&self, request: BeginRequest) -> Result<BeginReport, Error> {
        self.begin_as(&data_owner(Face::Stdio), request, None)
    }

    fn begin_as(&self, caller: &Caller, request: BeginRequest, links: Option<&LinkBase>) -> Result<BeginReport, Error> {
        with_call(caller, &Quiet, |call| begin_project(&self.services, call, request, links))
    }

    /// What is in the root, by name.
    fn entries(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(self.root())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }
}

fn services(data: &Path, roots: Roots) -> Services {
    Services::new(Store::open(data).unwrap(), roots, Catalogue::open().unwrap(), Policy::default())
}

/// The operating-system user, under the policy that is shipped.
fn data_owner(face: Face) -> Caller {
    Caller::data_owner(&Policy::default(), face)
}

/// Whoever reaches a loopback listener.
fn local() -> Caller {
    Caller::local(&Policy::default())
}

fn with_call<T>(caller: &Caller, watch: &dyn Watch, run: impl FnOnce(&Call<'_>) -> T) -> T {
    let request = RequestId::random().unwrap();
    run(&Call { caller, request: &request, watch })
}

fn request(name: &str) -> BeginRequest {
    BeginRequest {
        project_name: name.to_owned(),
        stack: Some("python".to_owned()),
        apply: true,
        git: true,
        ..BeginRequest::default()
    }
}

/// Remembers the steps, and gives up before the step with this number.
struct Steps {
    seen: Mutex<Vec<u32>>,
    give_up_after: usize,
}

impl Watch for Steps {
    fn step(&self, step: Step) {
        self.seen.lock().unwrap().push(step.number);
    }

    fn cancelled(&self) -> bool {
        self.seen.lock().unwrap().len() >= self.give_up_after
    }
}
