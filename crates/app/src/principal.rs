//! Names of principals, where somebody types one.

use domain::one_line;

use crate::error::Error;

/// Whose a project is whose owner was erased. Nobody can be called so.
pub(crate) const ERASED: &str = "erased";

/// Stands for everybody, where lists are asked for. Nobody can be called so.
pub(crate) const EVERYBODY: &str = "*";

const LONGEST: usize = 200;

/// A name of a principal to give something to: one that people can read, and that no rule of ours uses.
pub(crate) fn new_principal(field: &'static str, typed: &str) -> Result<String, Error> {
    let name = one_line(typed, LONGEST).map_err(|fault| {
        Error::invalid(
            field,
            format!("This cannot be somebody's name here: {fault}."),
            "Give PROVIDER:SUBJECT, as `smart-begin access list` shows it, or a name of your own for a program.",
        )
    })?;
    if [ERASED, EVERYBODY].contains(&name.as_str()) || name.starts_with("role:") {
        return Err(Error::invalid(field, "Nobody can be called so here.", "Choose another name."));
    }
    Ok(name)
}

/// A name of a principal to look for: exactly what was typed, since providers choose the names.
pub(crate) fn known_principal(field: &'static str, typed: &str) -> Result<String, Error> {
    if typed.is_empty() || typed.len() > 4 * LONGEST || [ERASED, EVERYBODY].contains(&typed) {
        let hint = "Give it as `smart-begin access list` shows it.";
        return Err(Error::invalid(field, "This is nobody's name here.", hint));
    }
    Ok(typed.to_owned())
}
