//! XML.

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

use crate::document::lines::Lines;
use crate::document::node::DEEPEST;
use crate::fault::Fault;

/// More elements than this are refused.
const MOST_ELEMENTS: usize = 2_000_000;

/// An element, by its name without prefix.
#[derive(Debug, Default)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) line: u32,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) text: String,
    pub(crate) children: Vec<Element>,
}

impl Element {
    /// The first child of a name.
    pub(crate) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The children of the first child of a name.
    pub(crate) fn children_of(&self, name: &str) -> &[Element] {
        self.child(name).map_or(&[], |child| &child.children)
    }

    /// The text of the first child of a name, where it has any.
    pub(crate) fn text_of(&self, name: &str) -> Option<&str> {
        self.child(name).map(|child| child.text.trim()).filter(|text| !text.is_empty())
    }

    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Reads the root element. Entities of a document's own are not resolved: what has a document type with them is refused.
pub(crate) fn read(text: &str) -> Result<Element, Fault> {
    let lines = Lines::of(text);
    let mut reader = Reader::from_str(text);
    let mut open = vec![Element::default()];
    let mut count = 0;
    loop {
        let start = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let line = lines.at(start);
        let event = reader.read_event().map_err(|error| Fault::at(line, format!("it is no XML ({error})")))?;
        let Some(holder) = open.last_mut() else { return Err(Fault::at(line, "it closes what is not open")) };
        match event {
            Event::Start(tag) => open.push(element(&tag, line)?),
            Event::Empty(tag) => holder.children.push(element(&tag, line)?),
            Event::End(_) => {
                let Some(done) = open.pop() else { continue };
                if let Some(parent) = open.last_mut() {
                    parent.children.push(done);
                }
            }
            Event::Text(text) => holder.text.push_str(&text.decode().map_err(|_| Fault::at(line, "it is no UTF-8"))?),
            Event::CData(text) => holder.text.push_str(&text.decode().map_err(|_| Fault::at(line, "it is no UTF-8"))?),
            Event::GeneralRef(name) => {
                let letter = name.resolve_char_ref().ok().flatten();
                let named = std::str::from_utf8(&name).ok().and_then(resolve_predefined_entity);
                match (letter, named) {
                    (Some(letter), _) => holder.text.push(letter),
                    (None, Some(named)) => holder.text.push_str(named),
                    (None, None) => return Err(Fault::at(line, "it uses an entity of its own")),
                }
            }
            Event::DocType(kind) if kind.contains(&b'[') => {
                return Err(Fault::at(line, "it defines entities of its own"));
            }
            Event::Eof => break,
            _ => {}
        }
        count += 1;
        if open.len() > DEEPEST || count > MOST_ELEMENTS {
            return Err(Fault::at(line, "it is nested too deeply or has too many elements"));
        }
    }
    match (open.len(), open.pop().and_then(|mut root| root.children.pop())) {
        (1, Some(root)) => Ok(root),
        (1, None) => Err(Fault::new("it has no element")),
        _ => Err(Fault::new("it is cut off")),
    }
}

fn element(tag: &BytesStart<'_>, line: u32) -> Result<Element, Fault> {
    let word = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut attributes = Vec::new();
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|error| Fault::at(line, format!("it is no XML ({error})")))?;
        let value = quick_xml::escape::unescape(std::str::from_utf8(&attribute.value).unwrap_or_default())
            .map_err(|_| Fault::at(line, "it uses an entity of its own"))?
            .into_owned();
        attributes.push((word(attribute.key.local_name().as_ref()), value));
    }
    Ok(Element { name: word(tag.local_name().as_ref()), line, attributes, ..Element::default() })
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn elements_know_their_lines_and_texts() {
        let root = read(
            "<?xml version=\"1.0\"?>\n<!-- c -->\n<x:a>\n <b k='1 &amp; 2'>t &lt;&#65;<![CDATA[<]]></b>\n <c/>\n</x:a>",
        )
        .unwrap();
        let b = root.child("b").unwrap();
        assert_eq!((root.name.as_str(), b.line, b.text.as_str(), b.attribute("k")), ("a", 4, "t <A<", Some("1 & 2")));
        assert_eq!(root.child("c").unwrap().line, 5);
    }

    #[test]
    fn what_could_grow_or_is_broken_is_refused() {
        let laughs = "<!DOCTYPE a [<!ENTITY b \"bbbb\"><!ENTITY c \"&b;&b;\">]><a>&c;</a>";
        assert!(read(laughs).unwrap_err().0.contains("entities of its own"));
        assert!(read("<a>&own;</a>").unwrap_err().0.contains("entity of its own"));
        assert!(read(&"<a>".repeat(100_000)).unwrap_err().0.contains("nested too deeply"));
        assert!(read("<a><b></a>").unwrap_err().0.contains("no XML"));
        assert!(read("<a><b>").unwrap_err().0.contains("cut off"));
        assert!(read("").unwrap_err().0.contains("no element"));
    }
}
