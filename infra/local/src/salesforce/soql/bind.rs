//! Binds the names of a statement to fields, or says which is unknown.

use super::super::{
    org::{Caller, Org},
    schema::{Field, Object},
    store::Row,
};
use super::{SoqlError, ast::Path};
use serde_json::Value;

/// Where the statement is evaluated: whose rights, which objects.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) org: &'a Org,
    pub(super) caller: &'a Caller,
    pub(super) object: &'a Object,
    pub(super) alias: Option<&'a str>,
    /// Deleted records count too.
    pub(super) with_deleted: bool,
}

/// A path whose names are known: lookups to go up, then a field.
pub(super) struct Bound<'a> {
    pub(super) parents: Vec<&'a Field>,
    pub(super) field: &'a Field,
}

impl<'a> Scope<'a> {
    /// Binds a path, or answers `No such column`.
    pub(super) fn bind(&self, path: &Path) -> Result<Bound<'a>, SoqlError> {
        let mut names = path.names.as_slice();
        if let [first, rest @ ..] = names
            && !rest.is_empty()
            && self.is_own_name(first)
        {
            names = rest;
        }
        let mut object = self.object;
        let mut parents = Vec::new();
        while let [relationship, rest @ ..] = names
            && !rest.is_empty()
        {
            let lookup = object.relationship(relationship);
            let visible = |field: &&Field| self.org.visible(&self.caller.user, &object.name, &field.name);
            let lookup = lookup.filter(visible).ok_or_else(|| no_relationship(relationship, path.at))?;
            object = self.target(lookup, rest).ok_or_else(|| no_relationship(relationship, path.at))?;
            parents.push(lookup);
            names = rest;
        }
        let name = names.first().map(String::as_str).unwrap_or_default();
        let field = self.org.field(self.caller, object, name);
        let field = field.ok_or_else(|| no_column(name, &object.name, path.at))?;
        Ok(Bound { parents, field })
    }

    /// The object a lookup leads to: of several, the one that has what the path names next.
    fn target(&self, lookup: &Field, rest: &[String]) -> Option<&'a Object> {
        let targets = || {
            let targets = lookup.lookup_targets().iter();
            targets.filter_map(|name| self.org.object(self.caller, name).ok())
        };
        let next = rest.first().map(String::as_str).unwrap_or_default();
        let has_next = |object: &&Object| object.field(next).or(object.relationship(next)).is_some();
        targets().find(has_next).or_else(|| targets().next())
    }

    fn is_own_name(&self, name: &str) -> bool {
        self.alias.is_some_and(|alias| alias.eq_ignore_ascii_case(name))
            || (self.object.name.eq_ignore_ascii_case(name) && self.object.relationship(name).is_none())
    }

    /// The record a lookup of this row points to, if the caller sees it.
    pub(super) fn parent(&self, row: &Row, lookup: &Field) -> Option<(&'a Object, &'a Row)> {
        let id = row.get(&lookup.name)?.as_str()?;
        let object = self.org.schema.object_of_id(id)?;
        let row = self.org.store.get(&object.name, id)?.as_ref();
        self.org.sees(&self.caller.user, &object.name, row).then_some((object, row))
    }

    /// The value at the end of a path; null when a parent is missing.
    pub(super) fn value<'r>(&self, row: &'r Row, bound: &Bound<'_>) -> &'r Value
    where
        'a: 'r,
    {
        let mut row = row;
        for lookup in &bound.parents {
            match self.parent(row, lookup) {
                Some((_, parent)) => row = parent,
                None => return &Value::Null,
            }
        }
        row.get(&bound.field.name).unwrap_or(&Value::Null)
    }
}

fn no_column(name: &str, object: &str, at: usize) -> SoqlError {
    let message = format!(
        "No such column '{name}' on entity '{object}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names."
    );
    SoqlError::new("INVALID_FIELD", message, at)
}

fn no_relationship(name: &str, at: usize) -> SoqlError {
    let message = format!(
        "Didn't understand relationship '{name}' in field path. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names."
    );
    SoqlError::new("INVALID_FIELD", message, at)
}
