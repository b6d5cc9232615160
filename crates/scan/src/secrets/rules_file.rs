//! Rules in the form of `gitleaks.toml`, ours and an organisation's own.
//!
//! Both spellings of allowlists are read (`[allowlist]` and `[[allowlists]]`). Besides gitleaks' keys a rule may have ours,
//! which gitleaks ignores: `token`, `assigned`, `generic`, `check`, `severity`, `confidence`, `hint`, `examples`, `counter_examples`.

use domain::{Confidence, Severity};
use serde::Deserialize;

use super::check::Check;
use super::go_syntax;
use super::rule::{AllowText, GenericKind, Required, Rule, Shape, Target};

/// A rules file that cannot be used.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{subject} {problem}. {hint}")]
pub struct RulesError {
    /// Which file or rule.
    pub subject: String,
    /// What is wrong with it.
    pub problem: String,
    /// What to do.
    pub hint: String,
}

impl RulesError {
    /// A fault of `subject`, with what to do.
    #[must_use]
    pub fn of(subject: impl Into<String>, problem: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { subject: subject.into(), problem: problem.into(), hint: hint.into() }
    }

    fn in_rule(id: &str, problem: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::of(format!("the rule {id:?}"), problem, hint)
    }
}

/// A rules file as read, before it is laid over the shipped set.
#[derive(Debug, Clone, Default)]
pub(crate) struct RulesFile {
    pub(crate) rules: Vec<PartialRule>,
    pub(crate) allowlists: Vec<AllowText>,
    pub(crate) use_default: bool,
    pub(crate) disabled: Vec<String>,
    pub(crate) extends_path: Option<String>,
    pub(crate) notes: Vec<String>,
}

/// A rule as written: it may only change some of another.
#[derive(Debug, Clone)]
pub(crate) struct PartialRule {
    pub(crate) id: String,
    raw: RawRule,
    shipped: bool,
}

#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct RawFile {
    rules: Vec<RawRule>,
    allowlist: Option<RawAllow>,
    allowlists: Vec<RawAllow>,
    extend: RawExtend,
}

#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct RawExtend {
    #[serde(rename = "useDefault", alias = "usedefault")]
    use_default: bool,
    path: Option<String>,
    url: Option<String>,
    #[serde(rename = "disabledRules", alias = "disabledrules")]
    disabled: Vec<String>,
}

#[derive(Debug, Clone, Deserialize, Default)]
#[serde(default)]
struct RawRule {
    id: String,
    description: String,
    hint: Option<String>,
    regex: Option<String>,
    token: Option<String>,
    assigned: Option<String>,
    quoted: bool,
    generic: Option<String>,
    #[serde(rename = "secretGroup", alias = "secretgroup")]
    secret_group: Option<usize>,
    entropy: Option<f64>,
    keywords: Vec<String>,
    path: Option<String>,
    allowlist: Option<RawAllow>,
    allowlists: Vec<RawAllow>,
    required: Vec<RawRequired>,
    #[serde(rename = "skipReport", alias = "skipreport")]
    skip_report: bool,
    severity: Option<String>,
    confidence: Option<String>,
    check: Option<String>,
    examples: Vec<String>,
    counter_examples: Vec<String>,
}

#[derive(Debug, Clone, Deserialize, Default)]
#[serde(default)]
struct RawAllow {
    description: Option<String>,
    condition: Option<String>,
    paths: Vec<String>,
    regexes: Vec<String>,
    #[serde(rename = "regexTarget", alias = "regextarget")]
    target: Option<String>,
    stopwords: Vec<String>,
    commits: Vec<String>,
    #[serde(rename = "targetRules", alias = "targetrules")]
    rules: Vec<String>,
}

#[derive(Debug, Clone, Deserialize, Default)]
#[serde(default)]
struct RawRequired {
    id: String,
    #[serde(rename = "withinLines", alias = "withinlines")]
    within_lines: Option<usize>,
    #[serde(rename = "withinColumns", alias = "withincolumns")]
    within_columns: Option<usize>,
}

impl RulesFile {
    /// Reads a rules file; `name` is what errors call it.
    pub(crate) fn parse(name: &str, text: &str, shipped: bool) -> Result<Self, RulesError> {
        let raw: RawFile = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(0, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            RulesError::of(
                format!("the rules file {name}"),
                format!("cannot be read at line {line}: {}", error.message()),
                "It is read as gitleaks.toml is; correct it there",
            )
        })?;
        let mut file = Self {
            use_default: raw.extend.use_default,
            disabled: raw.extend.disabled,
            extends_path: raw.extend.path,
            ..Self::default()
        };
        if raw.extend.url.is_some() {
            file.notes.push("[extend] url is not followed: rules are read from files alone".to_owned());
        }
        for allow in raw.allowlist.into_iter().chain(raw.allowlists) {
            file.allowlists.push(allow.read(&format!("the rules file {name}"), shipped)?);
        }
        for (number, rule) in raw.rules.into_iter().enumerate() {
            if rule.id.is_empty() {
                return Err(RulesError::of(format!("rule {} of {name}", number + 1), "has no id", "Give it one"));
            }
            file.rules.push(PartialRule { id: rule.id.clone(), raw: rule, shipped });
        }
        Ok(file)
    }
}

impl PartialRule {
    /// The rule by itself.
    pub(crate) fn complete(self) -> Result<Rule, RulesError> {
        let Self { id, raw, shipped } = self;
        let shape = raw.shape(&id)?;
        let Some(shape) = shape else {
            return Err(RulesError::in_rule(&id, "has neither `regex` nor `path`", "Say what it looks for"));
        };
        let plain = if shipped { Confidence::High } else { Confidence::Medium };
        let mut rule = Rule {
            description: String::new(),
            hint: None,
            severity: Severity::High,
            confidence: plain,
            examples: Vec::new(),
            counter_examples: Vec::new(),
            shape,
            keywords: Vec::new(),
            entropy: None,
            path: None,
            check: None,
            allowlists: Vec::new(),
            required: Vec::new(),
            skip_report: false,
            shipped,
            id,
        };
        raw.lay_over(&mut rule, shipped)?;
        rule.refuse_bad_expressions()?;
        Ok(rule)
    }

    /// Changes `rule`, which has the same id, in what is written here; the rest stays.
    pub(crate) fn change(self, rule: &mut Rule) -> Result<(), RulesError> {
        let Self { id, raw, shipped } = self;
        if let Some(shape) = raw.shape(&id)?
            && !matches!(shape, Shape::PathOnly)
        {
            rule.shape = shape;
            rule.check = None;
            rule.keywords.clear();
        }
        raw.lay_over(rule, shipped)?;
        rule.shipped &= shipped;
        rule.refuse_bad_expressions()
    }
}

impl RawRule {
    fn shape(&self, id: &str) -> Result<Option<Shape>, RulesError> {
        let generic = match self.generic.as_deref() {
            None => None,
            Some("key") => Some(Shape::Generic { kind: GenericKind::Key }),
            Some("password") => Some(Shape::Generic { kind: GenericKind::Password }),
            Some("kubernetes") => Some(Shape::Generic { kind: GenericKind::Kubernetes }),
            Some(other) => {
                return Err(RulesError::in_rule(
                    id,
                    format!("has generic = {other:?}"),
                    "Write \"key\", \"password\" or \"kubernetes\"",
                ));
            }
        };
        let forms = [
            self.regex.as_ref().map(|regex| Shape::Pattern { regex: regex.clone(), group: self.secret_group }),
            self.token.as_ref().map(|text| Shape::Token { text: text.clone() }),
            self.assigned.as_ref().map(|value| Shape::Assigned { value: value.clone(), unquoted: !self.quoted }),
            generic,
        ];
        let mut forms = forms.into_iter().flatten();
        match (forms.next(), forms.next()) {
            (Some(_), Some(_)) => Err(RulesError::in_rule(
                id,
                "says twice what it looks for",
                "Keep one of `regex`, `token`, `assigned` and `generic`",
            )),
            (Some(shape), None) => Ok(Some(shape)),
            (None, _) => Ok(self.path.is_some().then_some(Shape::PathOnly)),
        }
    }

    fn lay_over(self, rule: &mut Rule, shipped: bool) -> Result<(), RulesError> {
        let id = rule.id.clone();
        let level =
            |error: domain::UnknownLevel| RulesError::in_rule(&id, format!("has a level: {error}"), "Correct it");
        if !self.description.is_empty() {
            rule.description = self.description;
        }
        rule.hint = self.hint.or_else(|| rule.hint.take());
        if let Some(text) = self.severity {
            rule.severity = text.parse().map_err(level)?;
        }
        if let Some(text) = self.confidence {
            rule.confidence = text.parse().map_err(level)?;
        }
        if let Some(text) = self.check {
            let check = Check::named(&text);
            let unknown =
                || RulesError::in_rule(&id, format!("has check = {text:?}, which does not exist"), "Leave it out");
            rule.check = Some(check.ok_or_else(unknown)?);
        }
        rule.entropy = self.entropy.filter(|bits| *bits > 0.0).or(rule.entropy);
        rule.path = self.path.or_else(|| rule.path.take());
        rule.keywords
            .extend(self.keywords.iter().map(|word| word.to_ascii_lowercase()).filter(|word| !word.is_empty()));
        rule.examples.extend(self.examples);
        rule.counter_examples.extend(self.counter_examples);
        rule.skip_report |= self.skip_report;
        rule.required.extend(self.required.into_iter().map(|required| Required {
            id: required.id,
            within_lines: required.within_lines,
            within_columns: required.within_columns,
        }));
        for allow in self.allowlist.into_iter().chain(self.allowlists) {
            rule.allowlists.push(allow.read(&format!("the rule {id:?}"), shipped)?);
        }
        Ok(())
    }
}

impl RawAllow {
    fn read(self, subject: &str, shipped: bool) -> Result<AllowText, RulesError> {
        let condition = self.condition.as_deref().unwrap_or("OR").to_ascii_uppercase();
        let all = match condition.as_str() {
            "AND" | "&&" => true,
            "OR" | "||" | "" => false,
            _ => {
                return Err(RulesError::of(
                    subject,
                    format!("has an allowlist with condition {condition:?}"),
                    "Write AND or OR",
                ));
            }
        };
        let target = match self.target.as_deref().unwrap_or("").to_ascii_lowercase().as_str() {
            "" | "secret" => Target::Secret,
            "match" => Target::Match,
            "line" => Target::Line,
            other => {
                let problem = format!("has an allowlist with regexTarget {other:?}");
                return Err(RulesError::of(subject, problem, "Write secret, match or line"));
            }
        };
        for pattern in self.paths.iter().chain(&self.regexes) {
            go_syntax::compile(pattern).map_err(|why| {
                RulesError::of(subject, format!("has an allowlist with {pattern:?}: {why}"), "Correct the expression")
            })?;
        }
        if self.paths.is_empty() && self.regexes.is_empty() && self.stopwords.is_empty() && self.commits.is_empty() {
            return Err(RulesError::of(subject, "has an empty allowlist", "Fill it, or leave it out"));
        }
        Ok(AllowText {
            description: self.description,
            all,
            paths: self.paths,
            regexes: self.regexes,
            target,
            stopwords: self.stopwords.iter().map(|word| word.to_ascii_lowercase()).collect(),
            commits: self.commits,
            rules: self.rules,
            shipped,
        })
    }
}

impl Rule {
    /// The shipped rules are proven by tests, and compile when they are first needed; a file's are looked at here.
    fn refuse_bad_expressions(&self) -> Result<(), RulesError> {
        if self.shipped {
            return Ok(());
        }
        let try_out = |pattern: &str, key: &str| {
            go_syntax::compile(pattern).map(|compiled| compiled.captures_len()).map_err(|why| {
                RulesError::in_rule(
                    &self.id,
                    format!("has a {key} that cannot be used: {why}"),
                    "Correct the expression",
                )
            })
        };
        if let Some(path) = &self.path {
            try_out(path, "path")?;
        }
        match &self.shape {
            Shape::Token { text } => try_out(text, "token").map(|_| ()),
            Shape::Assigned { value, .. } => try_out(value, "value").map(|_| ()),
            Shape::Pattern { regex, group } => {
                let groups = try_out(regex, "regex")?;
                match group.filter(|group| *group >= groups) {
                    None => Ok(()),
                    Some(group) => {
                        let problem = format!("has secretGroup {group}, and its regex only {} groups", groups - 1);
                        Err(RulesError::in_rule(&self.id, problem, "Correct one of the two"))
                    }
                }
            }
            Shape::Generic { .. } | Shape::PathOnly => Ok(()),
        }
    }
}
