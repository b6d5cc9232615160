//! Each generated project, built for real from a clean checkout: it passes its own gates, and each gate catches its own fault.

use std::path::{Path, PathBuf};
use std::time::Duration;

use testkit::{Outcome, Run};

use crate::program::Home;

/// Building a stack's tools and packages cold takes minutes on two cores.
const PATIENCE: Duration = Duration::from_secs(30 * 60);

/// A fault to plant, and the gate that must catch it.
struct Control {
    fault: &'static str,
    gate: &'static str,
    file: &'static str,
    /// What to put at the end of the file; a new file where there is none.
    append: String,
}

/// A project in a clean checkout of what was begun.
struct Checkout {
    home: Home,
    folder: PathBuf,
}

impl Checkout {
    fn of(stack: &str) -> Self {
        let home = Home::new();
        home.begin(
            "proven-service",
            &["--stack", stack, "--yes", "--owner", "@example/team", "--contact", "security@example.org"],
        );
        let folder = home.root().join("checkout");
        let source = home.work().join("proven-service");
        let _ = Run::new("git").args(["clone", "--quiet"]).arg(&source).arg(&folder).run().expect_ok();
        Self { home, folder }
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Outcome {
        let run = Run::new(program).args(arguments).folder(&self.folder).within(PATIENCE);
        // The project's own name and e-mail for commits; nothing of the machine's.
        run.env("GIT_CONFIG_GLOBAL", self.home.root().join("gitconfig")).env("REQUIRE_ALL", "").run()
    }

    fn make(&self, target: &str) -> Outcome {
        self.run("make", &[target])
    }

    #[track_caller]
    fn is_clean(&self, after: &str) {
        let status = self.run("git", &["status", "--porcelain", "--untracked-files=all"]).expect_ok().stdout;
        assert_eq!(status, "", "git status is clean after {after}");
    }

    fn restore(&self) {
        let _ = self.run("git", &["reset", "--quiet", "--hard"]).expect_ok();
        let _ = self.run("git", &["clean", "--quiet", "-fd"]).expect_ok();
    }

    /// Plants a fault, sees the gate fail, and takes the fault away again.
    #[track_caller]
    fn catches(&self, control: &Control) {
        let path = self.folder.join(control.file.replace("PACKAGE", "proven_service"));
        append(&path, &control.append);
        let outcome = self.make(control.gate);
        assert!(
            !outcome.ok(),
            "make {} does not catch {}\n{}\n{}",
            control.gate,
            control.fault,
            outcome.stdout,
            outcome.stderr
        );
        self.restore();
    }

    /// Everything a first commit must show, whatever its stack.
    fn prove(&self, controls: &[Control]) {
        std::fs::write(self.home.root().join("gitconfig"), "[user]\n\tname = Test\n\temail = test@example.org\n")
            .unwrap();
        let _ = self.make("setup").expect_ok();
        self.is_clean("make setup");
        let _ = self.make("check").expect_ok();
        self.is_clean("make check");
        self.catches_secrets();
        self.catches_unpinned_actions();
        for control in controls {
            self.catches(control);
        }
        self.is_clean("the controls");
    }

    /// In the working tree by `make secrets`, and before a commit by the hook.
    fn catches_secrets(&self) {
        // In pieces, so that no scanner takes this file for the leak.
        let secret = format!("aws_key = \"{}{}\"\n", "AKIA", "Q3EGUYZJ7WTNB4XD");
        append(&self.folder.join("notes.txt"), &secret);
        let outcome = self.make("secrets");
        assert!(!outcome.ok(), "make secrets does not see it\n{}", outcome.stdout);
        assert!(
            !outcome.stdout.contains("Q3EGUYZJ7WTNB4XD") && !outcome.stderr.contains("Q3EGUYZJ7WTNB4XD"),
            "what is found is not shown"
        );
        let _ = self.run("git", &["add", "notes.txt"]).expect_ok();
        assert!(!self.make("secrets-staged").ok());
        let commit = self.run("git", &["commit", "--quiet", "-m", "Add notes"]);
        assert!(!commit.ok(), "the hook stops the commit\n{}\n{}", commit.stdout, commit.stderr);
        self.restore();
    }

    fn catches_unpinned_actions(&self) {
        let path = self.folder.join(".github/workflows/ci.yml");
        let text = std::fs::read_to_string(&path).unwrap();
        let at = text.find("uses: actions/checkout@").unwrap() + "uses: actions/checkout@".len();
        std::fs::write(&path, format!("{}v7{}", &text[..at], &text[at + 40..])).unwrap();
        assert!(!self.make("pins").ok(), "make pins sees an action by tag");
        self.restore();
    }
}

fn append(path: &Path, text: &str) {
    let before = std::fs::read_to_string(path).unwrap_or_default();
    std::fs::write(path, before + text).unwrap();
}

/// A function that no test calls, longer than everything that is tested, so that no share of 85 % is left.
fn untested(start: &str, line: &str, end: &str) -> String {
    format!("{start}{}{end}", line.repeat(2000))
}

fn needed(tools: &[&str]) -> bool {
    tools.iter().all(|tool| testkit::tool(tool).is_some())
}

#[test]
fn the_typescript_project_passes_its_gates_and_each_catches_its_fault() {
    if !needed(&["node", "npm", "go", "make", "git", "openssl", "prek"]) {
        return;
    }
    Checkout::of("typescript").prove(&[
        Control {
            fault: "bad layout",
            gate: "format-check",
            file: "src/odd.ts",
            append: "export   const  odd=1\n".to_owned(),
        },
        Control {
            fault: "a lint error",
            gate: "lint",
            file: "src/odd.ts",
            append:
                "export async function odd(): Promise<void> {\n  Promise.resolve(1);\n  await Promise.resolve();\n}\n"
                    .to_owned(),
        },
        Control {
            fault: "a type error",
            gate: "types",
            file: "src/odd.ts",
            append: "export const odd: number = 'one';\n".to_owned(),
        },
        Control {
            fault: "a failing test",
            gate: "coverage",
            file: "tests/odd.test.ts",
            append: "import { expect, it } from 'vitest';\n\nit('fails', () => {\n  expect(1).toBe(2);\n});\n"
                .to_owned(),
        },
        Control {
            fault: "untested code",
            gate: "coverage",
            file: "src/odd.ts",
            append: untested(
                "export function odd(): number {\n  let count = 0;\n",
                "  count += 1;\n",
                "  return count;\n}\n",
            ),
        },
    ]);
}

#[test]
fn the_python_project_passes_its_gates_and_each_catches_its_fault() {
    if !needed(&["uv", "python3", "go", "make", "git", "openssl", "prek"]) {
        return;
    }
    Checkout::of("python").prove(&[
        Control {
            fault: "bad layout",
            gate: "format-check",
            file: "src/PACKAGE/odd.py",
            append: "odd   =  1\n".to_owned(),
        },
        Control {
            fault: "a lint error",
            gate: "lint",
            file: "src/PACKAGE/odd.py",
            append: "\"\"\"Odd.\"\"\"\n\nimport os\n".to_owned(),
        },
        Control {
            fault: "a type error",
            gate: "types",
            file: "src/PACKAGE/odd.py",
            append: "\"\"\"Odd.\"\"\"\n\nodd: int = \"one\"\n".to_owned(),
        },
        Control {
            fault: "a failing test",
            gate: "coverage",
            file: "tests/test_odd.py",
            append: "def test_fails() -> None:\n    assert 1 == 2\n".to_owned(),
        },
        Control {
            fault: "untested code",
            gate: "coverage",
            file: "src/PACKAGE/odd.py",
            append: untested(
                "\"\"\"Odd.\"\"\"\n\n\ndef odd() -> int:\n    count = 0\n",
                "    count += 1\n",
                "    return count\n",
            ),
        },
    ]);
}

#[test]
fn the_rust_project_passes_its_gates_and_each_catches_its_fault() {
    if !needed(&["cargo", "go", "make", "git", "openssl", "prek"]) {
        return;
    }
    Checkout::of("rust").prove(&[
        Control { fault: "bad layout", gate: "format-check", file: "src/main.rs", append: "fn  odd( ){}\n".to_owned() },
        Control {
            fault: "a lint error",
            gate: "lint",
            file: "src/lib.rs",
            append: "\n/// Odd.\npub fn odd(text: Option<&str>) -> &str {\n    text.unwrap()\n}\n".to_owned(),
        },
        Control {
            fault: "a type error",
            gate: "types",
            file: "src/lib.rs",
            append: "\n/// Odd.\npub fn odd() -> u32 {\n    \"one\"\n}\n".to_owned(),
        },
        Control {
            fault: "a failing test",
            gate: "coverage",
            file: "src/lib.rs",
            append: "\n#[cfg(test)]\nmod odd {\n    #[test]\n    fn fails() {\n        assert_eq!(1, 2);\n    }\n}\n"
                .to_owned(),
        },
        Control {
            fault: "untested code",
            gate: "coverage",
            file: "src/lib.rs",
            append: untested(
                "\n/// Odd.\n#[must_use]\npub fn odd() -> u32 {\n    let mut count = 0;\n",
                "    count += 1;\n",
                "    count\n}\n",
            ),
        },
    ]);
}
