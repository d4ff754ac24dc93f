//! A deployment worked off: every component looked at, and all of them taken or none.

use super::{
    Change, Key, Metadata, Options, Problem, Registry, access,
    bundle::{Bundle, Part},
    check::{self, View},
    field,
};
use crate::{
    install::child,
    salesforce::{
        error::ApiResult,
        org::Org,
        schema::Schema,
        store::{Row, is_deleted},
    },
};
use roxmltree::Document;
use serde_json::json;

/// What became, or would become, of a component.
#[derive(Debug)]
pub(super) struct Effect {
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) file: String,
    pub(super) created: bool,
    pub(super) changed: bool,
    pub(super) deleted: bool,
}

/// What a deployment came to.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) effects: Vec<Effect>,
    pub(super) problems: Vec<Problem>,
}

/// Works a package off. What is refused is in the outcome; an error is the journal's.
pub(super) fn deploy(org: &mut Org, bundle: &Bundle, how: Options) -> ApiResult<Outcome> {
    let (mut schema, mut registry) = (org.schema.clone(), org.metadata.registry.clone());
    let mut outcome = Outcome { problems: bundle.problems.clone(), ..Outcome::default() };
    let mut changes = Vec::new();
    for part in &bundle.parts {
        if outcome.problems.iter().any(|problem| problem.kind == part.kind && problem.name == part.name) {
            continue;
        }
        match take(&mut schema, &mut registry, &org.metadata, part) {
            Ok(effect) => {
                if effect.changed {
                    changes.push((part.kind.clone(), part.name.clone(), Some(part.xml.clone())));
                }
                outcome.effects.push(effect);
            }
            Err(problem) => outcome.problems.push(Problem::of(part, problem)),
        }
    }
    for key in &bundle.removals {
        let view = View { schema: &schema, registry: &registry };
        match check::removal(&view, key, access::is_assigned(org, key)) {
            Ok(()) => {
                for (kind, name) in going_along(&registry, key) {
                    changes.push((kind.clone(), name.clone(), None));
                    install(&mut schema, &mut registry, (&kind, &name), None);
                }
                outcome.effects.push(removed(key));
            }
            Err((problem, warning)) => {
                let (kind, name) = key.clone();
                let file = "destructiveChanges.xml".to_owned();
                outcome.problems.push(Problem { kind, name, file, problem, warning });
            }
        }
    }
    let refused = outcome.problems.iter().any(|problem| !problem.warning);
    let undone = how.check_only || (refused && how.all_or_nothing);
    if !undone {
        keep(org, schema, registry, &changes)?;
    }
    Ok(outcome)
}

/// Looks at a component and takes it.
fn take(
    schema: &mut Schema,
    registry: &mut Registry,
    metadata: &Metadata,
    part: &Part,
) -> Result<Effect, String> {
    check::part(&View { schema, registry }, metadata, part)?;
    let before = registry.get(&(part.kind.clone(), part.name.clone()));
    let known = before == Some(&part.xml);
    let (there, same) = match part.kind.as_str() {
        // Fields may have been changed in the org by other means.
        "CustomField" => {
            let (object, name) = part.name.split_once('.').unwrap_or_default();
            let field = schema.object(object).and_then(|object| object.field(name));
            (field.is_some(), known && field == wanted_field(&part.xml).as_ref())
        }
        _ => (before.is_some(), known),
    };
    if !same {
        install(schema, registry, (&part.kind, &part.name), Some(&part.xml));
    }
    let Part { kind, name, file, .. } = part.clone();
    Ok(Effect { kind, name, file, created: !there, changed: !same, deleted: false })
}

fn wanted_field(xml: &str) -> Option<crate::salesforce::schema::Field> {
    let document = Document::parse(xml).ok()?;
    field::field(document.root_element()).ok()
}

fn removed((kind, name): &Key) -> Effect {
    let file = "destructiveChanges.xml".to_owned();
    Effect { kind: kind.clone(), name: name.clone(), file, created: false, changed: true, deleted: true }
}

/// A component and, of an object, what cannot be without it.
fn going_along(registry: &Registry, key: &Key) -> Vec<Key> {
    let (kind, name) = key;
    let belongs = |other: &Key| {
        kind == "CustomObject"
            && ["CustomField", "ListView", "WebLink", "Layout"].contains(&other.0.as_str())
            && other.1.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with(['.', '-']))
    };
    registry.keys().filter(|other| belongs(other)).cloned().chain([key.clone()]).collect()
}

/// Puts a component in its place, or takes it away. It was looked at before.
pub(crate) fn install(schema: &mut Schema, registry: &mut Registry, key: (&str, &str), xml: Option<&str>) {
    let (kind, name) = key;
    let owned = (kind.to_owned(), name.to_owned());
    match xml {
        Some(xml) => registry.insert(owned, xml.to_owned()),
        None => registry.remove(&owned),
    };
    let document = xml.and_then(|xml| Document::parse(xml).ok());
    let (object, field_name) = name.split_once('.').unwrap_or((name, ""));
    match (kind, document) {
        ("CustomObject", Some(document)) => {
            let prefix =
                schema.object(name).map_or_else(|| schema.free_prefix(), |object| object.prefix.clone());
            if let Ok(object) = field::object(name, document.root_element(), &prefix) {
                schema.put(object);
            }
        }
        ("CustomObject", None) => schema.remove(name),
        ("CustomField", document) => {
            let field = document.and_then(|document| field::field(document.root_element()).ok());
            schema.change(object, |fields| {
                let at = fields.iter().position(|known| known.name.eq_ignore_ascii_case(field_name));
                match (at, field) {
                    (Some(at), Some(field)) => fields[at] = field,
                    (None, Some(field)) => fields.push(field),
                    (Some(at), None) => {
                        fields.remove(at);
                    }
                    (None, None) => {}
                }
            });
        }
        _ => {}
    }
}

/// Makes the deployment last.
fn keep(org: &mut Org, schema: Schema, registry: Registry, changes: &[Change]) -> ApiResult<()> {
    let gone: Vec<String> = changes
        .iter()
        .filter(|(kind, _, xml)| kind == "CustomObject" && xml.is_none())
        .map(|(_, name, _)| name.clone())
        .collect();
    for object in gone {
        delete_rows(org, &object, |_| true);
    }
    for (kind, name, xml) in changes {
        let shown = match kind.as_str() {
            "PermissionSet" => Some(("0PS", "Name", "label", "Label")),
            "CspTrustedSite" => Some(("08y", "DeveloperName", "endpointUrl", "EndpointUrl")),
            _ => None,
        };
        let Some((prefix, key, element, field)) = shown else { continue };
        delete_rows(org, kind, |row| {
            row.get(key).is_some_and(|known| known == name.as_str()) && xml.is_none()
        });
        if let Some(document) = xml.as_deref().and_then(|xml| Document::parse(xml).ok()) {
            let text = child(document.root_element(), element).unwrap_or_default().to_owned();
            let found = org.store.rows(kind).find(|(_, row)| {
                !is_deleted(row) && row.get(key).is_some_and(|known| known == name.as_str())
            });
            let found = found.map(|(id, row)| (id.clone(), Row::clone(row)));
            let (id, mut row) = found.unwrap_or_else(|| (org.store.next_id(kind, prefix).0, Row::new()));
            let own = json!({
                "Id": id, "IsDeleted": false, key: name, field: text, "CreatedDate": org.now_text(),
                "LastModifiedDate": org.now_text(), "SystemModstamp": org.now_text(),
            });
            row.extend(own.as_object().cloned().unwrap_or_default());
            org.store.put(kind, &id, row);
        }
    }
    org.commit_metadata(schema, registry, changes)
}

fn delete_rows(org: &mut Org, object: &str, which: impl Fn(&Row) -> bool) {
    let rows = org.store.rows(object).filter(|(_, row)| !is_deleted(row) && which(row));
    let rows: Vec<(String, Row)> = rows.map(|(id, row)| (id.clone(), Row::clone(row))).collect();
    for (id, mut row) in rows {
        row.insert("IsDeleted".to_owned(), true.into());
        org.store.put(object, &id, row);
    }
}
