//! Project names: what people call a project, and the folder and package names that follow from it.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::fault::{CatalogueFault, Fault};
use crate::source::{data_file, text};

const FIELD: &str = "projectName";
/// Characters of the name as it is typed. With it, every path of a project stays short enough for Windows.
const MAX_TITLE: usize = 80;
/// Characters of the folder and package name.
const MAX_SLUG: usize = 50;

/// A name that works as a folder, as a package in the stack's registry and in every file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectName {
    title: String,
    slug: String,
    package: String,
}

impl ProjectName {
    /// Reads a name as a person types it. Words become one name of lower-case letters, digits and single dashes.
    ///
    /// # Errors
    /// When it is empty, too long, looks like a path, has letters other than A to Z, or is reserved by an operating system.
    pub fn parse(typed: &str) -> Result<Self, Fault> {
        let title = typed.trim();
        if title.is_empty() {
            return Err(Fault::new(FIELD, "The project has no name.", "Give it one, for example invoice-service."));
        }
        if title.chars().count() > MAX_TITLE {
            let message = format!("The name is longer than {MAX_TITLE} characters.");
            return Err(Fault::new(FIELD, message, "Choose a shorter one; the description has room for the rest."));
        }
        if title.contains(['/', '\\']) || title.starts_with('.') || title.starts_with("~") {
            let hint = "Give just the name here and the folder with --dir (targetDirectory over MCP).";
            return Err(Fault::new(FIELD, "The name looks like a path.", hint));
        }
        if title.starts_with('-') {
            return Err(Fault::new(FIELD, "The name begins with a dash, as options do.", "Begin it with a letter."));
        }
        if let Some(odd) =
            title.chars().find(|character| !character.is_ascii_alphanumeric() && !" -_.".contains(*character))
        {
            return Err(odd_character(odd));
        }
        let slug = slug(title);
        if !slug.starts_with(|first: char| first.is_ascii_lowercase()) {
            return Err(Fault::new(
                FIELD,
                "The name does not begin with a letter.",
                "Package registries need one, for example shop-24.",
            ));
        }
        if slug.len() > MAX_SLUG {
            let message = format!("The folder and package name made from it is longer than {MAX_SLUG} characters.");
            return Err(Fault::new(FIELD, message, "Choose a shorter one; the description has room for the rest."));
        }
        refuse_reserved(&slug, "every", "is reserved")?;
        Ok(Self { title: title.to_owned(), package: slug.replace('-', "_"), slug })
    }

    /// Refuses a name that the stack's tools keep for themselves, or that one of the packages it builds on has.
    ///
    /// # Errors
    /// When the name is one of those.
    pub fn check_for_stack(&self, stack: &str, dependencies: &toml::Table) -> Result<(), Fault> {
        refuse_reserved(&self.slug, stack, &format!("means something else to {stack}"))?;
        let same = |package: &str| package.to_ascii_lowercase().replace(['_', '.'], "-") == self.slug;
        if dependencies.keys().any(|package| same(package)) {
            let message = format!("\"{}\" is the name of a package that this project builds on.", self.slug);
            return Err(Fault::new(FIELD, message, format!("Choose another, for example {}-service.", self.slug)));
        }
        Ok(())
    }

    /// The name as it was typed.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The folder and package name: lower-case letters, digits and single dashes.
    #[must_use]
    pub fn slug(&self) -> &str {
        &self.slug
    }

    /// The same with underscores, as languages need it.
    #[must_use]
    pub fn package(&self) -> &str {
        &self.package
    }
}

fn slug(title: &str) -> String {
    let lower = title.to_ascii_lowercase();
    lower.split([' ', '-', '_', '.']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}

fn odd_character(odd: char) -> Fault {
    let code = u32::from(odd);
    let message = if odd.is_alphabetic() {
        format!(
            "The name has a letter other than A to Z (U+{code:04X}), which may look like another and which package registries refuse."
        )
    } else if odd.is_control() || odd.is_whitespace() {
        format!("The name has an invisible character (U+{code:04X}).")
    } else {
        format!("The name has a character that folders and packages cannot have (U+{code:04X}).")
    };
    Fault::new(
        FIELD,
        message,
        "Use the letters A to Z, digits, spaces, dashes, dots and underscores. The description may have any letter.",
    )
}

fn refuse_reserved(slug: &str, group: &str, why: &str) -> Result<(), Fault> {
    let reserved = reserved_names().ok().and_then(|groups| groups.get(group));
    if reserved.is_some_and(|names| names.iter().any(|name| name == slug)) {
        let message = format!("The name \"{slug}\" {why}.");
        return Err(Fault::new(FIELD, message, format!("Choose another, for example {slug}-service.")));
    }
    Ok(())
}

/// The names that cannot be used, by group, from `reserved-names.toml`.
pub(crate) fn reserved_names() -> Result<&'static BTreeMap<String, Vec<String>>, CatalogueFault> {
    static NAMES: OnceLock<BTreeMap<String, Vec<String>>> = OnceLock::new();
    if let Some(names) = NAMES.get() {
        return Ok(names);
    }
    let file = "reserved-names.toml";
    let names = toml::from_str(text(data_file(file)?, file)?)
        .map_err(|source| CatalogueFault::Data { file: file.to_owned(), source })?;
    Ok(NAMES.get_or_init(|| names))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(typed: &str) -> (String, String) {
        let name = ProjectName::parse(typed).unwrap();
        (name.slug().to_owned(), name.package().to_owned())
    }

    #[test]
    fn names_as_people_type_them() {
        assert_eq!(parsed("invoice-service"), ("invoice-service".to_owned(), "invoice_service".to_owned()));
        assert_eq!(parsed("  My Shop 2.0 "), ("my-shop-2-0".to_owned(), "my_shop_2_0".to_owned()));
        assert_eq!(parsed("a__b--c").0, "a-b-c");
    }

    #[test]
    fn names_that_cannot_be() {
        let long = "a".repeat(81);
        let medium = "a".repeat(51);
        let bad = [
            "",
            "   ",
            "../x",
            "a/b",
            "a\\b",
            ".hidden",
            "-rf",
            "CON",
            "con",
            "Nul",
            "lpt1",
            "node_modules",
            "1st",
            "раypal",
            "naïve",
            "a\u{200b}b",
            "a\nb",
            "a;b",
            "$(x)",
            "a\0b",
            "~x",
            "日本",
            "...",
            "--",
            &long,
            &medium,
            "com1",
        ];
        for typed in bad {
            let fault = ProjectName::parse(typed).expect_err(typed);
            assert_eq!(fault.field, "projectName", "{typed}");
            assert!(!fault.message.is_empty() && !fault.hint.is_empty());
            assert!(fault.message.is_ascii(), "an answer does not echo odd characters: {}", fault.message);
        }
    }

    #[test]
    fn names_that_a_stack_cannot_have() {
        let dependencies: toml::Table = toml::from_str("Fast_Api = '1'").unwrap();
        for (name, stack) in
            [("json", "python"), ("test", "rust"), ("fs", "typescript"), ("import", "python"), ("fast-api", "rust")]
        {
            assert!(ProjectName::parse(name).unwrap().check_for_stack(stack, &dependencies).is_err(), "{name} {stack}");
        }
        assert!(ProjectName::parse("json").unwrap().check_for_stack("rust", &dependencies).is_ok());
    }
}
