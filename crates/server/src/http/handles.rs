//! How many files and connections the operating system lets this process open.

/// What the program needs beside connections: the store, archives, the log.
#[cfg(unix)]
const BESIDE: u64 = 512;

/// Sees to it that `connections` can be open at once, or says in the log that they cannot.
#[cfg(unix)]
pub(crate) fn allow(connections: usize) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let needed = (connections as u64).saturating_add(BESIDE);
    let now = getrlimit(Resource::Nofile);
    if now.current.is_none_or(|current| current >= needed) {
        return;
    }
    let most = now.maximum.map_or(needed, |most| most.min(needed));
    let raised = setrlimit(Resource::Nofile, Rlimit { current: Some(most), maximum: now.maximum });
    if raised.is_err() || most < needed {
        tracing::warn!(
            needed,
            allowed = most,
            "this process may not open as many files as limits.connections needs; raise its limit (LimitNOFILE, ulimit -n)"
        );
    }
}

/// Other systems have no such limit.
#[cfg(not(unix))]
pub(crate) fn allow(_: usize) {}
