//! What a program may use of the machine, and the network.
#![cfg(target_os = "linux")]

use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

use subprocess::{Command, End, Environment, Held, Limits, Network, Program, Resources};

use crate::shell::{script, text};

fn within(resources: Resources) -> Limits {
    Limits { resources, time: Duration::from_secs(30), ..Limits::default() }
}

#[test]
fn memory_is_limited() {
    let resources = Resources { memory_bytes: Some(64 << 20), ..Resources::default() };
    let take = "dd if=/dev/zero of=/dev/null bs=256M count=1 2>&1";
    let free = script(take).run().unwrap();
    assert!(free.end.is_good() && free.enforced.memory == Held::NotAsked, "{free:?}");
    let bound = script(take).limits(within(resources)).run().unwrap();
    assert!(!bound.end.is_good() && bound.enforced.memory == Held::Yes, "{bound:?}");
    assert!(text(bound.stdout.bytes()).contains("memory exhausted"), "{}", text(bound.stdout.bytes()));
}

#[test]
fn memory_that_is_only_set_aside_does_not_count() {
    let node = Program::find("node".as_ref(), std::env::var_os("PATH").as_deref(), Path::new("/"));
    let Ok(node) = node else { return println!("NOT RUN: there is no node") };
    let resources = Resources { memory_bytes: Some(1 << 30), ..Resources::default() };
    let ended = Command::new(node).arguments(["-e", "new WebAssembly.Memory({initial: 1}); console.log('ran')"]);
    let ended = ended.limits(within(resources)).run().unwrap();
    assert_eq!((text(ended.stdout.bytes()), ended.enforced.memory), ("ran\n".to_owned(), Held::Yes), "{ended:?}");
}

#[test]
fn processor_time_is_limited() {
    let resources = Resources { cpu: Some(Duration::from_secs(1)), ..Resources::default() };
    let ended = script("while :; do :; done").limits(within(resources)).run().unwrap();
    assert_eq!((ended.end, ended.enforced.cpu), (End::Signal(24), Held::Yes));
}

#[test]
fn the_size_of_files_is_limited() {
    let folder = std::env::temp_dir().join(format!("subprocess-file-size-{}", std::process::id()));
    let resources = Resources { file_bytes: Some(1 << 20), ..Resources::default() };
    let write = format!("head -c 3000000 /dev/zero > {}; echo $?", folder.display());
    let ended = script(&write).limits(within(resources)).run().unwrap();
    let size = std::fs::metadata(&folder).unwrap().len();
    std::fs::remove_file(&folder).unwrap();
    assert_eq!((size, ended.enforced.file_size), (1 << 20, Held::Yes));
}

#[test]
fn limits_hold_for_what_it_starts_and_cannot_be_lifted() {
    let resources = Resources { open_files: Some(40), processes: Some(30), ..Resources::default() };
    let ended =
        script("sh -c 'ulimit -n; ulimit -n 100; ulimit -n'; ulimit -u").limits(within(resources)).run().unwrap();
    let said = text(ended.stdout.bytes());
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!((lines[0], ended.enforced.open_files), ("40", Held::Yes), "{said}");
    assert!(!lines.contains(&"100"), "{said}");
    let root = rustix::process::geteuid().is_root();
    assert_eq!(matches!(ended.enforced.processes, Held::No(_)), root, "{:?}", ended.enforced);
    assert_eq!(ended.enforced.not_enforced().len(), usize::from(root));
}

#[test]
fn a_crowd_of_processes_is_stopped_where_the_kernel_counts() {
    if rustix::process::geteuid().is_root() {
        return println!("NOT RUN: the kernel does not count the processes of root");
    }
    let resources = Resources { processes: Some(20), ..Resources::default() };
    let ended = script("for n in $(seq 60); do sleep 5 & done; echo all").limits(within(resources)).run().unwrap();
    assert_eq!(ended.enforced.processes, Held::Yes);
    assert!(!text(ended.stdout.bytes()).contains("all"), "{ended:?}");
}

#[test]
fn without_network_not_even_this_machine_is_reached() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let bash = Program::find("/bin/bash".as_ref(), None, Path::new("/"));
    let Ok(bash) = bash else { return println!("NOT RUN: there is no bash") };
    let connect = format!("exec 3<>/dev/tcp/{}/{}", "127.0.0.1", server.local_addr().unwrap().port());
    let run = |network| {
        let limits = Limits { network, ..Limits::default() };
        Command::new(bash.clone()).arguments(["-c", connect.as_str()]).limits(limits).run().unwrap()
    };
    assert!(run(Network::Allowed).end.is_good());
    let denied = run(Network::Denied);
    match denied.enforced.network {
        Held::Yes => assert!(!denied.end.is_good(), "{denied:?}"),
        Held::No(why) => println!("NOT RUN: {why}"),
        Held::NotAsked => panic!("it was asked for"),
    }
}

#[test]
fn a_confined_program_gets_its_arguments_variables_and_folder() {
    let sh = Program::find("/bin/sh".as_ref(), None, Path::new("/")).unwrap();
    let mut environment = Environment::empty();
    environment.set("GIVEN", "value").unwrap();
    let limits = Limits { network: Network::Denied, ..Limits::default() };
    let command = Command::new(sh).arguments(["-c", "echo \"$GIVEN $1 $(pwd)\"; env | wc -l; exit 7", "sh", "--net"]);
    let ended = command.environment(environment).folder("/usr").limits(limits).run().unwrap();
    let said = text(ended.stdout.bytes());
    assert!(said.starts_with("value --net /usr\n") && ended.end == End::Code(7), "{ended:?} {said}");
}

#[test]
fn whoever_gives_up_ends_it() {
    let stop = std::sync::atomic::AtomicBool::new(false);
    let go_on = || !stop.swap(true, std::sync::atomic::Ordering::SeqCst);
    let ended = script("sleep 20").run_while(&go_on).unwrap();
    assert_eq!(ended.end, End::Stopped);
    assert!(ended.took < Duration::from_secs(10));
}
