//! What a plan holds, and what no answer can do to it.

use blueprint::{Answers, Catalogue, LICENSES, Plan, ProjectName, ROLES, TARGET_USERS};
use proptest::prelude::*;

use crate::answers;

const STACKS: [&str; 3] = ["python", "rust", "typescript"];

fn text<'a>(plan: &'a Plan, path: &str) -> &'a str {
    std::str::from_utf8(&plan.file(path).unwrap_or_else(|| panic!("{path} is planned")).bytes).unwrap()
}

#[test]
fn every_stack_can_be_planned_and_has_what_a_project_needs() {
    let catalogue = Catalogue::open().unwrap();
    assert_eq!(catalogue.stacks("api-service"), STACKS);
    for stack in STACKS {
        let blueprint = catalogue.find("api-service", stack).unwrap().unwrap();
        let plan = blueprint.plan(&answers(stack)).unwrap();
        for path in [
            "Makefile",
            "README.md",
            "SECURITY.md",
            "CONTRIBUTING.md",
            "LICENSE",
            "AGENTS.md",
            "Dockerfile",
            "compose.yaml",
            ".editorconfig",
            ".gitignore",
            ".env.example",
            ".pre-commit-config.yaml",
            ".github/workflows/ci.yml",
            ".github/dependabot.yml",
            ".github/CODEOWNERS",
            ".smart-begin.toml",
            "docs/publish.md",
            "config/production.env.example",
            "config/staging.env.example",
        ] {
            assert!(plan.file(path).is_some(), "{stack}: {path}");
        }
        assert!(blueprint.manifest().gates.len() >= 5, "{stack} names its gates");
        assert!(text(&plan, ".github/CODEOWNERS").contains("@example/team"));
        let record: toml::Table = toml::from_str(text(&plan, ".smart-begin.toml")).unwrap();
        assert_eq!(record["answers"]["author"].as_str(), Some("Ada Lovelace <ada@example.org>"));
        assert_eq!(record["blueprint"]["hash"].as_str(), Some(blueprint.hash()));
    }
}

#[test]
fn no_file_names_a_registry_host_or_a_place_of_this_machine() {
    let catalogue = Catalogue::open().unwrap();
    // Written in pieces, so that this file does not hold them either.
    let hosts = [
        ["registry.npm", "js.org"],
        ["files.python", "hosted.org"],
        ["proxy.golang", ".org"],
        ["/ro", "ot/"],
        ["/ho", "me/"],
    ]
    .map(|pair| pair.concat());
    for stack in STACKS {
        for file in catalogue.find("api-service", stack).unwrap().unwrap().plan(&answers(stack)).unwrap().files {
            let text = String::from_utf8_lossy(&file.bytes).into_owned();
            for host in &hosts {
                assert!(!text.contains(host.as_str()), "{stack}: {} names {host}", file.path);
            }
        }
    }
}

#[test]
fn documents_follow_the_people_they_are_for() {
    let catalogue = Catalogue::open().unwrap();
    let blueprint = catalogue.find("api-service", "python").unwrap().unwrap();
    let plan = |users: &[&str]| {
        let target_users = users.iter().map(|user| (*user).to_owned()).collect();
        blueprint.plan(&Answers { target_users, ..answers("python") }).unwrap()
    };
    let (nobody, coders, strategy) = (plan(&[]), plan(&["vibe-coders"]), plan(&["strategy-people"]));
    assert!(nobody.file("docs/start-here.md").is_some());
    assert!(coders.file("docs/for-vibe-coders.md").is_some() && strategy.file("docs/for-vibe-coders.md").is_none());
    assert!(strategy.file("docs/for-strategy.md").is_some() && coders.file("docs/for-strategy.md").is_none());
}

#[test]
fn without_a_contact_or_owner_none_is_invented() {
    let catalogue = Catalogue::open().unwrap();
    for stack in STACKS {
        let bare = Answers {
            contact: String::new(),
            owner: "Ada".to_owned(),
            author: "Ada".to_owned(),
            year: None,
            ..answers(stack)
        };
        let plan = catalogue.find("api-service", stack).unwrap().unwrap().plan(&bare).unwrap();
        assert!(!text(&plan, "SECURITY.md").contains('@'), "no address in SECURITY.md");
        let owners = text(&plan, ".github/CODEOWNERS");
        assert!(owners.lines().all(|line| line.is_empty() || line.starts_with('#')), "{owners}");
    }
}

/// Text with what files, shells and templates take for something else.
fn hostile() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "\"",
        "'",
        "\\",
        "${{ secrets.X }}",
        "{{ x }}",
        "{= name =}",
        "{% if x %}",
        "<script>alert(1)</script>",
        "|",
        "`rm -rf /`",
        "$(id)",
        "# ",
        "---",
        "é",
        "日本",
        "👩‍💻",
        "شركة",
        "-->",
        "]]>",
        "*/",
        "%s",
        "\\n",
        "key: value",
        "[x](http://y.example)",
        "a",
        "B",
        "1",
        " ",
        "@org/team",
        "&amp;",
        "~~",
        "__x__",
    ]);
    prop::collection::vec(pieces, 1..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn free_text_stays_text(
        stack in prop::sample::select(STACKS.to_vec()),
        description in hostile(), author in hostile(), owner in hostile(), contact in hostile(), goal in hostile(),
        license in prop::sample::select(LICENSES.to_vec()), role in prop::sample::select(ROLES.to_vec()),
        users in prop::sample::subsequence(TARGET_USERS.to_vec(), 0..=3),
    ) {
        let catalogue = Catalogue::open().unwrap();
        let answers = Answers {
            name: ProjectName::parse("Demo Notes").unwrap(),
            description: description.clone(), author, owner, contact, goals: vec![goal],
            license: license.to_owned(), role: role.to_owned(), target_users: users.iter().map(|user| (*user).to_owned()).collect(),
            ..answers(stack)
        };
        let blueprint = catalogue.find("api-service", stack).unwrap().unwrap();
        let plan = blueprint.plan(&answers).unwrap();
        prop_assert_eq!(&plan, &Catalogue::open().unwrap().find("api-service", stack).unwrap().unwrap().plan(&answers).unwrap());
        let record: toml::Table = toml::from_str(text(&plan, ".smart-begin.toml")).unwrap();
        prop_assert_eq!(record["answers"]["description"].as_str(), Some(description.as_str()));
        let plain = blueprint.plan(&Answers { license: license.to_owned(), target_users: answers.target_users.clone(), ..crate::answers(stack) }).unwrap();
        for file in &plan.files {
            let text = String::from_utf8_lossy(&file.bytes);
            match file.path.rsplit('.').next() {
                Some("toml") => prop_assert!(toml::from_str::<toml::Table>(&text).is_ok(), "{}", file.path),
                Some("json") if !file.path.starts_with("tsconfig") => prop_assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{}", file.path),
                _ => {}
            }
            // What is run is the same whatever people typed.
            let run = file.path.starts_with(".github/workflows/") || file.executable || matches!(file.path.as_str(), "Makefile" | "Dockerfile");
            if run {
                let same = plain.file(&file.path).map(|other| String::from_utf8_lossy(&other.bytes).into_owned());
                prop_assert_eq!(same.as_deref(), Some(text.as_ref()), "{}", file.path);
            }
        }
    }
}
