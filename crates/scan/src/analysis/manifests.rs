//! Where a manifest asks for a package, told by its text: enough to name a framework and the line that shows it. What is
//! matched against advisories is read by real parsers, elsewhere.

/// A kind of manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Npm,
    Cargo,
    Python,
    Go,
    Maven,
    Gradle,
    Ruby,
    Php,
    DotNet,
    Dart,
    Elixir,
    Swift,
}

/// What a file's name makes of it.
pub(crate) fn kind_of(base: &str) -> Option<Kind> {
    Some(match base {
        "package.json" => Kind::Npm,
        "Cargo.toml" => Kind::Cargo,
        "pyproject.toml" | "setup.py" | "setup.cfg" | "Pipfile" | "environment.yml" => Kind::Python,
        "go.mod" => Kind::Go,
        "pom.xml" => Kind::Maven,
        "build.gradle" | "build.gradle.kts" | "libs.versions.toml" => Kind::Gradle,
        "Gemfile" => Kind::Ruby,
        "composer.json" => Kind::Php,
        "pubspec.yaml" => Kind::Dart,
        "mix.exs" => Kind::Elixir,
        "Package.swift" => Kind::Swift,
        "Directory.Packages.props" => Kind::DotNet,
        name if name.starts_with("requirements") && name.ends_with(".txt") => Kind::Python,
        name if [".csproj", ".fsproj", ".vbproj"].iter().any(|end| name.ends_with(end)) => Kind::DotNet,
        _ => return None,
    })
}

/// The line, from 1, where a manifest of this kind asks for `package`.
pub(crate) fn line_of(kind: Kind, text: &str, package: &str) -> Option<u32> {
    let asks = |line: &str| match kind {
        Kind::Npm | Kind::Php => {
            line.contains(&format!("\"{package}\"")) && line.contains(':') && !line.contains("\"name\"")
        }
        Kind::Cargo => {
            let line = line.trim_start();
            let rest = line.strip_prefix(package).or_else(|| line.strip_prefix(&format!("[dependencies.{package}")));
            rest.is_some_and(|rest| rest.trim_start().starts_with(['=', '.', ']']))
        }
        Kind::Python => is_python_requirement(line, package),
        Kind::Maven => {
            line.contains(&format!("<artifactId>{package}")) || line.contains(&format!("<groupId>{package}"))
        }
        Kind::Go | Kind::Gradle | Kind::Ruby | Kind::DotNet | Kind::Dart | Kind::Elixir | Kind::Swift => {
            line.contains(package) && !line.trim_start().starts_with(['#', '/'])
        }
    };
    (1_u32..).zip(text.lines()).find(|(_, line)| asks(line)).map(|(number, _)| number)
}

/// Whether the line names the package as a whole word at its head or in quotes, as requirements and tables do.
fn is_python_requirement(line: &str, package: &str) -> bool {
    let line = line.trim_start().to_ascii_lowercase();
    line.match_indices(package).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + package.len()..].chars().next();
        let begins = before.is_none() || matches!(before, Some('"' | '\''));
        begins
            && after
                .is_none_or(|letter| matches!(letter, '"' | '\'' | '=' | '<' | '>' | '~' | '!' | '[' | ' ' | ';' | '@'))
    })
}
