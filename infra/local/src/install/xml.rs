//! XML as far as metadata needs it.

use roxmltree::{Document, Node};

/// The namespace of metadata.
pub(crate) const NAMESPACE: &str = "http://soap.sforce.com/2006/04/metadata";
/// How a file begins.
pub(crate) const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// A text between two tags.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// What lies between the root's tags, without the space around it; nothing when it cannot be read.
pub(crate) fn inner(text: &str) -> &str {
    let Ok(document) = Document::parse(text) else { return "" };
    let mut children = document.root_element().children().filter(Node::is_element);
    let Some(first) = children.next() else { return "" };
    let last = children.next_back().unwrap_or(first);
    &text[first.range().start..last.range().end]
}

/// The text of a child element, without the space around it.
pub(crate) fn child<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    let child = node.children().find(|child| child.has_tag_name((NAMESPACE, name)))?;
    Some(child.text().unwrap_or_default().trim())
}

/// The children of one name.
pub(crate) fn children<'a, 'input>(
    node: Node<'a, 'input>,
    name: &str,
) -> impl Iterator<Item = Node<'a, 'input>> {
    node.children().filter(move |child| child.has_tag_name((NAMESPACE, name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inside_of_a_root_is_what_its_children_are() {
        assert_eq!(inner("<a>\n  <b>x &amp; y</b>\n  <c/>\n</a>"), "<b>x &amp; y</b>\n  <c/>");
        assert_eq!(inner("<a><b/></a>"), "<b/>");
        assert_eq!(inner("<a></a>"), "");
        assert_eq!(inner("<a>"), "");
    }
}
