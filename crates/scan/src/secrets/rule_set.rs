//! Which rules a scan uses: the shipped ones, an organisation's, or both.

use std::sync::OnceLock;

use include_dir::{Dir, include_dir};

use super::rule::{AllowText, Rule};
use super::rules_file::{RulesError, RulesFile};

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/rules");

/// How many files may extend one another.
const LONGEST_CHAIN: usize = 4;

/// Rules and the allowlists that hold for all of them.
#[derive(Debug, Clone, Default)]
pub struct RuleSet {
    rules: Vec<Rule>,
    pub(crate) allowlists: Vec<AllowText>,
    notes: Vec<String>,
}

impl RuleSet {
    /// The shipped rules.
    ///
    /// # Errors
    /// A shipped file that cannot be read; a test proves that there is none.
    pub fn shipped() -> Result<&'static Self, RulesError> {
        static SHIPPED: OnceLock<Result<RuleSet, RulesError>> = OnceLock::new();
        SHIPPED.get_or_init(read_shipped).as_ref().map_err(Clone::clone)
    }

    /// An organisation's rules file in gitleaks' form. `[extend] useDefault` takes our shipped rules in; `[extend] path` is
    /// asked of `read`, which decides what may be read.
    ///
    /// # Errors
    /// What cannot be understood, with the rule that it is in.
    pub fn from_toml(
        name: &str,
        text: &str,
        read: &dyn Fn(&str) -> Result<String, RulesError>,
    ) -> Result<Self, RulesError> {
        let mut set = Self::default();
        set.add_file(name, text, read, 0)?;
        set.refuse_unknown_requirements()?;
        Ok(set)
    }

    /// The rules in order.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// What was read and is not followed, in words.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    fn add_file(
        &mut self,
        name: &str,
        text: &str,
        read: &dyn Fn(&str) -> Result<String, RulesError>,
        depth: usize,
    ) -> Result<(), RulesError> {
        if depth > LONGEST_CHAIN {
            let problem = format!("is the {depth}th file in a chain of [extend] path");
            return Err(RulesError::of(format!("the rules file {name}"), problem, "Shorten the chain"));
        }
        let file = RulesFile::parse(name, text, false)?;
        if file.use_default {
            self.take_in(Self::shipped()?.clone());
        }
        if let Some(path) = &file.extends_path {
            self.add_file(path, &read(path)?, read, depth + 1)?;
        }
        for id in &file.disabled {
            if !self.rules.iter().any(|rule| rule.id == *id) {
                self.notes.push(format!("disabledRules names {id:?}, which is no rule here"));
            }
        }
        self.rules.retain(|rule| !file.disabled.contains(&rule.id));
        self.lay_over(file)
    }

    fn take_in(&mut self, other: Self) {
        self.rules.extend(other.rules);
        self.allowlists.extend(other.allowlists);
        self.notes.extend(other.notes);
    }

    fn lay_over(&mut self, file: RulesFile) -> Result<(), RulesError> {
        for partial in file.rules {
            match self.rules.iter_mut().find(|rule| rule.id == partial.id) {
                Some(rule) => partial.change(rule)?,
                None => self.rules.push(partial.complete()?),
            }
        }
        self.allowlists.extend(file.allowlists);
        self.notes.extend(file.notes);
        Ok(())
    }

    fn refuse_unknown_requirements(&self) -> Result<(), RulesError> {
        for rule in &self.rules {
            for required in &rule.required {
                if !self.rules.iter().any(|other| other.id == required.id) {
                    let problem = format!("requires {:?}, which is no rule here", required.id);
                    return Err(RulesError::of(format!("the rule {:?}", rule.id), problem, "Correct the id"));
                }
            }
        }
        Ok(())
    }
}

fn read_shipped() -> Result<RuleSet, RulesError> {
    let mut set = RuleSet::default();
    let mut files: Vec<_> =
        FILES.files().filter(|file| file.path().extension().is_some_and(|end| end == "toml")).collect();
    files.sort_by_key(|file| file.path());
    for file in files {
        let name = file.path().display().to_string();
        let text = file.contents_utf8().unwrap_or_default();
        let before = set.rules.len();
        let parsed = RulesFile::parse(&name, text, true)?;
        if let Some(twice) =
            parsed.rules.iter().find(|rule| set.rules[..before].iter().any(|known| known.id == rule.id))
        {
            return Err(RulesError::of(format!("the rule {:?} of {name}", twice.id), "is there twice", "Rename one"));
        }
        set.lay_over(parsed)?;
    }
    Ok(set)
}
