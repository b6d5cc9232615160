//! What other programs get of config/slos.toml: rules, routing, a dashboard, and the index of docs/runbook.md.

use std::fs;
use std::path::Path;

use slo::generate::{PAGE, files, missing, renewed};
use slo::{FILE, Slos};

use crate::Failure;

/// Writes them all, from the file as it is now.
///
/// # Errors
/// When the file has faults, a page cannot be read or written, or the runbook lacks a section.
pub fn run() -> Result<(), Failure> {
    let text = fs::read_to_string(FILE).map_err(|fault| Failure::because(FILE, fault))?;
    let slos = Slos::read(&text).map_err(|faults| Failure::because(FILE, faults))?;
    for (path, text) in files(&slos) {
        if let Some(folder) = Path::new(path).parent() {
            fs::create_dir_all(folder).map_err(|fault| Failure::because(path, fault))?;
        }
        write(path, &text)?;
    }
    let page = fs::read_to_string(PAGE).map_err(|fault| Failure::because(PAGE, fault))?;
    write(PAGE, &renewed(&slos, &page).map_err(|fault| Failure::because(PAGE, fault))?)?;
    let told = missing(&slos, &page);
    if told.is_empty() { Ok(()) } else { Err(Failure(told.join("\n"))) }
}

fn write(path: &str, text: &str) -> Result<(), Failure> {
    fs::write(path, text).map_err(|fault| Failure::because(path, fault))?;
    println!("{path} is written");
    Ok(())
}
