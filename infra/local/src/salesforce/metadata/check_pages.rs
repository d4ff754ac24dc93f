//! What people see, before the org takes it: buttons, list views, layouts, tabs, apps and reports.

use super::check::{View, names, required};
use crate::install::{child, children};
use roxmltree::Node;

/// Columns of list views that every custom object has.
const LIST_COLUMNS: [&str; 6] =
    ["NAME", "CREATED_DATE", "LAST_UPDATE", "OWNER.ALIAS", "CREATEDBY_USER.ALIAS", "UPDATEDBY_USER.ALIAS"];

fn object_of(name: &str) -> &str {
    name.split(['.', '-']).next().unwrap_or_default()
}

pub(super) fn web_link(view: &View<'_>, root: Node<'_, '_>, name: &str) -> Result<(), String> {
    let object = view.object(object_of(name))?;
    required(root, "masterLabel")?;
    required(root, "displayType")?;
    let url = required(root, "url")?;
    for merged in url.split("{!").skip(1) {
        let merged = merged.split('}').next().unwrap_or_default();
        let known = merged
            .split_once('.')
            .is_some_and(|(of, field)| of == object.name && object.field(field).is_some());
        if !known {
            return Err(format!("Field {merged} does not exist. Check spelling."));
        }
    }
    Ok(())
}

pub(super) fn list_view(view: &View<'_>, root: Node<'_, '_>, name: &str) -> Result<(), String> {
    let object = view.object(object_of(name))?;
    required(root, "label")?;
    required(root, "filterScope")?;
    for column in names(root, "columns").chain(names(root, "field")) {
        if !LIST_COLUMNS.contains(&column) && object.field(column).is_none() {
            return Err(format!("Could not resolve list view column: {column}"));
        }
    }
    Ok(())
}

pub(super) fn layout(view: &View<'_>, root: Node<'_, '_>, name: &str) -> Result<(), String> {
    let object = view.object(object_of(name))?;
    let shown: Vec<&str> = names(root, "field").collect();
    for field in &shown {
        view.field(&object.name, field)?;
    }
    for button in names(root, "customButtons") {
        view.component("customButtons", "WebLink", &format!("{}.{button}", object.name))?;
    }
    let forgotten = object.fields().iter().find(|field| {
        field.required && field.custom() && !shown.iter().any(|name| name.eq_ignore_ascii_case(&field.name))
    });
    match forgotten {
        Some(field) => Err(format!("Layout must contain an item for required layout field: {}", field.name)),
        None => Ok(()),
    }
}

pub(super) fn tab(view: &View<'_>, root: Node<'_, '_>, name: &str) -> Result<(), String> {
    required(root, "motif")?;
    match child(root, "customObject") {
        Some("true") => view.object(name).map(|_| ()),
        _ => Err("This org knows tabs of custom objects only".to_owned()),
    }
}

pub(super) fn application(view: &View<'_>, root: Node<'_, '_>) -> Result<(), String> {
    required(root, "label")?;
    names(root, "tabs")
        .filter(|tab| !tab.starts_with("standard-"))
        .try_for_each(|tab| view.component("tab", "CustomTab", tab))
}

pub(super) fn report_type(view: &View<'_>, root: Node<'_, '_>) -> Result<(), String> {
    view.object(required(root, "baseObject")?)?;
    required(root, "category")?;
    required(root, "label")?;
    for section in children(root, "sections") {
        for column in children(section, "columns") {
            view.field(required(column, "table")?, required(column, "field")?)?;
        }
    }
    Ok(())
}

/// A report, or a folder of reports.
pub(super) fn report(view: &View<'_>, root: Node<'_, '_>, name: &str) -> Result<(), String> {
    required(root, "name")?;
    let Some((folder, _)) = name.split_once('/') else {
        let shared =
            ["folderShares", "accessType"].iter().any(|element| children(root, element).next().is_some());
        return if shared { Ok(()) } else { Err("Required field is missing: folderShares".to_owned()) };
    };
    view.component("folder", "Report", folder)?;
    let report_type = required(root, "reportType")?;
    if let Some(custom) = report_type.strip_suffix("__c") {
        view.component("reportType", "ReportType", custom)?;
    }
    let grouped = children(root, "groupingsDown").filter_map(|node| child(node, "field"));
    let shown = |field: &str| children(root, "columns").any(|node| child(node, "field") == Some(field));
    if let Some(field) = grouped.into_iter().find(|field| shown(field)) {
        return Err(format!("The field {field} is a grouping and cannot be a column as well"));
    }
    for column in names(root, "field").chain(names(root, "dateColumn")) {
        let known = column.split_once('$').is_some_and(|(object, field)| view.field(object, field).is_ok());
        if !known {
            return Err(format!("Invalid value specified: {column} is no column of {report_type}"));
        }
    }
    Ok(())
}
