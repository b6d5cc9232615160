//! Manifests without a lockfile: what they ask for is told, and that nothing more is known.

use domain::Ecosystem;

use crate::fault::Fault;
use crate::found::Found;
use crate::manifest::wants::Wants;
use crate::manifest::{cargo as cargo_toml, composer as composer_json, gemfile as ruby, mix as mix_exs};
use crate::manifest::{
    npm as package_json, nuget as project_file, pipfile as pip_file, pubspec as pubspec_yaml, pyproject,
};
use crate::sources::Input;

pub(crate) fn cargo(input: &Input<'_>, found: &mut Found) -> Result<(), Fault> {
    tell(Ecosystem::CARGO, cargo_toml::read(input.text)?, "`cargo generate-lockfile`", found);
    Ok(())
}

pub(crate) fn npm(input: &Input<'_>, found: &mut Found) -> Result<(), Fault> {
    tell(Ecosystem::NPM, package_json::read(input.text)?, "`npm install --package-lock-only --ignore-scripts`", found);
    Ok(())
}

pub(crate) fn python(input: &Input<'_>, found: &mut Found) -> Result<(), Fault> {
    tell(
        Ecosystem::PYPI,
        pyproject::read(input.text)?,
        "`uv lock`, or `poetry lock` or `pdm lock` where those are used",
        found,
    );
    Ok(())
}

pub(crate) fn pipfile(input: &Input<'_>, found: &mut Found) -> Result<(), Fault> {
    tell(Ecosystem::PYPI, pip_file::read(input.text)?, "`pipenv lock`", found);
    Ok(())
}

pub(crate) fn gemfile(input: &Input<'_>, found: &mut Found) -> Result<(), Fault> {
    tell(Ecosystem::RUBYGEMS, ruby::read(input.text), "`bundle lock`", found);
    Ok(())
}

pub(crate) fn composer(input: &Input<'_>, found: &mut Found) -> Result<(), Fault> {
    tell(Ecosystem::PACKAGIST, composer_json::read(input.text)?, "`composer update --no-install`", found);
    Ok(())
}

pub(crate) fn pubspec(input: &Input<'_>, found: &mut Found) -> Result<(), Fault> {
    tell(Ecosystem::PUB, pubspec_yaml::read(input.text)?, "`dart pub get`", found);
    Ok(())
}

pub(crate) fn mix(input: &Input<'_>, found: &mut Found) -> Result<(), Fault> {
    tell(Ecosystem::HEX, mix_exs::read(input.text), "`mix deps.get`", found);
    Ok(())
}

pub(crate) fn nuget(input: &Input<'_>, found: &mut Found) -> Result<(), Fault> {
    let command = "`dotnet restore --use-lock-file`";
    tell(Ecosystem::NUGET, project_file::read(input.text)?, command, found);
    Ok(())
}

/// A build of Gradle is a program, which only Gradle can read.
pub(crate) fn gradle(_: &Input<'_>, found: &mut Found) -> Result<(), Fault> {
    found.note(
        "it is a program that only Gradle can read, and there is no gradle.lockfile: what it depends on is not known",
        "Turn on dependency locking, run `gradle dependencies --write-locks`, keep the lockfile in the repository, and check again.",
    );
    Ok(())
}

fn tell(ecosystem: &str, wants: Wants, command: &str, found: &mut Found) {
    if wants.wants.is_empty() {
        return;
    }
    for want in &wants.wants {
        found.ask(ecosystem, &want.name, &want.requirement, want.line, want.dev);
    }
    let count = wants.wants.len();
    let packages = if count == 1 { "1 package".to_owned() } else { format!("{count} packages") };
    found.note(
        format!("it asks for {packages} and has no lockfile: which versions are used is not known"),
        format!("Make a lockfile with {command}, keep it in the repository, and check again."),
    );
}
