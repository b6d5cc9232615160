//! A configuration file as a layer.

use std::path::Path;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::Fault;
use super::key::{Key, Kind, NAME};
use super::keys::{Found, GRANT, find, following};
use super::layer::Layer;
use super::origin::Origin;
use super::value::{Grant, Value, unknown};

/// Reads the text of `file`, whose relative paths begin at `base`.
pub(crate) fn read(file: &str, text: &str, base: &Path) -> Layer {
    let mut reader = Reader { file: file.into(), text, base, layer: Layer::default() };
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let origin = reader.origin(error.span().map_or(0, |span| span.start));
        // The library's longer message repeats the line, and with it perhaps a secret.
        let message = format!("This is not TOML: {}.", error.message());
        let hint = "Look for a missing quote, bracket or equals sign, or a key that stands there twice.";
        reader.layer.faults.push(Fault::new("", origin, message, hint));
    }
    reader.table(&mut Vec::new(), table.get_ref());
    reader.layer.faults.sort_by_key(|fault| fault.origin.line());
    reader.layer
}

/// Reads a list or grants that somebody wrote as TOML into a variable.
pub(crate) fn read_variable(layer: &mut Layer, path: &str, key: &'static Key, text: &str, origin: Origin) {
    let Ok(value) = DeValue::parse(text) else {
        return layer.wrong(
            path,
            origin,
            "this is no list",
            format!("Give {}, as TOML or with commas between.", key.kind.describe()),
        );
    };
    let mut reader = Reader { file: "".into(), text: "", base: Path::new(""), layer: std::mem::take(layer) };
    reader.value(path, key, value.get_ref(), &origin);
    *layer = reader.layer;
}

struct Reader<'a> {
    file: Arc<str>,
    text: &'a str,
    base: &'a Path,
    layer: Layer,
}

impl Reader<'_> {
    fn origin(&self, offset: usize) -> Origin {
        let before = self.text.get(..offset).unwrap_or(self.text);
        Origin::File(Arc::clone(&self.file), before.matches('\n').count() + 1)
    }

    /// Where `offset` is, which is another line of `origin` or no place of its own.
    fn within(&self, origin: &Origin, offset: usize) -> Origin {
        if origin.file().is_some() { self.origin(offset) } else { origin.clone() }
    }

    fn table(&mut self, above: &mut Vec<String>, table: &DeTable<'_>) {
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(name, _)| name.span().start);
        for (name, value) in entries {
            let origin = self.origin(name.span().start);
            above.push(name.get_ref().to_string());
            self.entry(above, value, origin);
            above.pop();
        }
    }

    fn entry(&mut self, path: &mut Vec<String>, value: &Spanned<DeValue<'_>>, origin: Origin) {
        let parts: Vec<&str> = path.iter().map(String::as_str).collect();
        let named = parts.split_last().filter(|(_, above)| following(above).contains(&NAME));
        if let Some((name, _)) = named
            && !self.layer.accepts_name(&parts, name, &origin)
        {
            return;
        }
        match (find(&parts), value.get_ref()) {
            (Found::Key(key), value) => self.value(&parts.join("."), key, value, &origin),
            (Found::Table, DeValue::Table(table)) => {
                if named.is_some() {
                    self.layer.tables.push((parts.join("."), origin));
                }
                self.table(path, table);
            }
            (Found::Table, _) => {
                let hint = format!("Write [{}] on a line of its own, and its keys beneath it.", parts.join("."));
                self.layer.wrong(&parts.join("."), origin, "this is a table, and has keys of its own", hint);
            }
            (Found::Nothing, _) => self.layer.unknown(&parts, origin),
        }
    }

    fn value(&mut self, path: &str, key: &'static Key, value: &DeValue<'_>, origin: &Origin) {
        match (&key.kind, value) {
            (Kind::Switch, DeValue::Boolean(switch)) => {
                self.layer.say(path.to_owned(), key, Some(Value::Switch(*switch)), origin.clone());
            }
            (Kind::Whole { .. }, DeValue::Integer(number)) => {
                let number = u64::from_str_radix(&number.as_str().replace('_', ""), number.radix()).ok();
                self.layer.whole(path, key, number, origin.clone());
            }
            (Kind::List(each), DeValue::Array(items)) => {
                let texts: Option<Vec<_>> = items
                    .iter()
                    .map(|item| {
                        let place = self.within(origin, item.span().start);
                        item.get_ref().as_str().map(|text| (text, place))
                    })
                    .collect();
                match texts {
                    Some(texts) => self.layer.texts(path, key, each, texts, self.base, origin.clone()),
                    None => self.mistaken(path, key, origin),
                }
            }
            (Kind::Grants, DeValue::Array(items)) => {
                let grants: Vec<Grant> = items.iter().filter_map(|item| self.grant(path, item, origin)).collect();
                if !self.layer.spoilt.contains(path) {
                    self.layer.say(path.to_owned(), key, Some(Value::Grants(grants)), origin.clone());
                }
            }
            (Kind::Switch | Kind::Whole { .. } | Kind::List(_) | Kind::Grants, _) => self.mistaken(path, key, origin),
            (_, DeValue::String(text)) => self.layer.text(path, key, text, self.base, origin.clone()),
            _ => self.mistaken(path, key, origin),
        }
    }

    fn mistaken(&mut self, path: &str, key: &'static Key, origin: &Origin) {
        let hint = format!("Give {}.", key.kind.describe());
        self.layer.wrong(path, origin.clone(), "the value is of another kind", hint);
    }

    fn grant(&mut self, path: &str, item: &Spanned<DeValue<'_>>, origin: &Origin) -> Option<Grant> {
        let place = self.within(origin, item.span().start);
        let Some(table) = item.get_ref().as_table() else {
            self.layer.wrong(
                path,
                place,
                "each grant is a table",
                "Write { claim = \"groups\", value = \"developers\", roles = [\"member\"] }.",
            );
            return None;
        };
        let mut grant = Grant { line: place.line(), ..Grant::default() };
        for (name, value) in table {
            let place = self.within(origin, name.span().start);
            match (name.get_ref().as_ref(), value.get_ref()) {
                ("claim", DeValue::String(text)) => grant.claim = text.to_string(),
                ("value", DeValue::String(text)) => grant.value = text.to_string(),
                ("roles", DeValue::Array(items)) => grant.roles = self.words(path, items, &place)?,
                ("teams", DeValue::Array(items)) => grant.teams = self.words(path, items, &place)?,
                ("claim" | "value", _) => self.layer.wrong(path, place, "this is not text", "Put it into quotes."),
                ("roles" | "teams", _) => {
                    self.layer.wrong(path, place, "this is no list", "Write it as [\"one\", \"two\"].")
                }
                (other, _) => {
                    let known: Vec<&str> = GRANT.iter().map(|(name, _)| *name).collect();
                    let (message, hint) = unknown("field", other, &known);
                    self.layer.wrong(path, place, message, hint);
                }
            }
        }
        if grant.claim.is_empty() || grant.value.is_empty() {
            self.layer.wrong(
                path,
                place,
                "a grant needs claim and value",
                "Name the claim, and the value that it must have.",
            );
        } else if grant.roles.is_empty() && grant.teams.is_empty() {
            self.layer.wrong(path, place, "this grant gives nothing", "Add roles or teams, or leave it out.");
        }
        Some(grant)
    }

    fn words(&mut self, path: &str, items: &toml::de::DeArray<'_>, place: &Origin) -> Option<Vec<String>> {
        let words: Option<Vec<String>> = items
            .iter()
            .map(|item| item.get_ref().as_str().filter(|word| !word.is_empty() && word.len() <= 128).map(str::to_owned))
            .collect();
        if words.is_none() {
            self.layer.wrong(path, place.clone(), "this is no list of names", "Write it as [\"one\", \"two\"].");
        }
        words
    }
}
