//! The page of the documents that explains the configuration, from the table of keys and the table of rules.

use domain::{Permission, RoleTable};

use super::examine::EXAMINED;
use super::fault::Severity;
use super::key::{Effect, Key};
use super::keys::{ALL, GRANT, TABLES};
use super::rules::{RULES, Rule, Where};
use super::secrets::SECRET_THERE;

const INTRODUCTION: &str = include_str!("introduction.md");

/// The page.
pub(crate) fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    page.push_str("\n## All keys\n");
    for (table, about) in TABLES {
        let keys: Vec<&&Key> =
            ALL.iter().filter(|key| key.path.rsplit_once('.').map(|(above, _)| above) == Some(table)).collect();
        page.push_str(&format!(
            "\n### `[{table}]`\n\n{about}\n\n| Key | Value | Default | Takes effect on |\n| --- | --- | --- | --- |\n"
        ));
        keys.into_iter().for_each(|key| page.push_str(&row(key)));
    }
    page.push_str("\n### Grants\n\n`[[sign_in.providers.NAME.grants]]` and `[[sign_in.certificate_grants]]` have these fields:\n\n");
    GRANT.iter().for_each(|(name, about)| page.push_str(&format!("- `{name}`: {about}\n")));
    page.push_str(
        "\n### Permissions\n\nFor `access.roles.NAME.permissions`. The shipped roles have:\n\n| Permission | Allows |",
    );
    let roles = RoleTable::shipped();
    roles.iter().for_each(|(name, _)| page.push_str(&format!(" {name} |")));
    page.push_str(&format!("\n| --- | --- |{}\n", " --- |".repeat(roles.iter().count())));
    for permission in Permission::ALL {
        page.push_str(&format!("| `{permission}` | {} |", permission.meaning()));
        roles.iter().for_each(|(_, has)| page.push_str(if has.has(*permission) { " yes |" } else { " |" }));
        page.push('\n');
    }
    rules(&mut page);
    page.push_str("\n## What needs a restart\n\nThe log names these when they were changed and the configuration is read again (SIGHUP). All others take effect then.\n\n");
    let restart = ALL.iter().filter(|key| key.effect == Effect::Restart);
    restart.for_each(|key| page.push_str(&format!("- `{}`\n", key.path)));
    page
}

fn row(key: &Key) -> String {
    let name = key.path.rsplit('.').next().unwrap_or_default();
    let default = if key.otherwise.is_empty() { format!("`{}`", key.default) } else { key.otherwise.to_owned() };
    let effect = key.effect.as_str();
    let kind = with_quoted_addresses(&key.kind.describe());
    let row =
        format!("| `{name}` | {} {}{}. | {default} | {effect} |\n", key.meaning, kind[..1].to_uppercase(), &kind[1..]);
    row.replace("| none |", "| – |")
}

/// Addresses as code, so that nothing makes links of them.
fn with_quoted_addresses(text: &str) -> String {
    let quoted = |word: &str| if word.starts_with("https://") { format!("`{word}`") } else { word.to_owned() };
    text.split(' ').map(quoted).collect::<Vec<_>>().join(" ")
}

type Belongs = fn(&Rule) -> bool;

fn rules(page: &mut String) {
    let groups: [(&str, Belongs); 4] = [
        ("What staging and production refuse", |rule| rule.holds == Where::Guarded && rule.severity == Severity::Fault),
        ("What development refuses", |rule| rule.holds == Where::Development && rule.severity == Severity::Fault),
        ("What every environment refuses", |rule| rule.holds == Where::Everywhere && rule.severity == Severity::Fault),
        ("What is warned of", |rule| rule.severity == Severity::Warning),
    ];
    for (title, belongs) in groups {
        page.push_str(&format!("\n## {title}\n\n"));
        let rules = RULES.iter().filter(|rule| belongs(rule));
        rules.for_each(|rule| page.push_str(&format!("- `{}`: {}\n", rule.name, rule.says)));
    }
    page.push_str("\n## What is looked at on the disk\n\n`config check` and `serve --http` look at these as well.\n\n");
    page.push_str(&format!(
        "- `{SECRET_THERE}`: There is a secret where its reference leads, and nobody else can read it.\n"
    ));
    EXAMINED.iter().for_each(|(name, says)| page.push_str(&format!("- `{name}`: {says}\n")));
}
