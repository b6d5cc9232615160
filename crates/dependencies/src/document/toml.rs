//! TOML.

use std::borrow::Cow;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::document::lines::Lines;
use crate::document::node::{DEEPEST, Node, Value};
use crate::fault::Fault;

/// Reads TOML.
pub(crate) fn read(text: &str) -> Result<Node<'_>, Fault> {
    let lines = Lines::of(text);
    let table = DeTable::parse(text).map_err(|error| {
        let why = format!("it is no TOML ({})", error.message());
        error.span().map_or_else(|| Fault::new(&why), |span| Fault::at(lines.at(span.start), &why))
    })?;
    let value = map(table.into_inner(), &lines, 0)?;
    Ok(Node { line: 1, value })
}

fn map<'a>(table: DeTable<'a>, lines: &Lines, depth: usize) -> Result<Value<'a>, Fault> {
    let mut entries: Vec<(usize, Cow<'a, str>, Node<'a>)> = Vec::with_capacity(table.len());
    for (key, value) in table {
        let at = key.span().start;
        entries.push((at, key.into_inner(), Node { line: lines.at(at), ..node(value, lines, depth + 1)? }));
    }
    entries.sort_by_key(|(at, ..)| *at);
    Ok(Value::Map(entries.into_iter().map(|(_, key, node)| (key, node)).collect()))
}

fn node<'a>(value: Spanned<DeValue<'a>>, lines: &Lines, depth: usize) -> Result<Node<'a>, Fault> {
    let line = lines.at(value.span().start);
    if depth > DEEPEST {
        return Err(Fault::at(line, "it is nested too deeply"));
    }
    let value = match value.into_inner() {
        DeValue::String(text) => Value::Text(text),
        DeValue::Integer(number) => Value::Bare(number.to_string().into()),
        DeValue::Float(number) => Value::Bare(number.to_string().into()),
        DeValue::Boolean(truth) => Value::Bare(if truth { "true" } else { "false" }.into()),
        DeValue::Datetime(time) => Value::Bare(time.to_string().into()),
        DeValue::Array(list) => {
            Value::List(list.into_iter().map(|part| node(part, lines, depth + 1)).collect::<Result<_, _>>()?)
        }
        DeValue::Table(table) => map(table, lines, depth)?,
    };
    Ok(Node { line, value })
}
