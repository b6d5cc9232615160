//! What projects ask for: manifests with ranges. Beside a lockfile they tell what is asked for directly and what for development
//! alone; without one they are all that is known, and nothing in them is a pin.

pub(crate) mod cargo;
pub(crate) mod composer;
pub(crate) mod gemfile;
pub(crate) mod mix;
pub(crate) mod npm;
pub(crate) mod nuget;
pub(crate) mod pipfile;
pub(crate) mod pubspec;
pub(crate) mod pyproject;
pub(crate) mod unlocked;
pub(crate) mod wants;
