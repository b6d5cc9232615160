//! The table of requirements, read from the files that are compiled in.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::error::Error;

/// The files, in the order in which people read them.
const FILES: [(&str, &str); 8] = [
    ("requirements.toml", include_str!("rows/requirements.toml")),
    ("mcp.toml", include_str!("rows/mcp.toml")),
    ("asvs_1_to_3.toml", include_str!("rows/asvs_1_to_3.toml")),
    ("asvs_4_to_6.toml", include_str!("rows/asvs_4_to_6.toml")),
    ("asvs_7_to_10.toml", include_str!("rows/asvs_7_to_10.toml")),
    ("asvs_11_to_13.toml", include_str!("rows/asvs_11_to_13.toml")),
    ("asvs_14_to_17.toml", include_str!("rows/asvs_14_to_17.toml")),
    ("site.toml", include_str!("rows/site.toml")),
];

/// Requirements of one origin.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Catalogue {
    /// Its name; files that share one are one catalogue.
    pub(crate) name: String,
    /// What it is.
    #[serde(default)]
    pub(crate) about: String,
    /// Reasons that several rows share, by name.
    #[serde(default)]
    reasons: BTreeMap<String, String>,
    /// The requirements.
    #[serde(rename = "row")]
    pub(crate) rows: Vec<Row>,
}

/// A requirement, with what shows that it holds.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Row {
    /// What it is called where it comes from.
    pub(crate) id: String,
    /// The level it is asked for from, where its origin has levels.
    pub(crate) level: Option<u8>,
    /// What must hold, in our own words.
    pub(crate) says: String,
    /// Probes that look now.
    #[serde(default)]
    pub(crate) probes: Vec<String>,
    /// Tests of this repository.
    #[serde(default)]
    pub(crate) tests: Vec<String>,
    /// Steps of ./scripts/test.
    #[serde(default)]
    pub(crate) gates: Vec<String>,
    /// Documents, with a heading: `docs/http.md#Limits`.
    #[serde(default)]
    pub(crate) documents: Vec<String>,
    /// Who must look where the program cannot.
    pub(crate) look: Option<Look>,
    /// What is missing, and what will build it.
    pub(crate) not_built: Option<String>,
    /// Why it does not apply: a sentence, or `@` and the name of a shared reason.
    pub(crate) not_applicable: Option<String>,
}

/// What only a person can see.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Look {
    /// Who must look.
    pub(crate) who: String,
    /// Where, and what for.
    pub(crate) at: String,
}

/// All requirements.
#[derive(Clone, Debug)]
pub struct Catalogues(pub(crate) Vec<Catalogue>);

impl Catalogues {
    /// Reads the table.
    ///
    /// # Errors
    /// When a file of it is not what it must be; the tests see to that.
    pub fn read() -> Result<Self, Error> {
        let mut all: Vec<Catalogue> = Vec::new();
        for (file, text) in FILES {
            let mut read: Catalogue = toml::from_str(text).map_err(Error::internal)?;
            read.resolve().map_err(|why| Error::internal(format!("{file}: {why}")))?;
            match all.iter_mut().find(|catalogue| catalogue.name == read.name) {
                Some(catalogue) => catalogue.rows.append(&mut read.rows),
                None => all.push(read),
            }
        }
        let catalogues = Self(all);
        catalogues.check().map_err(Error::internal)?;
        Ok(catalogues)
    }

    /// Every probe that some row names.
    #[must_use]
    pub fn probes(&self) -> BTreeSet<&str> {
        self.rows().flat_map(|row| &row.probes).map(String::as_str).collect()
    }

    fn rows(&self) -> impl Iterator<Item = &Row> {
        self.0.iter().flat_map(|catalogue| &catalogue.rows)
    }

    /// Each id once, and no row without something to show.
    fn check(&self) -> Result<(), String> {
        let mut ids = BTreeSet::new();
        for row in self.rows() {
            if !ids.insert(&row.id) {
                return Err(format!("{} is there twice", row.id));
            }
            row.check().map_err(|why| format!("{}: {why}", row.id))?;
        }
        Ok(())
    }
}

impl Catalogue {
    /// Puts shared reasons in the place of their names.
    fn resolve(&mut self) -> Result<(), String> {
        for row in &mut self.rows {
            for said in [&mut row.not_applicable, &mut row.not_built].into_iter().flatten() {
                if let Some(name) = said.strip_prefix('@') {
                    let reason = self.reasons.get(name).ok_or_else(|| format!("there is no reason {name}"))?;
                    *said = reason.clone();
                }
            }
        }
        Ok(())
    }
}

impl Row {
    fn check(&self) -> Result<(), String> {
        let shown = [&self.probes, &self.tests, &self.gates, &self.documents].iter().any(|some| !some.is_empty());
        let claims = shown || self.look.is_some() || self.not_built.is_some();
        match (claims, &self.not_applicable) {
            (false, None) => Err("nothing shows that it holds".to_owned()),
            (true, Some(_)) => Err("it cannot both apply and not apply".to_owned()),
            _ if self.says.trim().is_empty() => Err("it says nothing".to_owned()),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(more: &str) -> Row {
        toml::from_str(&format!("id = \"X1\"\nsays = \"It holds.\"\n{more}")).unwrap()
    }

    #[test]
    fn the_table_can_be_read_and_every_row_has_something_to_show() {
        let table = Catalogues::read().unwrap();
        assert!(table.rows().count() > 300, "{}", table.rows().count());
    }

    #[test]
    fn a_row_without_evidence_or_with_contradictions_is_refused() {
        assert!(row("").check().is_err());
        assert!(row("tests = [\"a::b\"]").check().is_ok());
        assert!(row("not_applicable = \"there is none\"").check().is_ok());
        assert!(row("not_applicable = \"there is none\"\nprobes = [\"x\"]").check().is_err());
        assert!(toml::from_str::<Row>("id = \"X\"\nsays = \"x\"\nprobe = [\"misspelt\"]").is_err());
    }

    #[test]
    fn a_shared_reason_must_be_there_and_an_id_only_once() {
        let of = |text: &str| toml::from_str::<Catalogue>(text).unwrap();
        let base = "name = \"X\"\n[reasons]\nnone = \"There is none.\"\n";
        let mut good = of(&format!("{base}[[row]]\nid = \"1\"\nsays = \"x\"\nnot_applicable = \"@none\"\n"));
        good.resolve().unwrap();
        assert_eq!(good.rows[0].not_applicable.as_deref(), Some("There is none."));
        let mut bad = of(&format!("{base}[[row]]\nid = \"1\"\nsays = \"x\"\nnot_applicable = \"@gone\"\n"));
        assert!(bad.resolve().unwrap_err().contains("gone"));
        assert!(Catalogues(vec![good.clone(), good]).check().unwrap_err().contains("twice"));
    }
}
