//! The project that everybody makes: its files as ours begins them, and the same files as the others' templates.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::workshop::{Workshop, run, write};
use crate::Failure;

/// What is asked for, on the command line and over MCP alike.
pub(super) const NAME: &str = "bench-service";
const STACK: &str = "typescript";
const AUTHOR: &str = "Bench <bench@example.org>";
const DESCRIPTION: &str = "Keeps notes for the benchmark";
/// The one file that the other template engines render.
const RENDERED: &str = "README.md";

/// The arguments of `smart-begin new`, but for the folder.
pub(super) fn new_arguments() -> Vec<&'static str> {
    vec!["new", NAME, "--yes", "--stack", STACK, "--author", AUTHOR, "--description", DESCRIPTION]
}

/// The arguments of the tool, for a plan.
pub(super) fn plan_arguments() -> Value {
    json!({ "projectName": NAME, "stack": STACK, "author": AUTHOR, "description": DESCRIPTION, "apply": false })
}

/// A file of the project.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct File {
    pub(super) path: String,
    pub(super) executable: bool,
    pub(super) bytes: Vec<u8>,
}

/// The project without a repository, and its files.
pub(super) struct Project {
    pub(super) folder: PathBuf,
    pub(super) files: Vec<File>,
}

impl Project {
    /// Begins it with our program.
    pub(super) fn begin(workshop: &Workshop<'_>) -> Result<Self, Failure> {
        let folder = workshop.path("tree").join(NAME);
        fs::create_dir(workshop.path("tree")).map_err(|fault| Failure::because("the folder of the tree", fault))?;
        run(workshop.ours(&new_arguments()).arg("--no-git").arg("--dir").arg(&folder))?;
        let files = read(&folder)?;
        Ok(Self { folder, files })
    }

    /// How much it is, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.files.iter().map(|file| file.bytes.len()).sum()
    }

    /// That `folder` holds exactly these files, beside a repository.
    pub(super) fn check_same(&self, folder: &Path, who: &str) -> Result<(), Failure> {
        let mut found = read(folder)?;
        found.retain(|file| !file.path.starts_with(".git/"));
        let plain =
            |files: &[File]| files.iter().map(|file| (file.path.clone(), file.bytes.clone())).collect::<Vec<_>>();
        if plain(&found) == plain(&self.files) {
            return Ok(());
        }
        Err(Failure(format!("{who} did not make the same files; the comparison would be worth nothing")))
    }

    /// A template for copier: one file is rendered, all others are copied.
    pub(super) fn copier_template(&self, workshop: &Workshop<'_>) -> Result<PathBuf, Failure> {
        let template = workshop.path("copier");
        let settings = json!({ "_subdirectory": "tree", "slug": NAME });
        write(&template.join("copier.yml"), settings.to_string())?;
        for file in &self.files {
            let rendered = file.path == RENDERED;
            let (bytes, suffix) =
                if rendered { (rendered_by(&file.bytes, "slug"), ".jinja") } else { (file.bytes.clone(), "") };
            put(&template.join("tree").join(format!("{}{suffix}", file.path)), &bytes, file.executable)?;
        }
        Ok(template)
    }

    /// A template for cookiecutter: one file is rendered, all others are copied.
    pub(super) fn cookiecutter_template(&self, workshop: &Workshop<'_>) -> Result<PathBuf, Failure> {
        let template = workshop.path("cookiecutter");
        let copied: Vec<&str> =
            self.files.iter().map(|file| file.path.as_str()).filter(|path| *path != RENDERED).collect();
        write(
            &template.join("cookiecutter.json"),
            json!({ "slug": NAME, "_copy_without_render": copied }).to_string(),
        )?;
        for file in &self.files {
            let bytes =
                if file.path == RENDERED { rendered_by(&file.bytes, "cookiecutter.slug") } else { file.bytes.clone() };
            put(&template.join("{{cookiecutter.slug}}").join(&file.path), &bytes, file.executable)?;
        }
        Ok(template)
    }

    /// What the peer on the TypeScript SDK needs: the files, and `reply` (ours) to take the constant parts from.
    pub(super) fn bundle(&self, workshop: &Workshop<'_>, reply: &Value, tool: &Value) -> Result<PathBuf, Failure> {
        // All of them are text; a hash that is not ours would tell if one were not.
        let text = |file: &File| String::from_utf8_lossy(&file.bytes).into_owned();
        let file = |file: &File| json!({ "path": file.path, "executable": file.executable, "text": text(file) });
        let properties = &tool["inputSchema"]["properties"];
        let choices = ["projectTemplate", "stack", "role", "qualityLevel", "license"]
            .map(|name| (name, properties[name]["enum"].clone()));
        let mut choices: serde_json::Map<String, Value> = choices
            .into_iter()
            .filter(|(_, list)| list.is_array())
            .map(|(name, list)| (name.to_owned(), list))
            .collect();
        choices.insert("targetUsers".to_owned(), properties["targetUsers"]["items"]["enum"].clone());
        let bundle = json!({
            "files": self.files.iter().map(file).collect::<Vec<_>>(),
            "choices": choices,
            "answer": reply["structuredContent"],
            "text": reply["content"][0]["text"],
        });
        workshop.write("bundle.json", bundle.to_string())
    }
}

/// The text with the name of the project left to the engine, and what looks like its own syntax escaped.
fn rendered_by(bytes: &[u8], variable: &str) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let escaped = text.replace("{{", "{{ '{{' }}").replace("{%", "{{ '{%' }}").replace("{#", "{{ '{#' }}");
    escaped.replace(NAME, &format!("{{{{ {variable} }}}}")).into_bytes()
}

fn put(path: &Path, bytes: &[u8], executable: bool) -> Result<(), Failure> {
    write(path, bytes)?;
    let mode = fs::Permissions::from_mode(if executable { 0o755 } else { 0o644 });
    fs::set_permissions(path, mode).map_err(|fault| Failure::because("the mode of a file of the run", fault))
}

/// All files beneath `folder`, sorted by path.
fn read(folder: &Path) -> Result<Vec<File>, Failure> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    let unreadable = |fault| Failure::because("a project cannot be read", fault);
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let executable = fs::metadata(&path).map_err(unreadable)?.permissions().mode() & 0o100 != 0;
            let bytes = fs::read(&path).map_err(unreadable)?;
            let path = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().into_owned();
            files.push(File { path, executable, bytes });
        }
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_template_is_escaped() {
        let text = rendered_by(b"bench-service {{ x }}", "slug");
        assert_eq!(String::from_utf8(text).unwrap(), "{{ slug }} {{ '{{' }} x }}");
    }
}
