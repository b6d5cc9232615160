//! Which program is run for an engine, and whether it is the one that the operator looked at.

use std::ffi::OsString;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use subprocess::Program;

use super::engine::Engine;

/// How an engine is run.
#[derive(Clone, Debug)]
pub struct EngineSettings {
    /// Where its program is; none looks for its name on `search`.
    pub program: Option<PathBuf>,
    /// The SHA-256 that the program must have, in hexadecimal digits.
    pub sha256: Option<String>,
    /// Where programs are looked for, written like `PATH`.
    pub search: Option<OsString>,
    /// A folder of the operator's for what it makes ready once: kingfisher's compiled rules, which take it seconds.
    pub cache: Option<PathBuf>,
    /// How long it may run.
    pub time: Duration,
    /// How much memory it may write to.
    pub memory_bytes: u64,
    /// How much it may print.
    pub output_bytes: usize,
}

impl Default for EngineSettings {
    fn default() -> Self {
        Self {
            program: None,
            sha256: None,
            search: None,
            cache: None,
            time: Duration::from_secs(600),
            memory_bytes: 4 << 30,
            output_bytes: 64 << 20,
        }
    }
}

/// Why an engine's program is not run: the reason, and what to do.
#[derive(Debug)]
pub(crate) struct Refusal(pub(crate) String, pub(crate) String);

/// The program of `engine`, if it is the one that is meant. `scanned` is the folder that is checked: nothing in it is run.
pub(crate) fn find(engine: Engine, settings: &EngineSettings, scanned: Option<&Path>) -> Result<Program, Refusal> {
    let name = engine.name();
    let named = match &settings.program {
        Some(path) if !path.is_absolute() => {
            let reason = format!("the path {} of {name} is not absolute", path.display());
            return Err(Refusal(reason, "Configure the whole path of the program".to_owned()));
        }
        Some(path) => path.as_os_str().to_owned(),
        None => name.into(),
    };
    let found = Program::find(&named, settings.search.as_deref(), Path::new("/")).map_err(|error| {
        let hint = format!("Install {name}, or configure where it is (checks.engines.{name}.path)");
        Refusal(format!("{name} cannot be run: {error}"), hint)
    })?;
    let real = found.path().canonicalize().unwrap_or_else(|_| found.path().to_owned());
    if scanned.is_some_and(|folder| folder.canonicalize().is_ok_and(|folder| real.starts_with(folder))) {
        let reason = format!("{name} lies in the folder that is checked ({}), so it is not run", real.display());
        return Err(Refusal(reason, "Install it elsewhere, and take that folder from PATH".to_owned()));
    }
    if let Some(wanted) = &settings.sha256 {
        let hint = || {
            format!(
                "If you renewed {name} yourself, look at where it comes from and change checks.engines.{name}.sha256; else somebody else changed it"
            )
        };
        match digest(&real) {
            Ok(is) if is.eq_ignore_ascii_case(wanted.trim()) => {}
            Ok(is) => {
                let reason =
                    format!("{} has the SHA-256 {is}, and not the configured {wanted}: it is not run", real.display());
                return Err(Refusal(reason, hint()));
            }
            Err(error) => return Err(Refusal(format!("{} cannot be read: {error}", real.display()), hint())),
        }
    }
    Ok(found)
}

fn digest(program: &Path) -> std::io::Result<String> {
    let mut file = File::open(program)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            read => hash.update(&buffer[..read]),
        }
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}
