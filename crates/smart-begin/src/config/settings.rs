//! The values that hold, each with where it comes from.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ipnet::IpNet;

use super::environment::Environment;
use super::key::{At, Key, NAME};
use super::keys::{ALL, CHECK_ENGINE_PATH, CHECKPOINT_KIND, EXPORT_KIND, ISSUER, PERMISSIONS};
use super::layer::Layer;
use super::origin::Origin;
use super::reference::Reference;
use super::value::{Grant, Value};

/// A value that holds.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    /// The path, with the name that the operator chose.
    pub(crate) path: String,
    /// Its key.
    pub(crate) key: &'static Key,
    /// The value, where there is one.
    pub(crate) value: Option<Value>,
    /// Where it comes from.
    pub(crate) origin: Origin,
}

/// The values that hold.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// Where the program runs.
    pub(crate) environment: Environment,
    all: BTreeMap<String, Setting>,
    named: BTreeMap<&'static str, BTreeMap<String, Origin>>,
}

impl Settings {
    /// Lays `layers` over the `defaults`, each over those before it.
    pub(crate) fn merge(environment: Environment, defaults: Layer, layers: &mut [Layer]) -> Self {
        let mut settings = Self { environment, all: BTreeMap::new(), named: BTreeMap::new() };
        for layer in layers.iter_mut() {
            for (path, origin) in std::mem::take(&mut layer.tables) {
                settings.name(&path, origin);
            }
            for entry in &layer.entries {
                settings.name(&entry.path, entry.origin.clone());
            }
        }
        settings.lay_defaults(defaults);
        for entry in layers.iter_mut().flat_map(|layer| std::mem::take(&mut layer.entries)) {
            settings.put(entry.path, entry.key, entry.value, entry.origin);
        }
        settings
    }

    fn lay_defaults(&mut self, defaults: Layer) {
        let values: BTreeMap<&str, Value> =
            defaults.entries.into_iter().filter_map(|entry| Some((entry.key.path, entry.value?))).collect();
        for key in ALL {
            for name in self.names(key) {
                self.put(key.of(&name).path(), key, values.get(key.path).cloned(), Origin::Default);
            }
        }
    }

    fn put(&mut self, path: String, key: &'static Key, value: Option<Value>, origin: Origin) {
        self.all.insert(path.clone(), Setting { path, key, value, origin });
    }

    /// Remembers a name that the operator chose.
    fn name(&mut self, path: &str, origin: Origin) {
        for above in [&ISSUER, &PERMISSIONS, &CHECKPOINT_KIND, &EXPORT_KIND, &CHECK_ENGINE_PATH].map(before_name) {
            if let Some(name) = path.strip_prefix(above).and_then(|rest| rest.split('.').next()) {
                self.named.entry(above).or_default().entry(name.to_owned()).or_insert(origin.clone());
            }
        }
    }

    /// The names that `key` has a value for; the empty one where its path has none.
    pub(crate) fn names(&self, key: &'static Key) -> Vec<String> {
        if !key.is_named() {
            return vec![String::new()];
        }
        self.named.get(before_name(key)).into_iter().flat_map(BTreeMap::keys).cloned().collect()
    }

    /// All of them, in the order of the keys.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Setting> {
        ALL.iter().flat_map(|key| {
            let paths = self.names(key).into_iter().map(|name| key.of(&name).path());
            paths.filter_map(|path| self.all.get(&path)).collect::<Vec<_>>()
        })
    }

    /// Where somebody said something about this path: the value, or else the name in it.
    pub(crate) fn origin_of(&self, path: &str) -> Origin {
        let said = self.all.get(path).map(|setting| &setting.origin).filter(|origin| **origin != Origin::Default);
        let named = || {
            let mut names =
                self.named.iter().filter_map(|(above, names)| names.get(path.strip_prefix(above)?.split('.').next()?));
            names.next()
        };
        said.or_else(named).cloned().unwrap_or(Origin::Default)
    }

    /// What holds for the key at this path.
    pub(crate) fn at(&self, path: &str) -> Option<&Setting> {
        self.all.get(path)
    }

    /// Lets a value follow from another key, where nobody said anything.
    pub(crate) fn follow(&mut self, at: At<'_>, from: &'static Key, value: Value) {
        if let Some(setting) = self.all.get_mut(&at.path()).filter(|setting| setting.origin == Origin::Default) {
            setting.value = Some(value);
            setting.origin = Origin::Follows(from.path);
        }
    }

    /// Where the value comes from.
    pub(crate) fn origin<'a>(&self, key: impl Into<At<'a>>) -> Origin {
        self.all.get(&key.into().path()).map_or(Origin::Default, |setting| setting.origin.clone())
    }

    /// Whether somebody said something.
    pub(crate) fn is_said<'a>(&self, key: impl Into<At<'a>>) -> bool {
        !matches!(self.origin(key), Origin::Default | Origin::Follows(_))
    }

    fn value<'a>(&self, key: impl Into<At<'a>>) -> Option<&Value> {
        self.all.get(&key.into().path()).and_then(|setting| setting.value.as_ref())
    }

    /// Yes or no.
    pub(crate) fn switch<'a>(&self, key: impl Into<At<'a>>) -> bool {
        matches!(self.value(key), Some(Value::Switch(true)))
    }

    /// A number.
    pub(crate) fn whole<'a>(&self, key: impl Into<At<'a>>) -> u64 {
        if let Some(Value::Whole(number)) = self.value(key) { *number } else { 0 }
    }

    /// A size.
    pub(crate) fn size<'a>(&self, key: impl Into<At<'a>>) -> usize {
        usize::try_from(self.whole(key)).unwrap_or(usize::MAX)
    }

    /// How often.
    pub(crate) fn times<'a>(&self, key: impl Into<At<'a>>) -> u32 {
        u32::try_from(self.whole(key)).unwrap_or(u32::MAX)
    }

    /// A number of seconds.
    pub(crate) fn seconds<'a>(&self, key: impl Into<At<'a>>) -> Duration {
        Duration::from_secs(self.whole(key))
    }

    /// A text.
    pub(crate) fn text<'a>(&self, key: impl Into<At<'a>>) -> Option<&str> {
        if let Some(Value::Text(text)) = self.value(key) { Some(text) } else { None }
    }

    /// An address to listen at.
    pub(crate) fn address<'a>(&self, key: impl Into<At<'a>>) -> Option<SocketAddr> {
        if let Some(Value::Address(address)) = self.value(key) { Some(*address) } else { None }
    }

    /// A file or folder.
    pub(crate) fn path<'a>(&self, key: impl Into<At<'a>>) -> Option<&Path> {
        if let Some(Value::Path(path)) = self.value(key) { Some(path) } else { None }
    }

    /// Where a secret is.
    pub(crate) fn secret<'a>(&self, key: impl Into<At<'a>>) -> Option<&Reference> {
        if let Some(Value::Secret(reference)) = self.value(key) { Some(reference) } else { None }
    }

    /// What claims give.
    pub(crate) fn grants<'a>(&self, key: impl Into<At<'a>>) -> &[Grant] {
        if let Some(Value::Grants(grants)) = self.value(key) { grants } else { &[] }
    }

    fn list<'a, T>(&self, key: impl Into<At<'a>>, of: impl Fn(&Value) -> Option<T>) -> Vec<T> {
        let Some(Value::List(values)) = self.value(key) else { return Vec::new() };
        values.iter().filter_map(of).collect()
    }

    /// Texts.
    pub(crate) fn texts<'a>(&self, key: impl Into<At<'a>>) -> Vec<String> {
        self.list(key, |value| if let Value::Text(text) = value { Some(text.clone()) } else { None })
    }

    /// Networks.
    pub(crate) fn networks<'a>(&self, key: impl Into<At<'a>>) -> Vec<IpNet> {
        self.list(key, |value| if let Value::Network(network) = value { Some(*network) } else { None })
    }

    /// Files or folders.
    pub(crate) fn paths<'a>(&self, key: impl Into<At<'a>>) -> Vec<PathBuf> {
        self.list(key, |value| if let Value::Path(path) = value { Some(path.clone()) } else { None })
    }

    /// The paths whose value differs in `other`.
    pub(crate) fn differing<'a>(&'a self, other: &'a Self) -> BTreeSet<&'a str> {
        let paths = self.all.keys().chain(other.all.keys()).map(String::as_str);
        let value = |settings: &'a Self, path: &str| {
            settings.at(path).and_then(|setting| setting.value.as_ref()).map(Value::shown)
        };
        paths.filter(|path| value(self, path) != value(other, path)).collect()
    }
}

/// The part of a path before the name, with its dot.
fn before_name(key: &'static Key) -> &'static str {
    key.path.split(NAME).next().unwrap_or_default()
}
