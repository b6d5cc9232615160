//! Every blueprint that can be begun, and every version that ever could.

use std::sync::OnceLock;

use crate::blueprint::Blueprint;
use crate::fault::CatalogueFault;
use crate::shipped::Shipped;
use crate::source;

/// All blueprints of this binary.
pub struct Catalogue {
    current: Vec<Current>,
    version: String,
    shipped: OnceLock<Vec<Shipped>>,
}

/// A blueprint that can be begun. It is read when it is asked for: no program start waits for those that nobody wants.
struct Current {
    template: String,
    stack: String,
    read: OnceLock<Blueprint>,
}

impl Current {
    fn read(&self, version: &str) -> Result<&Blueprint, CatalogueFault> {
        if let Some(ready) = self.read.get() {
            return Ok(ready);
        }
        let sources = source::layered(&self.template, &self.stack)?;
        let ready = Blueprint::new(self.template.clone(), self.stack.clone(), sources, version.to_owned())?;
        Ok(self.read.get_or_init(|| ready))
    }
}

impl Catalogue {
    /// Finds the blueprints that lie in the binary.
    ///
    /// # Errors
    /// When the catalogue of dependencies has no date.
    pub fn open() -> Result<Self, CatalogueFault> {
        let current = source::current().into_iter();
        let current = current.map(|(template, stack)| Current { template, stack, read: OnceLock::new() });
        Ok(Self { current: current.collect(), version: source::current_version()?, shipped: OnceLock::new() })
    }

    /// The blueprints that can be begun, by template and stack.
    ///
    /// # Errors
    /// When one of them is broken.
    pub fn blueprints(&self) -> Result<Vec<&Blueprint>, CatalogueFault> {
        self.current.iter().map(|current| current.read(&self.version)).collect()
    }

    /// The newest blueprint for a template and stack.
    ///
    /// # Errors
    /// When it is broken.
    pub fn find(&self, template: &str, stack: &str) -> Result<Option<&Blueprint>, CatalogueFault> {
        let found = self.current.iter().find(|current| current.template == template && current.stack == stack);
        found.map(|current| current.read(&self.version)).transpose()
    }

    /// The stacks in which a template can be begun.
    #[must_use]
    pub fn stacks(&self, template: &str) -> Vec<&str> {
        self.current
            .iter()
            .filter(|current| current.template == template)
            .map(|current| current.stack.as_str())
            .collect()
    }

    /// The templates that can be begun.
    #[must_use]
    pub fn templates(&self) -> Vec<&str> {
        let mut templates: Vec<&str> = self.current.iter().map(|current| current.template.as_str()).collect();
        templates.dedup();
        templates
    }

    /// The date of the dependency catalogue.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The blueprint with exactly this hash, current or of any version ever shipped.
    ///
    /// # Errors
    /// When the frozen versions cannot be read.
    pub fn by_hash(&self, hash: &str) -> Result<Option<&Blueprint>, CatalogueFault> {
        if let Some(current) = self.blueprints()?.into_iter().find(|blueprint| blueprint.hash() == hash) {
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
