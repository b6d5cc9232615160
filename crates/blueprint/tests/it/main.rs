//! The engine and the shipped blueprints, without a disk.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod first_commit;
mod plans;
mod shipped;

use blueprint::{Answers, ProjectName};

/// Answers with nothing special about them.
fn answers(stack: &str) -> Answers {
    Answers {
        name: ProjectName::parse("demo-notes").unwrap(),
        description: "Keeps notes.".to_owned(),
        template: "api-service".to_owned(),
        stack: stack.to_owned(),
        target_users: vec![],
        goals: vec!["Fewer forgotten things".to_owned()],
        role: "developer".to_owned(),
        quality: "standard".to_owned(),
        compliance: vec![],
        author: "Ada Lovelace <ada@example.org>".to_owned(),
        owner: "@example/team".to_owned(),
        contact: "security@example.org".to_owned(),
        license: "Apache-2.0".to_owned(),
        year: Some(2026),
    }
}
