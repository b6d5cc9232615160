//! Every blueprint that can be begun, and every version that ever could.

use std::sync::OnceLock;

use crate::blueprint::Blueprint;
use crate::fault::CatalogueFault;
use crate::shipped::Shipped;
use crate::source;

/// All blueprints of this binary.
pub struct Catalogue {
    current: Vec<Blueprint>,
    shipped: OnceLock<Vec<Shipped>>,
}

impl Catalogue {
    /// Reads the blueprints that lie in the binary.
    ///
    /// # Errors
    /// When one of them is broken.
    pub fn open() -> Result<Self, CatalogueFault> {
        let found = source::current()?;
        // All of them have the same catalogue: it is read once, for every program start waits for this.
        let version = found.first().map(|(_, _, sources)| sources.catalogue_version()).transpose()?.unwrap_or_default();
        let blueprints = found
            .into_iter()
            .map(|(template, stack, sources)| Blueprint::new(template, stack, sources, version.clone()));
        Ok(Self { current: blueprints.collect::<Result<_, _>>()?, shipped: OnceLock::new() })
    }

    /// The blueprints that can be begun, by template and stack.
    #[must_use]
    pub fn blueprints(&self) -> &[Blueprint] {
        &self.current
    }

    /// The newest blueprint for a template and stack.
    #[must_use]
    pub fn find(&self, template: &str, stack: &str) -> Option<&Blueprint> {
        self.current.iter().find(|blueprint| blueprint.template() == template && blueprint.stack() == stack)
    }

    /// The stacks in which a template can be begun.
    #[must_use]
    pub fn stacks(&self, template: &str) -> Vec<&str> {
        self.current.iter().filter(|blueprint| blueprint.template() == template).map(Blueprint::stack).collect()
    }

    /// The templates that can be begun.
    #[must_use]
    pub fn templates(&self) -> Vec<&str> {
        let mut templates: Vec<&str> = self.current.iter().map(Blueprint::template).collect();
        templates.dedup();
        templates
    }

    /// The date of the dependency catalogue.
    #[must_use]
    pub fn version(&self) -> &str {
        self.current.first().map_or("none", Blueprint::catalogue_version)
    }

    /// The blueprint with exactly this hash, current or of any version ever shipped.
    ///
    /// # Errors
    /// When the frozen versions cannot be read.
    pub fn by_hash(&self, hash: &str) -> Result<Option<&Blueprint>, CatalogueFault> {
        if let Some(current) = self.current.iter().find(|blueprint| blueprint.hash() == hash) {
            return Ok(Some(current));
        }
        Ok(self.shipped()?.iter().map(|shipped| &shipped.blueprint).find(|blueprint| blueprint.hash() == hash))
    }

    /// Every version ever shipped, with what it renders to.
    ///
    /// # Errors
    /// When one of them cannot be read.
    pub fn shipped(&self) -> Result<&[Shipped], CatalogueFault> {
        if let Some(ready) = self.shipped.get() {
            return Ok(ready);
        }
        let ready = source::shipped_files()
            .map(|(name, bytes)| Shipped::unpack(&name, bytes))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(self.shipped.get_or_init(|| ready))
    }
}
