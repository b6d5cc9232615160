//! Why a program did not run. Neither arguments nor variables are repeated: either may hold what nobody should read.

use std::io;

/// A program that was not started, or was lost sight of.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is none of that name.
    #[error("there is no program {0}")]
    NotFound(String),
    /// There is something of that name, and it cannot be run.
    #[error("{0} is no program that can be run: it is a folder, or lacks the permission to execute it")]
    NotExecutable(String),
    /// The name of a variable is none.
    #[error("{0:?} cannot be the name of a variable: it is empty, or has an equals sign or a NUL")]
    VariableName(String),
    /// A value that no variable can hold.
    #[error("the value of the variable {0} has a NUL, which no variable can hold")]
    VariableValue(String),
    /// An argument, or the folder, with a NUL.
    #[error("an argument has a NUL, which none can have")]
    Argument,
    /// The operating system did not start it.
    #[error("the operating system did not start {0}")]
    Start(String, #[source] io::Error),
    /// Arguments and variables are together more than the operating system takes.
    #[error("the arguments and variables for {0} are together more than the operating system takes")]
    TooMuch(String),
    /// Its end cannot be learnt.
    #[error("the operating system does not tell how {0} ended")]
    Wait(String, #[source] io::Error),
    /// A file to pass on could not be made.
    #[error("a file in memory could not be made")]
    File(#[source] io::Error),
}
