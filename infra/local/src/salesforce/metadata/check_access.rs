//! Who may what, before the org takes it: permission sets, and external client apps.

use super::check::{View, is_secure, required};
use crate::install::{child, children};
use roxmltree::Node;

pub(super) fn permission_set(view: &View<'_>, root: Node<'_, '_>) -> Result<(), String> {
    required(root, "label")?;
    for rights in children(root, "objectPermissions") {
        let object = required(rights, "object")?;
        view.object(object)?;
        let may = |what: &str| child(rights, what) == Some("true");
        for (what, needs) in [
            ("allowCreate", "allowRead"),
            ("allowEdit", "allowRead"),
            ("allowDelete", "allowEdit"),
            ("viewAllRecords", "allowRead"),
            ("modifyAllRecords", "allowDelete"),
            ("modifyAllRecords", "viewAllRecords"),
        ] {
            if may(what) && !may(needs) {
                return Err(format!("Permission {what} {object} depends on permission(s): {needs} {object}"));
            }
        }
    }
    for rights in children(root, "fieldPermissions") {
        let full = required(rights, "field")?;
        let (object, name) = full.split_once('.').unwrap_or_default();
        let missing = || format!("In field: field - no CustomField named {full} found");
        let field = view.schema.object(object).and_then(|object| object.field(name)).ok_or_else(missing)?;
        if field.required || field.name_field || !field.custom() {
            return Err(format!("You cannot deploy to a required field: {full}"));
        }
    }
    for (element, part, kind) in [
        ("customPermissions", "name", "CustomPermission"),
        ("tabSettings", "tab", "CustomTab"),
        ("applicationVisibilities", "application", "CustomApplication"),
    ] {
        for node in children(root, element) {
            view.component(part, kind, required(node, part)?)?;
        }
    }
    Ok(())
}

/// An external client app and its settings.
pub(super) fn app(view: &View<'_>, kind: &str, root: Node<'_, '_>, name: &str) -> Result<(), String> {
    required(root, "label")?;
    if kind == "ExternalClientApplication" {
        required(root, "contactEmail")?;
        return required(root, "distributionState").map(|_| ());
    }
    let app = required(root, "externalClientApplication")?;
    view.component("externalClientApplication", "ExternalClientApplication", app)?;
    match kind {
        "ExtlClntAppOauthSettings" => required(root, "commaSeparatedOauthScopes").map(|_| ()),
        "ExtlClntAppGlobalOauthSettings" => global_settings(view, root, name),
        _ => {
            let sets = child(root, "commaSeparatedPermissionSet").unwrap_or_default();
            let sets = sets.split(',').map(str::trim).filter(|set| !set.is_empty());
            sets.into_iter()
                .try_for_each(|set| view.component("commaSeparatedPermissionSet", "PermissionSet", set))
        }
    }
}

fn global_settings(view: &View<'_>, root: Node<'_, '_>, name: &str) -> Result<(), String> {
    let callbacks = required(root, "callbackUrl")?;
    if let Some(wrong) = callbacks.lines().map(str::trim).find(|callback| !is_secure(callback)) {
        return Err(format!("callbackUrl: {wrong} does not begin with https://"));
    }
    let key = child(root, "consumerKey");
    let before = view.registry.get(&("ExtlClntAppGlobalOauthSettings".to_owned(), name.to_owned()));
    match (key, before) {
        (Some(key), _)
            if !(8..=256).contains(&key.len()) || !key.bytes().all(|byte| byte.is_ascii_alphanumeric()) =>
        {
            Err("consumerKey: give 8 to 256 letters and digits".to_owned())
        }
        (Some(key), Some(before)) if !before.contains(&format!("<consumerKey>{key}</consumerKey>")) => {
            Err("consumerKey: the key of an app cannot be changed".to_owned())
        }
        _ => Ok(()),
    }
}
