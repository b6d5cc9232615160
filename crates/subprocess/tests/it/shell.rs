//! A script as the program, because a test can say in it whatever it needs.

use std::ffi::OsStr;
use std::path::Path;

use subprocess::{Command, Environment, Program};

pub(crate) fn find(name: &str) -> Program {
    Program::find(OsStr::new(name), std::env::var_os("PATH").as_deref(), Path::new("/")).unwrap()
}

pub(crate) fn script(text: &str) -> Command {
    let environment = Environment::common(std::env::vars_os());
    Command::new(find("sh")).arguments(["-c", text]).environment(environment)
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
