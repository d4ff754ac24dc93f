//! What permission sets give to whom.
//!
//! In a bare org nobody sees the fields that a deployment brings before a permission set grants them, as in life. The
//! standard org's users have had theirs from the start, so there only the custom permissions count.

use super::{Key, Registry};
use crate::{
    install::{child, children},
    salesforce::{
        error::{ApiError, ApiResult},
        org::Org,
        profiles::{FieldRights, ObjectRights},
        schema::{Field, Object},
        store::{Row, is_deleted},
    },
};
use roxmltree::{Document, Node};
use serde_json::Value;
use std::collections::BTreeSet;

const ASSIGNMENT: &str = "PermissionSetAssignment";

fn text<'a>(row: &'a Row, name: &str) -> Option<&'a str> {
    row.get(name).and_then(Value::as_str)
}

/// Whether anybody has the permission set.
pub(super) fn is_assigned(org: &Org, (kind, name): &Key) -> bool {
    kind == "PermissionSet" && assignments(org).any(|(_, set)| set == *name)
}

/// Users and the names of their permission sets.
fn assignments(org: &Org) -> impl Iterator<Item = (String, String)> {
    org.store.rows(ASSIGNMENT).filter(|(_, row)| !is_deleted(row)).filter_map(|(_, row)| {
        let set = org.store.live("PermissionSet", text(row, "PermissionSetId")?)?;
        Some((text(row, "AssigneeId")?.to_owned(), text(set, "Name")?.to_owned()))
    })
}

/// A user has a permission set once.
pub(crate) fn check_insert(org: &Org, object: &Object, row: &Row) -> ApiResult<()> {
    if object.name != ASSIGNMENT {
        return Ok(());
    }
    let (user, set) = (text(row, "AssigneeId"), text(row, "PermissionSetId"));
    let same = |known: &Row| text(known, "AssigneeId") == user && text(known, "PermissionSetId") == set;
    if org.store.rows(ASSIGNMENT).any(|(_, known)| !is_deleted(known) && same(known)) {
        let message = format!(
            "Duplicate PermissionSetAssignment. Assignee: {}; Permission Set: {}",
            user.unwrap_or_default(),
            set.unwrap_or_default()
        );
        return Err(ApiError::row("DUPLICATE_VALUE", message, &["AssigneeId", "PermissionSetId"]));
    }
    Ok(())
}

/// The XML of the permission sets of a user.
fn sets_of(org: &Org, user: &str) -> Vec<String> {
    let own = assignments(org).filter(|(assignee, _)| assignee == user);
    own.filter_map(|(_, set)| org.metadata.registry.get(&("PermissionSet".to_owned(), set)).cloned())
        .collect()
}

/// The custom permissions a user has.
pub(crate) fn custom_permissions(org: &Org, user: &str) -> BTreeSet<String> {
    let mut permissions = BTreeSet::new();
    for xml in sets_of(org, user) {
        let Ok(document) = Document::parse(&xml) else { continue };
        let enabled = children(document.root_element(), "customPermissions");
        let enabled = enabled.filter(|node| child(*node, "enabled") == Some("true"));
        permissions.extend(enabled.filter_map(|node| child(node, "name").map(str::to_owned)));
    }
    permissions
}

/// Works out anew what each user may do with the objects that were deployed.
pub(crate) fn refresh(org: &mut Org) {
    if !org.bare {
        return;
    }
    let objects: Vec<String> = deployed_objects(&org.metadata.registry);
    for (user, username) in org.users() {
        let sets = sets_of(org, &user);
        let documents: Vec<Document<'_>> = sets.iter().filter_map(|xml| Document::parse(xml).ok()).collect();
        for name in &objects {
            let Some(object) = org.schema.object(name).cloned() else { continue };
            let rights =
                if org.administers(&user) { ObjectRights::ALL } else { object_rights(&documents, name) };
            let fields: Vec<(String, FieldRights)> = object
                .fields()
                .iter()
                .map(|field| (field.name.clone(), field_rights(&documents, name, field)))
                .collect();
            org.change_profile(&username, |profile| {
                profile.set_object(name, rights);
                fields.iter().for_each(|(field, rights)| profile.set_field(name, field, *rights));
            });
        }
    }
}

fn deployed_objects(registry: &Registry) -> Vec<String> {
    registry.keys().filter(|(kind, _)| kind == "CustomObject").map(|(_, name)| name.clone()).collect()
}

fn object_rights(sets: &[Document<'_>], object: &str) -> ObjectRights {
    let own = |what: &str| granted(sets, "objectPermissions", ("object", object), what);
    ObjectRights {
        read: own("allowRead"),
        create: own("allowCreate"),
        edit: own("allowEdit"),
        delete: own("allowDelete"),
    }
}

/// Standard and required fields come with the object.
fn field_rights(sets: &[Document<'_>], object: &str, field: &Field) -> FieldRights {
    if !field.custom() || field.required {
        return FieldRights::Full;
    }
    let name = format!("{object}.{}", field.name);
    let own = |what: &str| granted(sets, "fieldPermissions", ("field", &name), what);
    match (own("editable"), own("readable")) {
        (true, _) => FieldRights::Full,
        (false, true) => FieldRights::ReadOnly,
        (false, false) => FieldRights::Hidden,
    }
}

fn granted(sets: &[Document<'_>], element: &str, (key, name): (&str, &str), what: &str) -> bool {
    let of = |node: &Node<'_, '_>| child(*node, key) == Some(name) && child(*node, what) == Some("true");
    sets.iter().any(|set| children(set.root_element(), element).any(|node| of(&node)))
}
