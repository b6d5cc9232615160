//! Bills of materials that others made: CycloneDX and SPDX, known by what they say and not by their names.

pub(crate) mod bill;
pub(crate) mod cyclonedx;
pub(crate) mod cyclonedx_xml;
pub(crate) mod distribution;
pub(crate) mod purl;
pub(crate) mod sniff;
pub(crate) mod spdx;
pub(crate) mod spdx_tags;
