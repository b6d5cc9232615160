//! Rules made ready: the keywords of all of them together, and for each an expression that is compiled when it is first
//! needed. Most scans need a tenth of them, and compiling all would take longer than many scans.

use std::sync::OnceLock;

use regex::bytes::Regex;

use super::allow::Allowlist;
use super::assignment;
use super::go_syntax;
use super::keywords::Keywords;
use super::outline::Outline;
use super::rule::{Rule, Shape};
use super::rule_set::RuleSet;
use super::rules_file::RulesError;

/// Expressions without an upper bound are looked for this far around a keyword.
const UNBOUNDED: usize = 16 << 10;
/// Expressions with one, at least this far: gitleaks' rules may have their keyword beside the match.
const NEAR: usize = 1 << 10;

/// The rules of a scanner.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) keywords: Keywords,
    /// For each keyword, the rules that wait for it.
    pub(crate) users: Vec<Vec<usize>>,
    pub(crate) rules: Vec<Ready>,
    /// Rules that wait for nothing.
    pub(crate) always: Vec<usize>,
    pub(crate) by_path: Vec<usize>,
    pub(crate) allowlists: Vec<Allowlist>,
}

/// A rule, ready.
#[derive(Debug)]
pub(crate) struct Ready {
    pub(crate) rule: Rule,
    pub(crate) rank: u8,
    /// What every match begins with, where the rule is a token.
    pub(crate) prefix: Vec<u8>,
    pub(crate) path: Option<Regex>,
    pub(crate) allowlists: Vec<Allowlist>,
    /// The keyword need not lie in the match, so all of the text is looked at.
    pub(crate) everywhere: bool,
    outline: OnceLock<Outline>,
    expression: OnceLock<Option<Regex>>,
}

impl Compiled {
    pub(crate) fn new(set: &RuleSet) -> Result<Self, RulesError> {
        let mut words: Vec<String> = Vec::new();
        let mut users: Vec<Vec<usize>> = Vec::new();
        let mut by_word = std::collections::HashMap::new();
        let (mut always, mut by_path) = (Vec::new(), Vec::new());
        let mut rules = Vec::with_capacity(set.rules().len());
        for (number, rule) in set.rules().iter().enumerate() {
            let ready = Ready::new(rule.clone())?;
            let keywords = ready.keywords();
            if matches!(rule.shape, Shape::PathOnly) {
                by_path.push(number);
            } else if keywords.is_empty() {
                always.push(number);
            }
            for keyword in keywords {
                let at = *by_word.entry(keyword.clone()).or_insert_with(|| {
                    words.push(keyword);
                    users.push(Vec::new());
                    words.len() - 1
                });
                if !users[at].contains(&number) {
                    users[at].push(number);
                }
            }
            rules.push(ready);
        }
        let allowlists = set.allowlists.iter().map(Allowlist::new).collect::<Result<_, _>>()?;
        Ok(Self { keywords: Keywords::new(words)?, users, rules, always, by_path, allowlists })
    }

    /// The farthest that a match can reach from its keyword: texts are cut with this much overlap.
    pub(crate) const REACH: usize = 32 << 10;
}

const _: () =
    assert!(Compiled::REACH > assignment::REACH + UNBOUNDED && Compiled::REACH > super::check::LONGEST_KEY + NEAR);

impl Ready {
    fn new(rule: Rule) -> Result<Self, RulesError> {
        let prefix = match &rule.shape {
            Shape::Token { text } => literal_prefix(text),
            _ => String::new(),
        };
        let path = rule.path.as_deref().map(go_syntax::compile).transpose().map_err(|why| {
            RulesError::of(
                format!("the rule {:?}", rule.id),
                format!("has a path that cannot be used: {why}"),
                "Correct it",
            )
        })?;
        let everywhere = match &rule.shape {
            Shape::Pattern { regex, .. } => {
                let lower = regex.to_ascii_lowercase();
                !rule.keywords.iter().all(|word| lower.contains(word.as_str()))
            }
            _ => false,
        };
        Ok(Self {
            rank: rule.shape.rank(&rule.id),
            prefix: prefix.into_bytes(),
            path,
            everywhere,
            allowlists: rule.allowlists.iter().map(Allowlist::new).collect::<Result<_, _>>()?,
            outline: OnceLock::new(),
            expression: OnceLock::new(),
            rule,
        })
    }

    /// What a rule waits for: its keywords, or the beginning of its token.
    pub(crate) fn keywords(&self) -> Vec<String> {
        if !self.rule.keywords.is_empty() || self.prefix.len() < 3 {
            return self.rule.keywords.clone();
        }
        vec![String::from_utf8_lossy(&self.prefix).to_ascii_lowercase()]
    }

    /// The expression, compiled on first use. `None` where it does not compile, which the rules file was asked before.
    pub(crate) fn expression(&self) -> Option<&Regex> {
        let compile = || go_syntax::compile(&self.pattern()?).ok();
        self.expression.get_or_init(compile).as_ref()
    }

    /// How far a match can lie from the keyword's beginning.
    pub(crate) fn reach(&self) -> usize {
        let bound = self.outline().longest;
        let longest = match self.rule.shape {
            Shape::Pattern { .. } => bound.map_or(UNBOUNDED, |bound| bound.max(NEAR)),
            _ => bound.unwrap_or(UNBOUNDED),
        };
        longest.min(UNBOUNDED)
    }

    /// Whether the expression can match in `text` at all, told without it.
    pub(crate) fn may_match(&self, text: &[u8]) -> bool {
        self.outline().fits(text)
    }

    fn outline(&self) -> &Outline {
        self.outline.get_or_init(|| self.pattern().map(|pattern| Outline::of(&pattern)).unwrap_or_default())
    }

    fn pattern(&self) -> Option<String> {
        match &self.rule.shape {
            Shape::Token { text } => Some(format!("(?:{text})")),
            Shape::Pattern { regex, .. } => Some(regex.clone()),
            Shape::Assigned { value, .. } => Some(format!("^(?:{value})$")),
            Shape::Generic { .. } | Shape::PathOnly => None,
        }
    }
}

/// The plain text that an expression begins with.
fn literal_prefix(text: &str) -> String {
    let end = text
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ':' | '/' | '@' | '!' | '=')))
        .unwrap_or(text.len());
    let optional = text[end..].starts_with(['?', '*', '{', '+']);
    let alternative = text.contains('|') && !text[..text.find('|').unwrap_or(0)].contains('(');
    if alternative { String::new() } else { text[..end - usize::from(optional && end > 0)].to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plain_beginning_of_an_expression() {
        for (text, prefix) in [
            ("ghp_[0-9a-z]{36}", "ghp_"),
            ("abc?d", "ab"),
            ("(?:a|b)c", ""),
            ("ab|cd", ""),
            (r"xox\.b", "xox"),
            ("sk-(?:a|b)", "sk-"),
        ] {
            assert_eq!(literal_prefix(text), prefix, "{text}");
        }
    }
}
