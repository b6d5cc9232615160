//! What a program is started through, so that it has no network and none of root's powers over its own limits.
//!
//! Namespaces are entered between fork and exec, where safe Rust cannot be; `unshare` of util-linux is there instead. It
//! is taken from the system's own folders, never from a search path that somebody else may have set.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::OnceLock;

use crate::enforced::Held;
use crate::limits::{Limits, Network};

const FOLDERS: [&str; 4] = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"];

const NO_UNSHARE: &str = "this system has no network namespaces that this user may make (unshare --user --net fails)";

/// A way to start a program apart from the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// As it is.
    Plain,
    /// As nobody's root.
    User,
    /// As nobody's root, without network.
    UserAndNetwork,
    /// Without network alone: where root may not make user namespaces.
    Network,
}

impl Way {
    fn flags(self) -> &'static [&'static str] {
        match self {
            Self::Plain => &[],
            Self::User => &["--user", "--map-current-user", "--"],
            Self::UserAndNetwork => &["--user", "--map-current-user", "--net", "--"],
            Self::Network => &["--net", "--"],
        }
    }

    /// Whether the kernel lets us, tried once.
    fn works(self) -> bool {
        static TRIED: [OnceLock<bool>; 3] = [const { OnceLock::new() }; 3];
        let at = match self {
            Self::Plain => return true,
            Self::User => &TRIED[0],
            Self::UserAndNetwork => &TRIED[1],
            Self::Network => &TRIED[2],
        };
        *at.get_or_init(|| try_it(self).unwrap_or(false))
    }
}

/// How a program is started, and whether that keeps it from the network and from lifting its limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Confinement {
    pub(crate) way: Way,
    pub(crate) network: Held,
    /// Whether it is root with root's powers, which may lift every limit.
    pub(crate) all_powerful: bool,
}

impl Confinement {
    pub(crate) fn of(limits: &Limits) -> Self {
        Self::chosen(limits, is_root(), Way::works)
    }

    fn chosen(limits: &Limits, root: bool, works: impl Fn(Way) -> bool) -> Self {
        let first = |ways: &[Way]| ways.iter().copied().find(|way| works(*way)).unwrap_or(Way::Plain);
        let (way, network) = match limits.network {
            Network::Denied => match first(&[Way::UserAndNetwork, Way::Network]) {
                Way::Plain => (Way::Plain, Held::No(NO_UNSHARE)),
                way => (way, Held::Yes),
            },
            Network::Allowed if root && limits.resources.are_limited() => (first(&[Way::User]), Held::NotAsked),
            Network::Allowed => (Way::Plain, Held::NotAsked),
        };
        Self { way, network, all_powerful: root && !matches!(way, Way::User | Way::UserAndNetwork) }
    }

    /// What the program is started through, with its arguments.
    pub(crate) fn launcher(self) -> Vec<OsString> {
        let unshare = if self.way == Way::Plain { None } else { system_program("unshare") };
        let flags = || self.way.flags().iter().map(OsString::from);
        unshare.into_iter().flat_map(|program| [program.into()].into_iter().chain(flags())).collect()
    }
}

fn try_it(way: Way) -> Option<bool> {
    let mut command = std::process::Command::new(system_program("unshare")?);
    command.args(way.flags()).arg(system_program("true")?).env_clear();
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    Some(command.status().ok()?.success())
}

/// A program of the system's own folders.
pub(crate) fn system_program(name: &str) -> Option<PathBuf> {
    FOLDERS.iter().map(|folder| Path::new(folder).join(name)).find(|file| file.is_file())
}

#[cfg(unix)]
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Resources;

    fn limits(network: Network) -> Limits {
        let resources = Resources { open_files: Some(64), ..Resources::default() };
        Limits { network, resources, ..Limits::default() }
    }

    #[test]
    fn what_the_kernel_does_not_do_is_said() {
        let nothing = Confinement::chosen(&limits(Network::Denied), true, |_| false);
        assert_eq!(nothing, Confinement { way: Way::Plain, network: Held::No(NO_UNSHARE), all_powerful: true });
        let old = Confinement::chosen(&limits(Network::Denied), true, |way| way == Way::Network);
        assert_eq!(old, Confinement { way: Way::Network, network: Held::Yes, all_powerful: true });
        let good = Confinement::chosen(&limits(Network::Denied), true, |_| true);
        assert_eq!(good, Confinement { way: Way::UserAndNetwork, network: Held::Yes, all_powerful: false });
    }

    #[test]
    fn root_is_made_nobodys_root_where_limits_are_to_hold() {
        let root = Confinement::chosen(&limits(Network::Allowed), true, |_| true);
        assert_eq!(root, Confinement { way: Way::User, network: Held::NotAsked, all_powerful: false });
        let user = Confinement::chosen(&limits(Network::Allowed), false, |_| true);
        assert_eq!(user, Confinement { way: Way::Plain, network: Held::NotAsked, all_powerful: false });
        assert_eq!(Confinement::chosen(&Limits::default(), true, |_| true).way, Way::Plain);
    }
}
