//! Container images are named by their digest.

use std::collections::HashMap;

use domain::Severity;

use crate::repository::gate::Evidence;
use crate::repository::rule::{Flaw, Rule, Verdict};
use crate::repository::view::{Dockerfile, Repository};

pub(super) const RULE: Rule = Rule {
    id: "pinned-images",
    title: "Container images are pinned by digest",
    why: "A tag can lead to another image tomorrow: the build then is not the one that was tested, or is somebody else's.",
    severity: Severity::Low,
    practices: &["Scorecard Pinned-Dependencies"],
    look,
};

const HINT: &str = "Add the digest behind the tag: `image:1.2.3@sha256:…` (`docker buildx imagetools inspect image:1.2.3` \
    shows it), and let Dependabot or Renovate raise it.";

fn look(repository: &Repository<'_>) -> Verdict {
    let mut named: Vec<(&str, u32, String)> = Vec::new();
    for dockerfile in &repository.dockerfiles {
        named
            .extend(of_dockerfile(dockerfile).into_iter().map(|(line, image)| (dockerfile.file.as_str(), line, image)));
    }
    for workflow in &repository.workflows {
        let images = workflow.images().into_iter();
        named.extend(images.map(|(image, line)| (workflow.file.as_str(), line, image.to_owned())));
    }
    for pipeline in &repository.pipelines {
        named.extend(pipeline.images().into_iter().map(|(image, line)| (pipeline.file.as_str(), line, image)));
    }
    for (file, root) in &repository.compose {
        let services = root.get("services").map(|services| services.entries()).unwrap_or_default();
        let bought = services.iter().map(|(_, service)| service).filter(|service| service.get("build").is_none());
        let images =
            bought.filter_map(|service| service.get("image")).filter_map(|image| Some((image.text()?, image.line)));
        named.extend(images.map(|(image, line)| (file.as_str(), line, image.to_owned())));
    }
    let flaws = named.iter().filter_map(|(file, line, image)| flaw(file, *line, image)).collect();
    Verdict::of(flaws, || {
        vec![Evidence::note(match named.len() {
            0 => "No file that was looked at names a container image.".to_owned(),
            many => format!("All {many} images are named by their digest, or decided by a variable."),
        })]
    })
}

fn flaw(file: &str, line: u32, image: &str) -> Option<Flaw> {
    if image.is_empty() || image.contains("@sha256:") || image.contains(['$', '{', '<']) || image == "scratch" {
        return None;
    }
    let tag = image.rsplit('/').next().and_then(|last| last.split_once(':')).map(|(_, tag)| tag);
    let name: String = image.chars().filter(|letter| !letter.is_control()).take(120).collect();
    Some(match tag {
        None | Some("latest") => {
            let message = format!("The image {name} is whatever is newest at the time.");
            Flaw::at(file, line, &name, message, HINT).severity(Severity::Medium)
        }
        Some(_) => {
            let message = format!("The image {name} is named by a tag, which its owner can move.");
            Flaw::at(file, line, &name, message, HINT)
        }
    })
}

/// The images of others that a Dockerfile builds on or copies from. Names with a variable are filled in where the file
/// has a default for it.
fn of_dockerfile(dockerfile: &Dockerfile) -> Vec<(u32, String)> {
    let mut stages: Vec<String> = Vec::new();
    let mut defaults: HashMap<String, String> = HashMap::new();
    let mut found = Vec::new();
    for (line, word, rest) in &dockerfile.instructions {
        let mut words = rest.split_whitespace().filter(|word| !word.starts_with("--"));
        match word.as_str() {
            "ARG" => {
                if let Some((name, value)) = rest.split_once('=') {
                    defaults.insert(name.trim().to_owned(), value.trim().trim_matches(['"', '\'']).to_owned());
                }
            }
            "FROM" => {
                let image = filled(words.next().unwrap_or_default(), &defaults);
                if words.next().is_some_and(|word| word.eq_ignore_ascii_case("as")) {
                    stages.extend(words.next().map(str::to_lowercase));
                }
                found.push((*line, image));
            }
            "COPY" => {
                let from = rest.split_whitespace().find_map(|word| word.strip_prefix("--from="));
                let image = from.map(|from| filled(from, &defaults));
                found.extend(image.filter(|image| image.parse::<u32>().is_err()).map(|image| (*line, image)));
            }
            _ => {}
        }
    }
    found.retain(|(_, image)| !stages.contains(&image.to_lowercase()));
    found
}

fn filled(image: &str, defaults: &HashMap<String, String>) -> String {
    let mut filled = image.to_owned();
    for (name, value) in defaults.iter().filter(|(name, _)| !name.is_empty()) {
        // Defaults are short; a file that fills one into the other without end stops here.
        if filled.len() < 1_000 && value.len() < 1_000 {
            filled = filled.replace(&format!("${{{name}}}"), value).replace(&format!("${name}"), value);
        }
    }
    filled
}
