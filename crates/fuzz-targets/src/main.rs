//! The fuzzer, or without it a program that runs a target on given files: `fuzz-targets TARGET FILE...`.
//!
//! One program has all targets, so that one build serves them; `FUZZ_TARGET` says which. libFuzzer owns the arguments.
#![cfg_attr(fuzzing, no_main)]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a command")]

#[cfg(fuzzing)]
mod fuzzing {
    use std::path::Path;
    use std::sync::OnceLock;

    use fuzz_targets::{TARGETS, Target, seeds, target};

    static CHOSEN: OnceLock<&'static Target> = OnceLock::new();

    fn choose() {
        let name = std::env::var("FUZZ_TARGET").unwrap_or_default();
        if name == "list" {
            TARGETS.iter().for_each(|target| println!("{}", target.name));
            std::process::exit(0);
        }
        let Some(chosen) = target(&name) else {
            eprintln!("FUZZ_TARGET names no target: {name:?}");
            std::process::exit(2);
        };
        if let Some(folder) = std::env::var_os("FUZZ_SEEDS") {
            let written = seeds::write(chosen, Path::new(&folder));
            written.unwrap_or_else(|error| eprintln!("the seeds of {name} are not written: {error}"));
            std::process::exit(0);
        }
        CHOSEN.get_or_init(|| chosen);
    }

    libfuzzer_sys::fuzz_target!(init: choose(), |data: &[u8]| {
        if let Some(target) = CHOSEN.get() {
            (target.run)(data);
        }
    });
}

#[cfg(not(fuzzing))]
fn main() -> std::process::ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(target) = arguments.next().as_deref().and_then(fuzz_targets::target) else {
        eprintln!("Usage: fuzz-targets TARGET FILE...\n\nTargets:");
        fuzz_targets::TARGETS.iter().for_each(|target| eprintln!("  {}", target.name));
        return std::process::ExitCode::from(2);
    };
    for file in arguments {
        match std::fs::read(&file) {
            Ok(bytes) => (target.run)(&bytes),
            Err(error) => {
                eprintln!("{file}: {error}");
                return std::process::ExitCode::FAILURE;
            }
        }
        println!("{file}: ok");
    }
    std::process::ExitCode::SUCCESS
}
