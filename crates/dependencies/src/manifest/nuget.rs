//! Projects of .NET: `*.csproj`, `*.fsproj`, `*.vbproj`.

use crate::document::xml::{self, Element};
use crate::fault::Fault;
use crate::manifest::wants::Wants;

/// Reads a project's references to packages. A version in them is the least that will do, not the one in use.
pub(crate) fn read(text: &str) -> Result<Wants, Fault> {
    let root = xml::read(text)?;
    let mut wants = Wants::default();
    let groups = root.children.iter().filter(|child| child.name == "ItemGroup");
    for element in groups.flat_map(|group| &group.children).filter(|element| element.name == "PackageReference") {
        let Some(name) = element.attribute("Include") else { continue };
        let version = element.attribute("Version").or_else(|| element.text_of("Version")).unwrap_or_default();
        wants.want(name, version, element.line, is_private(element));
    }
    Ok(wants)
}

/// Whether it is used in the build alone.
fn is_private(element: &Element) -> bool {
    let assets = element.attribute("PrivateAssets").or_else(|| element.text_of("PrivateAssets"));
    assets.is_some_and(|assets| assets.eq_ignore_ascii_case("all"))
}
