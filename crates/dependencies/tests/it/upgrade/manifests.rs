//! One version is replaced, and every other byte stays.

use dependencies::upgrade::{Override, edit_manifest, override_npm, replace_hashed_pin};
use domain::Ecosystem;

use super::NOTHING_WRONG;

fn edited(name: &str, text: &str, ecosystem: &str, package: &str, to: (&str, &str)) -> Option<String> {
    let edited = edit_manifest(name, text, &Ecosystem::new(ecosystem), package, to, NOTHING_WRONG)?;
    assert!(!edited.raised.is_empty());
    Some(edited.text)
}

/// Each `«old|new»` in `text` is what is to change, and nothing else may.
fn check(name: &str, ecosystem: &str, package: &str, to: (&str, &str), text: &str) {
    let (mut before, mut after, mut rest) = (String::new(), String::new(), text);
    while let Some((plain, marked)) = rest.split_once('«') {
        let (marked, tail) = marked.split_once('»').unwrap();
        let (old, new) = marked.split_once('|').unwrap();
        before.extend([plain, old]);
        after.extend([plain, new]);
        rest = tail;
    }
    before.push_str(rest);
    after.push_str(rest);
    let expected = (before != after).then_some(after);
    assert_eq!(edited(name, &before, ecosystem, package, to), expected);
}

#[test]
fn cargo() {
    check(
        "sub/Cargo.toml",
        Ecosystem::CARGO,
        "time",
        ("0.1.40", "0.1.45"),
        r#"# First.
[package]
name = "a"   # mine

[dependencies]
zzz = "1"
time = «"0.1"|"0.1.45"» # keep this
later = { package = "time", version = «"=0.1.40"|"=0.1.45"», features = [ "x" ] }
other = { path = "time" }
chrono = "0.1.2"

[dev-dependencies.time]
version = «"~0.1.3"|"~0.1.45"»

[target.'cfg(unix)'.build-dependencies]
time = "0.3"

[workspace.dependencies]
time = { version = «"^0.1.1"|"^0.1.45"» }
"#,
    );
    assert_eq!(
        edited(
            "Cargo.toml",
            "[dependencies]\ntime = \">=0.1, <0.1.44\"\n",
            Ecosystem::CARGO,
            "time",
            ("0.1.40", "0.1.45")
        ),
        None
    );
    assert_eq!(edited("Cargo.toml", "not toml [", Ecosystem::CARGO, "time", ("0.1.40", "0.1.45")), None);
}

#[test]
fn npm() {
    check(
        "package.json",
        Ecosystem::NPM,
        "lodash",
        ("4.17.15", "4.17.21"),
        "{\r\n\t\"name\": \"lodash\",\r\n\t\"devDependencies\": { \"lodash\":«\"~4.17.0\"|\"~4.17.21\"» , \"b\": \"1\"},\r\n\t\"dependencies\": {\r\n\t\t\"z\": \"1\",\r\n\t\t\"lodash\": «\"^4.17.15\"|\"^4.17.21\"»\r\n\t}\r\n}",
    );
    for range in ["*", ">=4 <5", "4.17.15 || 3", "npm:other@4.17.15", "latest", "git+ssh://x", "4.17.x", "^4.17.21"] {
        let text = format!("{{\"dependencies\": {{\"lodash\": \"{range}\"}}}}");
        assert_eq!(edited("package.json", &text, Ecosystem::NPM, "lodash", ("4.17.15", "4.17.21")), None, "{range}");
    }
}

#[test]
fn npm_overrides() {
    let wanted = Override { package: "minimist", from: None, to: "1.2.8" };
    let text = "{\n    \"name\": \"a\",\n    \"dependencies\": {\n        \"b\": \"1\"\n    }\n}\n";
    let made = override_npm(text, &wanted).unwrap();
    let expected = "{\n    \"name\": \"a\",\n    \"dependencies\": {\n        \"b\": \"1\"\n    },\n    \"overrides\": {\n        \"minimist\": \"1.2.8\"\n    }\n}\n";
    assert_eq!(made, expected);
    let more = override_npm(&made, &Override { package: "x", from: Some("^2.0.0"), to: "2.1.0" }).unwrap();
    assert!(more.contains("        \"minimist\": \"1.2.8\",\n        \"x@^2.0.0\": \"2.1.0\"\n"), "{more}");
    let nested = "{\"overrides\": {\"minimist\": {\"a\": \"1\"}}}";
    assert_eq!(override_npm(nested, &wanted), None);
    assert_eq!(override_npm(&"[".repeat(100_000), &wanted), None);
}

#[test]
fn requirements() {
    check(
        "requirements.txt",
        Ecosystem::PYPI,
        "typing-extensions",
        ("4.1.0", "4.2.0"),
        "-r other.txt\nTyping_Extensions[x, y]«==4.1.0|==4.2.0» ; python_version < '3.9'  # why\ntyping-extensions-more==4.1.0\ntyping.extensions «>= 4.0|>= 4.2.0», <5 --flag\ntyping-extensions>4.0\ntyping-extensions==4.*\n# typing-extensions==4.1.0\ntyping-extensions>=4.0,<4.2",
    );
    check("dev.in", Ecosystem::PYPI, "x", ("1.2.0", "1.5.3"), "x ~=«1.2|1.5,>=1.5.3»\r\n\r\ny==1\r\n");
}

#[test]
fn pyproject() {
    check(
        "pyproject.toml",
        Ecosystem::PYPI,
        "jinja2",
        ("3.1.2", "3.1.6"),
        r#"[project]
dependencies = [
    "flask>=2",  # web
    «"Jinja2>=3.1,<4"|"Jinja2>=3.1.6,<4"»,
    "jinja2-time==1",
]
[project.optional-dependencies]
docs = [ «'jinja2 == 3.1.2 ; extra'|"jinja2 == 3.1.6 ; extra"» ]
[dependency-groups]
dev = [«"jinja2~=3.1.2"|"jinja2~=3.1.6"», { include-group = "docs" }]
[tool.poetry.dependencies]
python = "^3.9"
Jinja2 = { version = «"^3.1.2"|"^3.1.6"», extras = ["x"] }
[tool.poetry.group.dev.dependencies]
jinja2 = «"^3.0"|"^3.1.6"»
"#,
    );
}

#[test]
fn go() {
    check(
        "go.mod",
        Ecosystem::GO,
        "golang.org/x/text",
        ("v0.3.0", "0.3.8"),
        "module golang.org/x/text\n\ngo 1.21\n\nrequire golang.org/x/text «v0.3.0|v0.3.8» // indirect\n\nrequire (\n\tgolang.org/x/text/v2 v0.3.0\n\tgolang.org/x/text   «v0.3.1|v0.3.8» // why\n)\n\nexclude (\n\tgolang.org/x/text v0.3.0\n)\n\nreplace golang.org/x/text => ../text\n",
    );
}

#[test]
fn a_pin_with_hashes_is_replaced_whole() {
    let text = "a==1 \\\n    --hash=sha256:00 \\\n    --hash=sha256:01\n    # via b\nb==2 \\\n    --hash=sha256:02\n";
    let made = replace_hashed_pin(text, "a", "a==1.1 \\\n    --hash=sha256:ff\n").unwrap();
    assert_eq!(made, "a==1.1 \\\n    --hash=sha256:ff\n    # via b\nb==2 \\\n    --hash=sha256:02\n");
    assert_eq!(replace_hashed_pin(text, "c", "c==1"), None);
}
