//! The rows of every object, the indexes over them, and what it takes to undo a request.

use super::{id, schema::Schema};
use serde_json::{Map, Value};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

/// A record: field name to value, fields that are null left out. Datetimes and dates are kept as the API writes them.
pub(crate) type Row = Map<String, Value>;

#[derive(Debug, Default)]
struct Table {
    rows: BTreeMap<String, Arc<Row>>,
    /// Field, then key, to the ids of the live records that have it.
    index: HashMap<String, HashMap<String, Vec<String>>>,
    last_number: u64,
}

/// All rows. Changes are undone by [`Store::rollback`] until [`Store::commit`] forgets how.
#[derive(Debug, Default)]
pub(crate) struct Store {
    tables: BTreeMap<String, Table>,
    /// Object to its indexed fields, and whether case tells their values apart.
    indexed: HashMap<String, Vec<(String, bool)>>,
    undo: Vec<(String, String, Option<Arc<Row>>)>,
}

/// A point to roll back to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Savepoint(usize);

impl Savepoint {
    /// Where the request began.
    pub(crate) const START: Savepoint = Savepoint(0);
}

impl Store {
    /// Builds the indexes the schema asks for, anew.
    pub(crate) fn reindex(&mut self, schema: &Schema) {
        for object in schema.objects() {
            let fields = object.fields().iter().filter(|field| field.indexed());
            let fields = fields.map(|field| (field.name.clone(), field.case_sensitive)).collect();
            self.indexed.insert(object.name.clone(), fields);
            let table = self.tables.entry(object.name.clone()).or_default();
            table.index.clear();
            for (id, row) in &table.rows {
                enter(&mut table.index, &self.indexed[&object.name], id, row);
            }
        }
    }

    /// The next id of an object, never given twice, and its number.
    pub(crate) fn next_id(&mut self, object: &str, prefix: &str) -> (String, u64) {
        let table = self.tables.entry(object.to_owned()).or_default();
        table.last_number += 1;
        (id::make(prefix, table.last_number), table.last_number)
    }

    /// A record, deleted or not.
    pub(crate) fn get(&self, object: &str, id: &str) -> Option<&Arc<Row>> {
        self.tables.get(object)?.rows.get(id)
    }

    /// A record that is not deleted.
    pub(crate) fn live(&self, object: &str, id: &str) -> Option<&Arc<Row>> {
        self.get(object, id).filter(|row| !is_deleted(row))
    }

    /// All records in the order they were created.
    pub(crate) fn rows(&self, object: &str) -> impl DoubleEndedIterator<Item = (&String, &Arc<Row>)> {
        self.tables.get(object).into_iter().flat_map(|table| table.rows.iter())
    }

    /// The live records whose indexed field has this value; `None` if the field has no index.
    pub(crate) fn find(&self, object: &str, field: &str, value: &str) -> Option<&[String]> {
        let (_, case_sensitive) = self.indexed.get(object)?.iter().find(|(name, _)| name == field)?;
        let key = if *case_sensitive { value.to_owned() } else { value.to_lowercase() };
        let ids = self.tables.get(object)?.index.get(field).and_then(|keys| keys.get(&key));
        Some(ids.map_or(&[], Vec::as_slice))
    }

    /// Writes a record, whether or not it was there before.
    pub(crate) fn put(&mut self, object: &str, id: &str, row: Row) {
        let before = self.replace(object, id, Some(&Arc::new(row)));
        self.undo.push((object.to_owned(), id.to_owned(), before));
    }

    pub(crate) fn savepoint(&self) -> Savepoint {
        Savepoint(self.undo.len())
    }

    /// Takes back everything since the savepoint.
    pub(crate) fn rollback(&mut self, to: Savepoint) {
        while self.undo.len() > to.0 {
            if let Some((object, id, before)) = self.undo.pop() {
                self.replace(&object, &id, before.as_ref());
            }
        }
    }

    /// What changed since the last commit: object, id and the row as it is now.
    pub(crate) fn changes(&self) -> Vec<(&str, &str, &Row)> {
        let touched: BTreeSet<_> =
            self.undo.iter().map(|(object, id, _)| (object.as_str(), id.as_str())).collect();
        touched
            .into_iter()
            .filter_map(|(object, id)| Some((object, id, self.get(object, id)?.as_ref())))
            .collect()
    }

    /// From now on the changes stay.
    pub(crate) fn commit(&mut self) {
        self.undo.clear();
    }

    fn replace(&mut self, object: &str, id: &str, row: Option<&Arc<Row>>) -> Option<Arc<Row>> {
        let table = self.tables.entry(object.to_owned()).or_default();
        let fields = self.indexed.get(object).map(Vec::as_slice).unwrap_or_default();
        if let Some(number) = id::number(id) {
            table.last_number = table.last_number.max(number);
        }
        let before = match row {
            Some(row) => table.rows.insert(id.to_owned(), Arc::clone(row)),
            None => table.rows.remove(id),
        };
        if let Some(before) = &before {
            leave(&mut table.index, fields, id, before);
        }
        if let Some(row) = row {
            enter(&mut table.index, fields, id, row);
        }
        before
    }
}

/// Whether a record is in the recycle bin.
pub(crate) fn is_deleted(row: &Row) -> bool {
    row.get("IsDeleted") == Some(&Value::Bool(true))
}

type Index = HashMap<String, HashMap<String, Vec<String>>>;

fn keys<'a>(fields: &'a [(String, bool)], row: &'a Row) -> impl Iterator<Item = (&'a str, String)> {
    let deleted = is_deleted(row);
    fields.iter().filter(move |_| !deleted).filter_map(|(field, case_sensitive)| {
        let key = match row.get(field)? {
            Value::String(text) if *case_sensitive => text.clone(),
            Value::String(text) => text.to_lowercase(),
            other => other.to_string(),
        };
        Some((field.as_str(), key))
    })
}

fn enter(index: &mut Index, fields: &[(String, bool)], id: &str, row: &Row) {
    for (field, key) in keys(fields, row) {
        let ids = index.entry(field.to_owned()).or_default().entry(key).or_default();
        if !ids.iter().any(|known| known == id) {
            ids.push(id.to_owned());
        }
    }
}

fn leave(index: &mut Index, fields: &[(String, bool)], id: &str, row: &Row) {
    for (field, key) in keys(fields, row) {
        let Some(keys) = index.get_mut(field) else { continue };
        if let Some(ids) = keys.get_mut(&key) {
            ids.retain(|known| known != id);
            if ids.is_empty() {
                keys.remove(&key);
            }
        }
    }
}
