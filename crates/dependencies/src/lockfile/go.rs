//! `go.mod`, and `go.sum` where there is none or where `go.mod` is too old to name everything.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap, HashSet};

use domain::Ecosystem;

use crate::fault::Fault;
use crate::found::Found;
use crate::sources::Input;
use crate::version::compare;

/// The package that stands for Go itself.
const STANDARD_LIBRARY: &str = "stdlib";

/// A module, and a version where there is one.
type Named = (String, Option<String>);

/// What `go.mod` says.
#[derive(Default)]
struct Module {
    go: Option<(String, u32)>,
    toolchain: Option<(String, u32)>,
    requires: Vec<Require>,
    /// By module and version; the version may be missing.
    replaced: HashMap<Named, (Named, u32)>,
    excluded: HashSet<(String, String)>,
}

struct Require {
    module: String,
    version: String,
    line: u32,
    indirect: bool,
}

pub(crate) fn read(input: &Input<'_>, found: &mut Found) -> Result<(), Fault> {
    let module = parse(input.text)?;
    for require in &module.requires {
        let key = |version: Option<&str>| (require.module.clone(), version.map(str::to_owned));
        let replaced = module.replaced.get(&key(Some(&require.version))).or_else(|| module.replaced.get(&key(None)));
        let (name, version, line) = match replaced {
            // A folder instead of a module: the code is there, and has no version.
            Some(((_, None), _)) => continue,
            Some(((name, Some(version)), line)) => (name, version, *line),
            None => (&require.module, &require.version, require.line),
        };
        if module.excluded.contains(&(name.clone(), version.clone())) {
            continue;
        }
        if let Some(index) = found.add(Ecosystem::GO, name, version, line) {
            found.dependencies[index].direct = Some(!require.indirect);
        }
    }
    // The oldest Go that will do, not the one that builds: as with any range, nothing is matched against it.
    if let Some((version, line)) = module.toolchain.as_ref().or(module.go.as_ref()) {
        found.ask(Ecosystem::GO, STANDARD_LIBRARY, &format!(">= {version}"), *line, false);
    }
    if !names_everything(&module) {
        from_sums(input, &module, found);
    }
    Ok(())
}

/// `go.sum` without a `go.mod`: the newest version of each module whose code was fetched.
pub(crate) fn read_sums(input: &Input<'_>, found: &mut Found) -> Result<(), Fault> {
    let sums = sums(input.text)?;
    sums.into_iter().for_each(|(module, (version, line))| {
        found.add(Ecosystem::GO, module, version, line);
    });
    Ok(())
}

/// Before Go 1.17 a `go.mod` did not name what its requirements bring in.
fn names_everything(module: &Module) -> bool {
    let Some((go, _)) = &module.go else { return false };
    let mut parts = go.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0)) >= (1, 17)
}

fn from_sums(input: &Input<'_>, module: &Module, found: &mut Found) {
    let named: HashSet<&str> = module.requires.iter().map(|require| require.module.as_str()).collect();
    let Some(text) = input.beside("go.sum") else {
        if !module.requires.is_empty() {
            found.note(
                "it is for a Go before 1.17 and has no go.sum beside it: what its requirements bring in is not known",
                "Run `go mod tidy -go=1.17` or later, and check again.",
            );
        }
        return;
    };
    let Ok(sums) = sums(&text) else { return };
    for (name, (version, _)) in sums {
        if !named.contains(name)
            && !module.excluded.contains(&(name.to_owned(), version.to_owned()))
            && let Some(index) = found.add(Ecosystem::GO, name, version, 1)
        {
            found.dependencies[index].direct = Some(false);
            found.dependencies[index].line = None;
        }
    }
}

/// The newest version of each module whose code, and not its `go.mod` alone, has a sum.
fn sums(text: &str) -> Result<BTreeMap<&str, (&str, u32)>, Fault> {
    let go = Ecosystem::new(Ecosystem::GO);
    let mut newest: BTreeMap<&str, (&str, u32)> = BTreeMap::new();
    for (at, line) in text.lines().enumerate() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
        match words[..] {
            [] => {}
            [_, version, _] if version.ends_with("/go.mod") => {}
            [module, version, _] => {
                let kept = newest.entry(module).or_insert((version, number));
                if compare(&go, version, kept.0).is_some_and(Ordering::is_gt) {
                    *kept = (version, number);
                }
            }
            _ => return Err(Fault::at(number, "it is no module, version and sum")),
        }
    }
    Ok(newest)
}

fn parse(text: &str) -> Result<Module, Fault> {
    let mut module = Module::default();
    let mut block: Option<String> = None;
    let mut seen = false;
    for (at, raw) in text.lines().enumerate() {
        let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
        let (code, comment) = raw.split_once("//").unwrap_or((raw, ""));
        let words = words(code);
        match (&block, words.iter().map(String::as_str).collect::<Vec<_>>().as_slice()) {
            (_, []) => {}
            (Some(_), [")"]) => block = None,
            (Some(verb), rest) => directive(&mut module, verb, rest, comment, number)?,
            (None, [verb, "("]) => block = Some((*verb).to_owned()),
            (None, [verb, "(", ")"]) => _ = verb,
            (None, [verb, rest @ ..]) => directive(&mut module, verb, rest, comment, number)?,
        }
        seen |= words.first().is_some_and(|word| word == "module");
    }
    match (block, seen) {
        (Some(_), _) => Err(Fault::new("a block is not closed: it is cut off")),
        (None, false) => Err(Fault::new("it names no module")),
        (None, true) => Ok(module),
    }
}

fn directive(module: &mut Module, verb: &str, rest: &[&str], comment: &str, line: u32) -> Result<(), Fault> {
    let owned = |word: &&str| (*word).to_owned();
    match (verb, rest) {
        ("go", [version]) => module.go = Some((owned(version), line)),
        ("toolchain", [name]) => {
            let version = name.strip_prefix("go").and_then(|rest| rest.split('-').next());
            module.toolchain = version.filter(|version| !version.is_empty()).map(|version| (version.to_owned(), line));
        }
        ("require", [name, version]) => {
            let indirect = comment.trim() == "indirect" || comment.trim().starts_with("indirect;");
            module.requires.push(Require { module: owned(name), version: owned(version), line, indirect });
        }
        ("exclude", [name, version]) => {
            module.excluded.insert((owned(name), owned(version)));
        }
        ("replace", [old, "=>", new @ ..]) => replace(module, old, None, new, line),
        ("replace", [old, version, "=>", new @ ..]) => replace(module, old, Some(owned(version)), new, line),
        ("require" | "exclude" | "replace", _) => {
            return Err(Fault::at(line, format!("the {verb} line is not as Go writes it")));
        }
        _ => {}
    }
    Ok(())
}

fn replace(module: &mut Module, old: &str, version: Option<String>, new: &[&str], line: u32) {
    let Some(name) = new.first() else { return };
    let target = ((*name).to_owned(), new.get(1).map(|version| (*version).to_owned()));
    module.replaced.insert((old.to_owned(), version), (target, line));
}

/// The words of a line, of which some may be quoted.
fn words(code: &str) -> Vec<String> {
    let code = code.replace('(', " ( ").replace(')', " ) ");
    code.split_whitespace().map(|word| word.trim_matches(['"', '`']).to_owned()).collect()
}
