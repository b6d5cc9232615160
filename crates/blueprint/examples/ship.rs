//! Freezes each current blueprint whose version was not shipped yet: `cargo xtask ship`, before a release.
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a tool for the maintainers")]

use std::error::Error;
use std::path::Path;

use blueprint::{Answers, Catalogue, ProjectName, pack};

fn main() -> Result<(), Box<dyn Error>> {
    let catalogue = Catalogue::open()?;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../blueprints/shipped");
    std::fs::create_dir_all(&folder)?;
    for blueprint in catalogue.blueprints()? {
        let (template, stack, version) = (blueprint.template(), blueprint.stack(), &blueprint.manifest().version);
        let file = folder.join(format!("{template}-{stack}-{version}.tar.gz"));
        if file.exists() && !std::env::args().any(|argument| argument == "--again") {
            println!("{template}/{stack} {version} was shipped already");
            continue;
        }
        std::fs::write(&file, pack(blueprint, &samples(template, stack)?)?)?;
        println!("{template}/{stack} {version} is frozen in {}", file.file_name().unwrap_or_default().display());
    }
    Ok(())
}

/// Answers that reach every branch of the templates.
fn samples(template: &str, stack: &str) -> Result<Vec<Answers>, Box<dyn Error>> {
    let plain = Answers {
        name: ProjectName::parse("sample")?,
        description: "A sample.".to_owned(),
        template: template.to_owned(),
        stack: stack.to_owned(),
        target_users: vec![],
        goals: vec![],
        role: "developer".to_owned(),
        quality: "standard".to_owned(),
        compliance: vec![],
        author: "The sample authors".to_owned(),
        owner: "The sample authors".to_owned(),
        contact: String::new(),
        license: "Apache-2.0".to_owned(),
        year: None,
    };
    let everything = Answers {
        name: ProjectName::parse("Sample Service 2")?,
        description: "A \"sample\" with <odd> | characters \\ and `more`.".to_owned(),
        target_users: blueprint::TARGET_USERS.map(str::to_owned).to_vec(),
        goals: vec!["Fewer late payments".to_owned(), "More *joy*".to_owned()],
        role: "operations-engineer".to_owned(),
        quality: "production".to_owned(),
        compliance: vec!["SOC 2".to_owned()],
        author: "Ada Lovelace <ada@example.org>".to_owned(),
        owner: "@example/team".to_owned(),
        contact: "security@example.org".to_owned(),
        license: "MIT".to_owned(),
        year: Some(2026),
        ..plain.clone()
    };
    let mut samples = vec![plain.clone(), everything.clone()];
    for role in blueprint::ROLES {
        samples.push(Answers { role: role.to_owned(), license: "UNLICENSED".to_owned(), ..everything.clone() });
    }
    Ok(samples)
}
