//! The org's objects and their fields.

pub(crate) mod describe;
mod describe_field;
mod field;
mod policy;
pub(crate) mod record_types;
mod standard;
mod system;
mod transcript;

pub(crate) use describe_field::api_type;
pub use field::{Field, Kind};
pub use transcript::TRANSCRIPT;
pub(crate) use transcript::additions;

use std::collections::{BTreeMap, HashMap};

/// An object: its fields, and what may be done with its records.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) plural: String,
    pub(crate) prefix: String,
    pub(crate) createable: bool,
    pub(crate) updateable: bool,
    pub(crate) deletable: bool,
    fields: Vec<Field>,
    by_name: HashMap<String, usize>,
}

impl Object {
    /// An object with the fields every object has, then these.
    pub(crate) fn new(name: &str, label: &str, plural: &str, prefix: &str, fields: Vec<Field>) -> Self {
        let mut all = vec![
            Field::new("Id", "Record ID", Kind::Id).read_only(),
            Field::new("IsDeleted", "Deleted", Kind::Checkbox).read_only(),
        ];
        all.extend(fields);
        all.extend([
            Field::new("CreatedDate", "Created Date", Kind::DateTime).read_only(),
            Field::new("CreatedById", "Created By ID", Kind::Lookup(vec!["User".into()])).read_only(),
            Field::new("LastModifiedDate", "Last Modified Date", Kind::DateTime).read_only(),
            Field::new("LastModifiedById", "Last Modified By ID", Kind::Lookup(vec!["User".into()]))
                .read_only(),
            Field::new("SystemModstamp", "System Modstamp", Kind::DateTime).read_only(),
        ]);
        let mut object = Object {
            name: name.to_owned(),
            label: label.to_owned(),
            plural: plural.to_owned(),
            prefix: prefix.to_owned(),
            createable: true,
            updateable: true,
            deletable: true,
            fields: all,
            by_name: HashMap::new(),
        };
        object.rename();
        object
    }

    /// No record of it is written through the API.
    pub(crate) fn read_only(mut self) -> Self {
        (self.createable, self.updateable, self.deletable) = (false, false, false);
        self
    }

    pub(crate) fn custom(&self) -> bool {
        self.name.ends_with("__c")
    }

    pub(crate) fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The field of this name, whatever its case.
    pub(crate) fn field(&self, name: &str) -> Option<&Field> {
        self.by_name.get(&name.to_ascii_lowercase()).map(|&at| &self.fields[at])
    }

    /// The lookup whose parent is called this, such as `Contact__r`.
    pub(crate) fn relationship(&self, name: &str) -> Option<&Field> {
        let named =
            |field: &&Field| field.relationship.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(name));
        self.fields.iter().find(named)
    }

    pub(crate) fn name_field(&self) -> &str {
        self.fields.iter().find(|field| field.name_field).map_or("Id", |field| field.name.as_str())
    }

    fn rename(&mut self) {
        let names = self.fields.iter().enumerate();
        self.by_name = names.map(|(at, field)| (field.name.to_ascii_lowercase(), at)).collect();
    }
}

/// A set of children as a parent sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Children<'a> {
    pub(crate) object: &'a Object,
    pub(crate) field: &'a Field,
}

/// All objects.
#[derive(Clone, Debug)]
pub(crate) struct Schema {
    objects: BTreeMap<String, Object>,
    by_name: HashMap<String, String>,
}

impl Schema {
    /// The objects of an org without Chatlink, and the customer's own unless it is bare.
    pub(crate) fn new(bare: bool) -> Self {
        let objects = standard::objects().into_iter().chain(system::objects());
        let own = (!bare).then(policy::object);
        let mut schema = Schema { objects: BTreeMap::new(), by_name: HashMap::new() };
        objects.chain(own).for_each(|object| schema.put(object));
        schema
    }

    /// Adds an object, or changes the one of this name, which keeps its fields.
    pub(crate) fn put(&mut self, mut object: Object) {
        if let Some(before) = self.objects.get(&object.name) {
            let kept = before.fields.iter().filter(|field| object.field(&field.name).is_none()).cloned();
            let kept: Vec<Field> = kept.collect();
            object.fields.extend(kept);
            object.rename();
        }
        self.by_name.insert(object.name.to_ascii_lowercase(), object.name.clone());
        self.objects.insert(object.name.clone(), object);
    }

    /// Takes an object away, with its fields.
    pub(crate) fn remove(&mut self, name: &str) {
        self.by_name.remove(&name.to_ascii_lowercase());
        self.objects.remove(name);
    }

    /// A key prefix no object has.
    pub(crate) fn free_prefix(&self) -> String {
        let taken = |prefix: &String| self.objects.values().any(|object| object.prefix == *prefix);
        ('T'..='Z')
            .chain('a'..='z')
            .map(|letter| format!("a0{letter}"))
            .find(|prefix| !taken(prefix))
            .unwrap_or_default()
    }

    pub(crate) fn objects(&self) -> impl Iterator<Item = &Object> {
        self.objects.values()
    }

    /// The object of this name, whatever its case.
    pub(crate) fn object(&self, name: &str) -> Option<&Object> {
        self.objects.get(self.by_name.get(&name.to_ascii_lowercase())?)
    }

    /// The object whose records have ids that begin like this one.
    pub(crate) fn object_of_id(&self, id: &str) -> Option<&Object> {
        let prefix = id.get(..3)?;
        self.objects.values().find(|object| object.prefix == prefix)
    }

    /// Every lookup to `parent`, with the object that has it.
    pub(crate) fn children_of<'a>(&'a self, parent: &'a str) -> impl Iterator<Item = Children<'a>> {
        self.objects.values().flat_map(move |object| {
            let lookups = object
                .fields
                .iter()
                .filter(move |field| field.lookup_targets().iter().any(|to| to == parent));
            lookups.map(move |field| Children { object, field })
        })
    }

    /// Changes the fields of an object; `None` if it does not exist.
    pub(crate) fn change<R>(&mut self, object: &str, change: impl FnOnce(&mut Vec<Field>) -> R) -> Option<R> {
        let object = self.objects.get_mut(self.by_name.get(&object.to_ascii_lowercase())?)?;
        let result = change(&mut object.fields);
        object.rename();
        Some(result)
    }
}
