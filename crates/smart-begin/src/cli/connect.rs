//! `smart-begin connect`: sets up an AI assistant to start this server.

use std::path::{Path, PathBuf};

use app::{Error, ErrorKind};
use clap::{Args, ValueEnum};
use etcetera::{BaseStrategy as _, choose_base_strategy};
use serde_json::{Map, Value, json};
use similar::TextDiff;

use super::answer::Outcome;
use super::output::{self, QUIET, STRONG};
use crate::wire;

/// Set up an AI assistant to use smart-begin
#[derive(Args)]
pub(super) struct Connect {
    /// The assistant
    #[arg(value_enum)]
    client: Client,
    /// Folder beneath which it may write projects (default: the working folder)
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
    /// Edit the assistant's settings file: shows the difference and keeps a copy of the old file
    #[arg(long)]
    write: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Client {
    ClaudeDesktop,
    ClaudeCode,
    Cursor,
    Vscode,
    Inspector,
}

/// A settings file, and the key in it that holds the servers.
struct Settings {
    file: PathBuf,
    key: &'static str,
}

const NAME: &str = "smart-begin";

impl Connect {
    pub(super) fn run(self) -> Outcome {
        let root = self.root()?;
        let program = std::env::current_exe().map_err(Error::internal)?.display().to_string();
        let arguments = ["serve".to_owned(), "--root".to_owned(), root];
        let Some(settings) = settings(self.client)? else { return inspector(&program, &arguments, self.write) };
        let mut entry = json!({ "command": program, "args": arguments });
        if self.client == Client::Vscode {
            entry = json!({ "type": "stdio", "command": program, "args": arguments });
        }
        if self.write { edit(&settings, entry) } else { show(&settings, entry) }
    }

    /// The root as an absolute path, checked as the server will check it.
    fn root(&self) -> Result<String, Error> {
        let named: Vec<PathBuf> = self.root.iter().cloned().collect();
        let roots = wire::roots(&named)?;
        let root = roots.paths().next().map(|path| path.display().to_string());
        root.ok_or_else(|| {
            let hint = "Make a folder for projects and name it: smart-begin connect CLIENT --root ~/projects";
            Error::invalid(
                "--root",
                "The working folder cannot be opened to an assistant: it holds more than projects.",
                hint,
            )
        })
    }
}

fn settings(client: Client) -> Result<Option<Settings>, Error> {
    let strategy = choose_base_strategy().map_err(|cause| {
        Error::new(
            ErrorKind::Unavailable,
            "There is no home folder to look for the assistant's settings in.",
            "Set HOME.",
        )
        .because(cause)
    })?;
    // The places that each assistant documents: on Linux beneath ~/.config, on macOS beneath ~/Library/Application
    // Support, on Windows beneath %APPDATA%; Cursor and Claude Code use the home folder everywhere.
    let (home, config) = (strategy.home_dir(), application_support(&strategy));
    Ok(match client {
        Client::ClaudeDesktop => {
            Some(Settings { file: config.join("Claude/claude_desktop_config.json"), key: "mcpServers" })
        }
        Client::ClaudeCode => Some(Settings { file: home.join(".claude.json"), key: "mcpServers" }),
        Client::Cursor => Some(Settings { file: home.join(".cursor/mcp.json"), key: "mcpServers" }),
        Client::Vscode => Some(Settings { file: config.join("Code/User/mcp.json"), key: "servers" }),
        Client::Inspector => None,
    })
}

fn application_support(strategy: &impl etcetera::BaseStrategy) -> PathBuf {
    if cfg!(target_os = "macos") {
        strategy.home_dir().join("Library/Application Support")
    } else {
        strategy.config_dir()
    }
}

fn show(settings: &Settings, entry: Value) -> Outcome {
    let snippet = serde_json::to_string_pretty(&json!({ settings.key: { NAME: entry } })).map_err(Error::internal)?;
    let file = settings.file.display();
    output::print(&format!(
        "Put this into {STRONG}{file}{STRONG:#} (or let smart-begin do it: add --write), then restart the assistant:\n\n{snippet}\n"
    ))
}

fn inspector(program: &str, arguments: &[String], write: bool) -> Outcome {
    if write {
        return Err(Error::invalid(
            "--write",
            "The Inspector keeps no settings file; it takes the server on its command line.",
            "Leave --write out and run what is printed.",
        ));
    }
    let words: Vec<String> = std::iter::once(program).chain(arguments.iter().map(String::as_str)).map(quoted).collect();
    output::print(&format!(
        "Run this (it needs Node.js 22 or newer):\n\nnpx @modelcontextprotocol/inspector {}\n",
        words.join(" ")
    ))
}

fn quoted(word: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "/._-+:\\".contains(character);
    if word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

fn edit(settings: &Settings, entry: Value) -> Outcome {
    let file = settings.file.display();
    let old = read(&settings.file)?;
    let new = with_server(&old, settings.key, entry).map_err(|why| {
        let hint = "Put the snippet in by hand (leave --write out to see it). The file was not changed.";
        Error::new(ErrorKind::Refused, format!("{file} cannot be edited safely: {why}."), hint)
    })?;
    if old == new {
        return output::print(&format!("{file} has smart-begin already; nothing to change.\n"));
    }
    let difference = TextDiff::from_lines(&old, &new).unified_diff().context_radius(3).to_string();
    output::print(&format!("{difference}\n"))?;
    let kept = safe_fs::replace_file(&settings.file, new.as_bytes()).map_err(|cause| {
        Error::new(
            ErrorKind::Unavailable,
            format!("{file} could not be written; it is as it was."),
            "Look at its permissions.",
        )
        .because(cause)
    })?;
    let copy =
        kept.map_or_else(String::new, |copy| format!(" {QUIET}The old file is kept as {}.{QUIET:#}", copy.display()));
    output::print(&format!("Written to {STRONG}{file}{STRONG:#}.{copy} Restart the assistant to use it.\n"))
}

fn read(file: &Path) -> Result<String, Error> {
    match std::fs::read_to_string(file) {
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        other => other.map_err(|cause| {
            Error::new(
                ErrorKind::Unavailable,
                format!("{} cannot be read.", file.display()),
                "Look at its permissions.",
            )
            .because(cause)
        }),
    }
}

/// The settings with our server in them, everything else and its order as it was.
fn with_server(old: &str, key: &str, entry: Value) -> Result<String, &'static str> {
    let mut whole: Value = if old.trim().is_empty() {
        Value::Object(Map::new())
    } else {
        serde_json::from_str(old).map_err(|_| "it is not plain JSON (comments are not kept by programs)")?
    };
    let servers = whole
        .as_object_mut()
        .ok_or("it does not hold a JSON object")?
        .entry(key)
        .or_insert_with(|| Value::Object(Map::new()));
    servers.as_object_mut().ok_or("its list of servers is not a JSON object")?.insert(NAME.to_owned(), entry);
    let text = serde_json::to_string_pretty(&whole).map_err(|_| "it cannot be written as JSON")?;
    let same = serde_json::from_str::<Value>(old).is_ok_and(|before| before == whole);
    Ok(if same { old.to_owned() } else { format!("{text}\n") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_servers_and_their_order_stay() {
        let old = r#"{"z": 1, "mcpServers": {"other": {"command": "x"}}, "a": 2}"#;
        let new = with_server(old, "mcpServers", json!({"command": "y"})).unwrap();
        let value: Value = serde_json::from_str(&new).unwrap();
        assert_eq!(value["mcpServers"]["other"]["command"], "x");
        assert_eq!(value["mcpServers"]["smart-begin"]["command"], "y");
        assert_eq!(value.as_object().unwrap().keys().collect::<Vec<_>>(), ["z", "mcpServers", "a"]);
        assert_eq!(
            with_server(&new, "mcpServers", json!({"command": "y"})).unwrap(),
            new,
            "a second time changes nothing"
        );
    }

    #[test]
    fn what_is_not_plain_json_is_left_alone() {
        assert!(with_server("// mine\n{}", "servers", json!({})).is_err());
        assert!(with_server("[]", "servers", json!({})).is_err());
        assert!(with_server(r#"{"servers": 3}"#, "servers", json!({})).is_err());
    }
}
