//! A package as it arrives: files, the manifest that lists them, and the components in them.

use super::{Key, Problem};
use crate::install::{KINDS, NAMESPACE, PARTS, child, children};
use roxmltree::{Document, Node};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Cursor, Read},
};

/// A component of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) file: String,
    /// XML without the space between elements; of an object without its parts.
    pub(super) xml: String,
}

/// What a package asks for.
#[derive(Debug, Default)]
pub(super) struct Bundle {
    /// In the order in which they can be looked at.
    pub(super) parts: Vec<Part>,
    /// What is to go.
    pub(super) removals: Vec<Key>,
    /// What is wrong with the package as such.
    pub(super) problems: Vec<Problem>,
}

type Files = BTreeMap<String, String>;

/// The texts in a zip, by path.
pub(super) fn unzip(bytes: &[u8]) -> Result<Files, &'static str> {
    let unreadable = "the zip file cannot be read";
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| unreadable)?;
    let mut files = Files::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).map_err(|_| unreadable)?;
        if file.is_file() {
            let path = file.name().map_err(|_| unreadable)?.into_owned();
            let mut text = String::new();
            file.read_to_string(&mut text).map_err(|_| unreadable)?;
            files.insert(path, text);
        }
    }
    Ok(files)
}

/// Reads a package.
pub(super) fn read(files: &Files) -> Result<Bundle, &'static str> {
    let manifest = files.get("package.xml").ok_or("No package.xml found")?;
    let mut wanted = listed(manifest).ok_or("package.xml cannot be read")?;
    let mut bundle = Bundle::default();
    if let Some(destructive) = files.get("destructiveChanges.xml") {
        bundle.removals =
            listed(destructive).ok_or("destructiveChanges.xml cannot be read")?.into_iter().collect();
        bundle.removals.sort_by_key(|(kind, _)| std::cmp::Reverse(Bundle::rank(kind)));
    }
    for (path, text) in files {
        if path != "package.xml" && path != "destructiveChanges.xml" {
            read_file(&mut bundle, path, text, &wanted);
        }
    }
    let mut seen = BTreeSet::new();
    for part in &bundle.parts {
        let key = (part.kind.clone(), part.name.clone());
        wanted.remove(&key);
        if !seen.insert(key) {
            bundle
                .problems
                .push(Problem::of(part, format!("Duplicate {} in the package: {}", part.kind, part.name)));
        }
    }
    for (kind, name) in wanted {
        let problem = format!(
            "An object '{name}' of type {kind} was named in package.xml, but was not found in zipped directory"
        );
        let file = "package.xml".to_owned();
        bundle.problems.push(Problem { kind, name, file, problem, warning: false });
    }
    bundle.parts.sort_by_key(|part| Bundle::rank(&part.kind));
    Ok(bundle)
}

/// Kind and name of everything a manifest lists.
fn listed(manifest: &str) -> Option<BTreeSet<Key>> {
    let document = Document::parse(manifest).ok()?;
    let root = document.root_element();
    if !root.has_tag_name((NAMESPACE, "Package")) {
        return None;
    }
    let mut all = BTreeSet::new();
    for types in children(root, "types") {
        let kind = child(types, "name")?;
        let members = children(types, "members").filter_map(|member| member.text());
        // Of a folder, both spellings are in use.
        all.extend(members.map(|name| (kind.to_owned(), name.trim().trim_end_matches('/').to_owned())));
    }
    Some(all)
}

fn read_file(bundle: &mut Bundle, path: &str, text: &str, wanted: &BTreeSet<Key>) {
    let (folder, file) = path.split_once('/').unwrap_or(("", path));
    let kind = KINDS.iter().find(|kind| kind.folder == folder);
    let name = match kind {
        Some(kind) => file.strip_suffix(kind.suffix).and_then(|name| name.strip_suffix('.')),
        None => None,
    };
    let name = name.or_else(|| file.strip_suffix("-meta.xml").filter(|_| folder == "reports"));
    let part = |kind: &str, name: &str, xml: String| Part {
        kind: kind.to_owned(),
        name: name.to_owned(),
        file: path.to_owned(),
        xml,
    };
    let (Some(kind), Some(name)) = (kind, name) else {
        bundle.problems.push(Problem::of(&part("", file, String::new()), "Not in package.xml".to_owned()));
        return;
    };
    let document = match Document::parse(text) {
        Ok(document) if document.root_element().tag_name().namespace() == Some(NAMESPACE) => document,
        Ok(_) => {
            let problem = "Error parsing file: the root is not in the namespace of metadata".to_owned();
            bundle.problems.push(Problem::of(&part(kind.name, name, String::new()), problem));
            return;
        }
        Err(error) => {
            let problem = format!("Error parsing file: {error}");
            bundle.problems.push(Problem::of(&part(kind.name, name, String::new()), problem));
            return;
        }
    };
    let root = document.root_element();
    let mut found = Vec::new();
    if kind.name == "CustomObject" {
        for (_, element, kind) in PARTS {
            for node in children(root, element) {
                let full = format!("{name}.{}", child(node, "fullName").unwrap_or_default());
                found.push(part(kind, &full, canonical(node)));
            }
        }
    }
    let is_wanted = |kind: &str, name: &str| {
        wanted.contains(&(kind.to_owned(), name.to_owned()))
            || wanted.contains(&(kind.to_owned(), "*".to_owned()))
    };
    let own = part(kind.name, name, own_text(root));
    let whole = is_wanted(kind.name, name);
    if !whole {
        found.retain(|part| is_wanted(&part.kind, &part.name));
    }
    if whole {
        bundle.parts.push(own);
    } else if found.is_empty() {
        bundle.problems.push(Problem::of(&own, "Not in package.xml".to_owned()));
    }
    bundle.parts.extend(found);
}

/// A component's XML; of an object without the parts that are components themselves.
fn own_text(root: Node<'_, '_>) -> String {
    let is_part =
        |node: &Node<'_, '_>| PARTS.iter().any(|(_, element, _)| node.has_tag_name((NAMESPACE, *element)));
    if root.has_tag_name((NAMESPACE, "CustomObject")) {
        let own: String =
            root.children().filter(|node| node.is_element() && !is_part(node)).map(bare).collect();
        return format!("<CustomObject xmlns=\"{NAMESPACE}\">{own}</CustomObject>");
    }
    canonical(root)
}

/// An element with its namespace said, and no space between its children.
fn canonical(node: Node<'_, '_>) -> String {
    let text = bare(node);
    let name = node.tag_name().name();
    text.replacen(&format!("<{name}>"), &format!("<{name} xmlns=\"{NAMESPACE}\">"), 1)
}

fn bare(node: Node<'_, '_>) -> String {
    let name = node.tag_name().name();
    let inner: String = if node.children().any(|child| child.is_element()) {
        node.children().filter(Node::is_element).map(bare).collect()
    } else {
        let text = node.text().unwrap_or_default().trim();
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
    };
    format!("<{name}>{inner}</{name}>")
}
