//! What the sync can write to the fields of an object, by describe.

use domain::configuration::{FieldFacts, ObjectFacts};
use mapping::FieldType;
use sync::TargetField;

/// The fields of an object as mappings are compiled against them.
#[must_use]
pub fn target_fields(object: &ObjectFacts) -> Vec<TargetField> {
    let target = |field: &FieldFacts| TargetField {
        name: field.name.clone(),
        field_type: field_type(field),
        writeable: field.createable && field.updateable,
    };
    object.fields.iter().map(target).collect()
}

/// The sync leaves lists of picklist values to people.
fn field_type(field: &FieldFacts) -> Option<FieldType> {
    FieldType::of(field).filter(|found| !matches!(found, FieldType::MultiPicklist { .. }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_takes_what_its_type_says_and_a_lookup_takes_nothing() {
        let field = |field_type: &str| FieldFacts {
            name: "X__c".to_owned(),
            field_type: field_type.to_owned(),
            length: 80,
            precision: 12,
            scale: 2,
            createable: true,
            updateable: field_type != "date",
            picklist: vec!["Calm".to_owned()],
            restricted: true,
            ..FieldFacts::default()
        };
        let picklist = FieldType::Picklist { values: vec!["Calm".to_owned()], restricted: true };
        for (name, want) in [
            ("textarea", Some(FieldType::Text { length: 80 })),
            ("email", Some(FieldType::Email { length: 80 })),
            ("int", Some(FieldType::Number { precision: 10, scale: 0 })),
            ("currency", Some(FieldType::Number { precision: 12, scale: 2 })),
            ("date", Some(FieldType::Date)),
            ("picklist", Some(picklist)),
            ("reference", None),
            ("address", None),
        ] {
            let object = ObjectFacts { fields: vec![field(name)], ..ObjectFacts::default() };
            let targets = target_fields(&object);
            assert_eq!((&targets[0].field_type, targets[0].writeable), (&want, name != "date"), "{name}");
        }
    }
}
