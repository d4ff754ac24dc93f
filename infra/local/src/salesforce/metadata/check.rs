//! What an org refuses: components that point at nothing, or that cannot be.

use super::{Key, Metadata, Registry, bundle::Part, check_access, check_pages, field};
use crate::{
    install::child,
    salesforce::schema::{Object, Schema},
};
use roxmltree::{Document, Node};

/// The org as it would be with the components looked at so far.
pub(super) struct View<'a> {
    pub(super) schema: &'a Schema,
    pub(super) registry: &'a Registry,
}

impl<'a> View<'a> {
    pub(super) fn has(&self, kind: &str, name: &str) -> bool {
        self.registry.contains_key(&(kind.to_owned(), name.to_owned()))
    }

    /// The object of this name.
    pub(super) fn object(&self, name: &str) -> Result<&'a Object, String> {
        self.schema
            .object(name)
            .ok_or_else(|| format!("Entity of type 'CustomObject' named '{name}' cannot be found"))
    }

    /// An object has this field.
    pub(super) fn field(&self, object: &str, name: &str) -> Result<(), String> {
        match self.object(object)?.field(name) {
            Some(_) => Ok(()),
            None => Err(format!("In field: field - no CustomField named {object}.{name} found")),
        }
    }

    /// There is such a component.
    pub(super) fn component(&self, element: &str, kind: &str, name: &str) -> Result<(), String> {
        if self.has(kind, name) {
            return Ok(());
        }
        Err(format!("In field: {element} - no {kind} named {name} found"))
    }
}

/// Whether the org takes a component. The first reason counts.
pub(super) fn part(view: &View<'_>, metadata: &Metadata, part: &Part) -> Result<(), String> {
    let document = Document::parse(&part.xml).map_err(|error| error.to_string())?;
    let (root, name) = (document.root_element(), part.name.as_str());
    match part.kind.as_str() {
        "CustomPermission" => required(root, "label").map(|_| ()),
        "CustomObject" => field::object(name, root, "a00").map(|_| ()),
        "CustomField" => custom_field(view, root, name),
        "WebLink" => check_pages::web_link(view, root, name),
        "ListView" => check_pages::list_view(view, root, name),
        "Layout" => check_pages::layout(view, root, name),
        "CustomTab" => check_pages::tab(view, root, name),
        "CustomApplication" => check_pages::application(view, root),
        "ReportType" => check_pages::report_type(view, root),
        "Report" => check_pages::report(view, root, name),
        "CspTrustedSite" => trusted_site(root),
        "PermissionSet" => check_access::permission_set(view, root),
        "ExternalClientApplication" if metadata.refuses_apps => {
            Err("You can't create external client apps: the feature is not enabled for this org".to_owned())
        }
        kind if kind.starts_with("ExtlClntApp") || kind == "ExternalClientApplication" => {
            check_access::app(view, kind, root, name)
        }
        kind => Err(format!("This org does not know the type {kind}")),
    }
}

/// The text of an element that must be there.
pub(super) fn required<'a>(node: Node<'a, '_>, element: &str) -> Result<&'a str, String> {
    child(node, element)
        .filter(|text| !text.is_empty())
        .ok_or_else(|| format!("Required field is missing: {element}"))
}

fn custom_field(view: &View<'_>, root: Node<'_, '_>, name: &str) -> Result<(), String> {
    let object = view.object(name.split('.').next().unwrap_or_default())?;
    let wanted = field::field(root)?;
    if let Some(before) = object.field(&wanted.name) {
        field::check_change(before, &wanted)?;
    }
    for target in wanted.lookup_targets() {
        view.object(target).map_err(|_| {
            format!("referenceTo value of '{target}' does not resolve to a valid sObject type")
        })?;
        let taken = view.schema.children_of(target).any(|child| {
            child.field.children == wanted.children
                && (child.object.name != object.name || child.field.name != wanted.name)
                && child.field.children.is_some()
        });
        if taken {
            let relationship = child(root, "relationshipName").unwrap_or_default();
            return Err(format!(
                "duplicate value found: the relationship name {relationship} is in use at {target}"
            ));
        }
    }
    Ok(())
}

fn trusted_site(root: Node<'_, '_>) -> Result<(), String> {
    let address = required(root, "endpointUrl")?;
    required(root, "isActive")?;
    if !is_secure(address) {
        return Err(format!("endpointUrl: {address} does not begin with https://"));
    }
    let applies = root.children().any(|node| {
        node.tag_name().name().starts_with("isApplicableTo") && node.text().map(str::trim) == Some("true")
    });
    if applies { Ok(()) } else { Err("Select at least one directive".to_owned()) }
}

/// An address that is safe to send tokens to: encrypted, or of this machine.
pub(super) fn is_secure(address: &str) -> bool {
    ["https://", "http://localhost", "http://127.0.0.1"].iter().any(|start| address.starts_with(start))
}

/// Why a component cannot be deleted; a warning when there is none.
pub(super) fn removal(view: &View<'_>, (kind, name): &Key, assigned: bool) -> Result<(), (String, bool)> {
    if !view.has(kind, name) {
        return Err((format!("No {kind} named: {name} found"), true));
    }
    if assigned {
        return Err(("Cannot delete: the permission set is assigned to users".to_owned(), false));
    }
    Ok(())
}

/// The names in elements of one name, at any depth.
pub(super) fn names<'a>(root: Node<'a, '_>, element: &'a str) -> impl Iterator<Item = &'a str> {
    root.descendants()
        .filter(move |node| node.tag_name().name() == element)
        .filter_map(|node| node.text().map(str::trim))
}
