//! Waits for a program's end, or brings it about.

use std::io;
use std::process::{Child, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use secrecy::SecretSlice;

use crate::ended::{End, Ended};
use crate::enforced::Enforced;
use crate::limits::Limits;
use crate::streams::{self, Reading};

/// How long the pipes may stay open after all of the group have ended.
const LINGER: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_millis(20);

pub(crate) fn to_its_end(
    mut child: Child,
    stdin: SecretSlice<u8>,
    limits: Limits,
    enforced: Enforced,
    go_on: &dyn Fn() -> bool,
) -> io::Result<Ended> {
    let started = Instant::now();
    streams::feed(child.stdin.take(), stdin);
    let stdout = Reading::of(child.stdout.take(), limits.output_bytes);
    let stderr = Reading::of(child.stderr.take(), limits.output_bytes);
    let waited = wait(&mut child, started.checked_add(limits.time), go_on)?;
    if waited != Waited::Ended {
        signal(&child, Strength::Ask);
        wait(&mut child, Instant::now().checked_add(limits.grace), &|| true)?;
    }
    // Its number is taken until it is waited for, so that the group is still the same one here.
    signal(&child, Strength::Force);
    let _ = child.kill();
    let status = child.wait()?;
    let end = match waited {
        Waited::Ended => told(status),
        Waited::TimeIsUp => End::TimedOut,
        Waited::GaveUp => End::Stopped,
    };
    let until = Instant::now() + LINGER;
    Ok(Ended { end, stdout: stdout.output(until), stderr: stderr.output(until), took: started.elapsed(), enforced })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Waited {
    Ended,
    TimeIsUp,
    GaveUp,
}

/// Waits for it to end, until then at the longest. Its number stays taken.
fn wait(child: &mut Child, until: Option<Instant>, go_on: &dyn Fn() -> bool) -> io::Result<Waited> {
    let mut pause = Duration::from_micros(200);
    loop {
        if has_ended(child)? {
            return Ok(Waited::Ended);
        }
        if until.is_some_and(|until| Instant::now() >= until) {
            return Ok(Waited::TimeIsUp);
        }
        if !go_on() {
            return Ok(Waited::GaveUp);
        }
        thread::sleep(pause);
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

enum Strength {
    Ask,
    Force,
}

#[cfg(unix)]
fn process(child: &Child) -> Option<rustix::process::Pid> {
    i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw)
}

#[cfg(unix)]
fn has_ended(child: &mut Child) -> io::Result<bool> {
    use rustix::process::{WaitId, WaitIdOptions, waitid};
    let Some(process) = process(child) else { return Ok(true) };
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    match waitid(WaitId::Pid(process), options) {
        Ok(status) => Ok(status.is_some()),
        Err(rustix::io::Errno::INTR) => Ok(false),
        Err(fault) => Err(fault.into()),
    }
}

#[cfg(unix)]
fn signal(child: &Child, strength: Strength) {
    use rustix::process::{Signal, kill_process_group};
    let signal = match strength {
        Strength::Ask => Signal::TERM,
        Strength::Force => Signal::KILL,
    };
    // A group that has ended already is what is wanted.
    let _ = process(child).map(|group| kill_process_group(group, signal));
}

#[cfg(unix)]
fn told(status: ExitStatus) -> End {
    use std::os::unix::process::ExitStatusExt as _;
    match (status.code(), status.signal()) {
        (Some(code), _) => End::Code(code),
        (None, signal) => End::Signal(signal.unwrap_or_default()),
    }
}

#[cfg(not(unix))]
fn has_ended(child: &mut Child) -> io::Result<bool> {
    child.try_wait().map(|status| status.is_some())
}

#[cfg(not(unix))]
fn signal(_child: &Child, _strength: Strength) {}

#[cfg(not(unix))]
fn told(status: ExitStatus) -> End {
    End::Code(status.code().unwrap_or_default())
}
