//! Sets what a program may use of the machine.
//!
//! Limits are set between fork and exec, where safe Rust cannot be: `prlimit` of util-linux is there instead. Where that
//! program is missing they are set from outside after the start, and that is told: by then others may have been started.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Child;

use crate::enforced::{Enforced, Held};
use crate::limits::Resources;

/// What is set, and by whom.
pub(crate) struct Bounds {
    wanted: Resources,
    all_powerful: bool,
    #[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "nobody sets them there"))]
    program: Option<PathBuf>,
}

impl Bounds {
    /// `program` is `prlimit`, if there is one; `all_powerful` says that limits can be lifted.
    pub(crate) fn new(wanted: Resources, program: Option<PathBuf>, all_powerful: bool) -> Self {
        Self { wanted, all_powerful, program }
    }

    /// What the program is started through, with its arguments.
    pub(crate) fn launcher(&self) -> Vec<OsString> {
        #[cfg(target_os = "linux")]
        return linux::launcher(self);
        #[cfg(not(target_os = "linux"))]
        Vec::new()
    }

    /// Does what is left to do after the start, and tells what holds.
    pub(crate) fn hold(&self, child: &Child) -> Enforced {
        #[cfg(target_os = "linux")]
        return linux::hold(self, child);
        #[cfg(not(target_os = "linux"))]
        {
            let _ = (child, self.all_powerful);
            self.told(|_| Held::No("this system cannot limit another process"))
        }
    }

    fn told(&self, held: impl Fn(usize) -> Held) -> Enforced {
        let wanted = self.wanted;
        let told = |at: usize, asked: bool| if asked { held(at) } else { Held::NotAsked };
        Enforced {
            memory: told(0, wanted.memory_bytes.is_some()),
            cpu: told(1, wanted.cpu.is_some()),
            file_size: told(2, wanted.file_bytes.is_some()),
            processes: told(3, wanted.processes.is_some()),
            open_files: told(4, wanted.open_files.is_some()),
            network: Held::NotAsked,
        }
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::ffi::OsString;
    use std::fs;
    use std::os::unix::fs::MetadataExt as _;
    use std::process::Child;

    use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};

    use super::{Bounds, Enforced, Held};

    const LIFTED: &str = "the program runs with the powers of root, which can lift its limits";
    const ROOTS_PROCESSES: &str = "the kernel does not count the processes of root";
    const LATE: &str = "it was set only after the start: the program prlimit of util-linux is missing";
    const REFUSED: &str = "the kernel refused to set it";
    const PROCESSES: usize = 3;

    const KINDS: [(Resource, &str); 5] = [
        (Resource::Data, "--data"),
        (Resource::Cpu, "--cpu"),
        (Resource::Fsize, "--fsize"),
        (Resource::Nproc, "--nproc"),
        (Resource::Nofile, "--nofile"),
    ];

    pub(super) fn launcher(bounds: &Bounds) -> Vec<OsString> {
        let Some(program) = bounds.program.as_ref().filter(|_| bounds.wanted.are_limited()) else { return Vec::new() };
        let options = KINDS.iter().zip(limits(bounds)).filter_map(|((_, option), limit)| {
            let Rlimit { current, maximum } = limit?;
            Some(format!("{option}={}:{}", current.unwrap_or_default(), maximum.unwrap_or_default()).into())
        });
        [program.into()].into_iter().chain(options).chain(["--".into()]).collect()
    }

    pub(super) fn hold(bounds: &Bounds, child: &Child) -> Enforced {
        let root = rustix::process::geteuid().is_root();
        let late = if bounds.program.is_none() { set_late(bounds, child) } else { [true; 5] };
        bounds.told(|at| match () {
            () if bounds.all_powerful => Held::No(LIFTED),
            () if at == PROCESSES && root => Held::No(ROOTS_PROCESSES),
            () if !late[at] => Held::No(REFUSED),
            () if bounds.program.is_none() => Held::No(LATE),
            () => Held::Yes,
        })
    }

    fn set_late(bounds: &Bounds, child: &Child) -> [bool; 5] {
        let process = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let mut set = [false; 5];
        for (set, ((kind, _), limit)) in set.iter_mut().zip(KINDS.iter().zip(limits(bounds))) {
            *set = limit.is_some_and(|limit| prlimit(process, *kind, limit).is_ok());
        }
        set
    }

    fn limits(bounds: &Bounds) -> [Option<Rlimit>; 5] {
        let wanted = bounds.wanted;
        let processes = wanted.processes.map(|more| more.saturating_add(threads_of_this_user()));
        let seconds = wanted.cpu.map(|time| time.as_secs().max(1));
        let all = [wanted.memory_bytes, seconds, wanted.file_bytes, processes, wanted.open_files];
        let mut limits = [None; 5];
        for (limit, ((kind, _), most)) in limits.iter_mut().zip(KINDS.iter().zip(all)) {
            *limit = most.map(|most| below_ours(*kind, most));
        }
        limits
    }

    /// Nobody may be given more than this process has.
    fn below_ours(kind: Resource, most: u64) -> Rlimit {
        let ours = getrlimit(kind).maximum.unwrap_or(u64::MAX);
        let current = most.min(ours);
        // Of processor time the first limit asks, and the second ends whoever did not hear.
        let maximum = if kind == Resource::Cpu { most.saturating_add(1).min(ours) } else { current };
        Rlimit { current: Some(current), maximum: Some(maximum) }
    }

    /// The kernel counts all that a user runs, whoever started it.
    fn threads_of_this_user() -> u64 {
        let us = rustix::process::getuid().as_raw();
        let all = fs::read_dir("/proc").into_iter().flatten().flatten();
        let processes =
            all.filter(|entry| entry.file_name().as_encoded_bytes().first().is_some_and(u8::is_ascii_digit));
        let ours = processes.filter(|entry| entry.metadata().is_ok_and(|about| about.uid() == us));
        ours.map(|entry| fs::read_dir(entry.path().join("task")).map_or(0, |tasks| tasks.count() as u64)).sum()
    }
}
