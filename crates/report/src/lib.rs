//! Findings and dependencies in the forms that people and other tools read. Pure: bytes out of values.
//!
//! Nothing that others wrote is trusted: names of files and packages and the words of advisories are text in every form,
//! and nothing in them is taken for markup, a link, a mention, a formula or an order to a terminal.

mod bill;
mod csv;
mod cyclonedx;
mod cyclonedx_vulnerabilities;
mod html;
mod markdown;
mod openvex;
mod plain;
mod purl;
mod sarif;
mod spdx;
mod tracked;

pub use bill::BillOfMaterials;
pub use csv::{csv, vulnerabilities_csv};
pub use cyclonedx::cyclonedx;
pub use cyclonedx_vulnerabilities::vulnerabilities_cyclonedx;
pub use html::{html, vulnerabilities_html};
pub use markdown::{markdown, vulnerabilities_markdown};
pub use openvex::openvex;
pub use sarif::sarif;
pub use spdx::spdx;
pub use tracked::vulnerabilities_sarif;
