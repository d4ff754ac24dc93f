//! Related lists and search filters.

use super::{Found, Seen, fits, objects, text};
use crate::{
    Code,
    configuration::{Facts, ObjectFacts, ObjectSettings, RelatedList, SearchFilter},
};

/// As many columns as a list of Salesforce's own has at most.
const MOST_COLUMNS: usize = 10;
/// The most rows of a list.
const MOST_ROWS: u16 = 200;

pub(super) fn check_related(path: &str, settings: &ObjectSettings, facts: Option<&Facts>, found: &mut Found) {
    let mut seen = Seen::default();
    for (n, list) in settings.related_lists.iter().enumerate() {
        let path = format!("{path}.related_lists[{n}]");
        let names_fit = check_names(&path, list, found);
        if let Some(first) = seen.before(&format!("{}.{}", list.object, list.field), n) {
            let sentence = format!(
                "the list of {} by {} is there already, at related_lists[{first}]; take one of the two out",
                list.object, list.field
            );
            found.add(path.clone(), Code::ListedTwice, sentence);
        }
        let listed = facts.map(|facts| facts.object(&list.object));
        if names_fit && listed == Some(None) {
            found.add(format!("{path}.object"), Code::ObjectMissing, objects::object_missing(&list.object));
        }
        let listed = listed.flatten();
        if let (true, Some(listed), Some(facts)) = (names_fit, listed, facts) {
            check_child(&path, &settings.object, list, listed, facts, found);
        }
        check_columns(&path, list, listed, found);
        check_sort(&path, list, listed, found);
        if !(1..=MOST_ROWS).contains(&list.rows) {
            let sentence = format!("a list cannot show {} rows; give 1 to {MOST_ROWS}", list.rows);
            found.add(format!("{path}.rows"), Code::ValueInvalid, sentence);
        }
    }
}

/// Whether object and field can be names.
fn check_names(path: &str, list: &RelatedList, found: &mut Found) -> bool {
    let mut fit = true;
    for (member, name) in [("object", &list.object), ("field", &list.field)] {
        if !text::is_api_name(name) {
            fit = false;
            found.add(format!("{path}.{member}"), Code::ValueInvalid, text::no_api_name(name, member));
        }
    }
    fit
}

/// The listed object's field must be a lookup to the object that has the list.
fn check_child(
    path: &str,
    parent: &str,
    list: &RelatedList,
    listed: &ObjectFacts,
    facts: &Facts,
    found: &mut Found,
) {
    let RelatedList { object, field, .. } = list;
    let path = format!("{path}.field");
    let Some(lookup) = listed.field(field) else {
        found.add(path, Code::ReferenceMissing, field_missing(object, field));
        return;
    };
    let is_child = |parent: &ObjectFacts| {
        parent
            .child_relationships
            .iter()
            .any(|child| child.object.eq_ignore_ascii_case(object) && child.field.eq_ignore_ascii_case(field))
    };
    let points_to_parent = lookup.reference_to.iter().any(|to| to.eq_ignore_ascii_case(parent));
    if !points_to_parent || facts.object(parent).is_some_and(|parent| !is_child(parent)) {
        let sentence =
            format!("{object}.{field} is no lookup to {parent} that Salesforce lists; choose another list");
        found.add(path, Code::FieldUnfit, sentence);
    }
}

fn check_columns(path: &str, list: &RelatedList, listed: Option<&ObjectFacts>, found: &mut Found) {
    let columns_path = format!("{path}.columns");
    if list.columns.is_empty() {
        let sentence = "the list shows no column; give the API name of at least one field";
        found.add(columns_path, Code::ValueInvalid, sentence);
    } else if list.columns.len() > MOST_COLUMNS {
        let sentence = format!(
            "the list has {} columns, and a list shows {MOST_COLUMNS} at most; take some out",
            list.columns.len()
        );
        found.add(columns_path, Code::ValueInvalid, sentence);
    }
    let mut seen = Seen::default();
    for (n, column) in list.columns.iter().enumerate() {
        let path = format!("{path}.columns[{n}]");
        if !text::is_api_name(column) {
            found.add(path, Code::ValueInvalid, text::no_api_name(column, "field"));
        } else if seen.before(column, n).is_some() {
            let sentence = format!("{column} is a column already; take one of the two out");
            found.add(path, Code::ListedTwice, sentence);
        } else if listed.is_some_and(|listed| listed.field(column).is_none()) {
            found.add(path, Code::ReferenceMissing, field_missing(&list.object, column));
        }
    }
}

fn check_sort(path: &str, list: &RelatedList, listed: Option<&ObjectFacts>, found: &mut Found) {
    let Some(sort) = &list.sort else { return };
    let (path, field) = (format!("{path}.sort.field"), &sort.field);
    if !text::is_api_name(field) {
        found.add(path, Code::ValueInvalid, text::no_api_name(field, "field"));
        return;
    }
    let Some(listed) = listed else { return };
    match listed.field(field) {
        None => found.add(path, Code::ReferenceMissing, field_missing(&list.object, field)),
        Some(known) if !known.sortable => {
            let sentence = format!(
                "Salesforce cannot sort by {}.{field}, a field of the type {}; sort by another, or give null",
                list.object, known.field_type
            );
            found.add(path, Code::FieldUnfit, sentence);
        }
        Some(_) => {}
    }
}

pub(super) fn check_filters(
    path: &str,
    settings: &ObjectSettings,
    known: Option<&ObjectFacts>,
    found: &mut Found,
) {
    for (n, filter) in settings.search_filters.iter().enumerate() {
        let path = format!("{path}.search_filters[{n}]");
        if let Some(first) = settings.search_filters[..n].iter().position(|other| is_same(other, filter)) {
            let sentence = format!(
                "the same filter is there already, at search_filters[{first}]; take one of the two out"
            );
            found.add(path.clone(), Code::ListedTwice, sentence);
        }
        if filter.value.trim().is_empty() {
            let sentence =
                format!("the filter on {} has no value; give one, or take the filter out", filter.field);
            found.add(format!("{path}.value"), Code::ValueInvalid, sentence);
        }
        if text::is_api_name(&filter.field) {
            if let Some(known) = known {
                check_filter(&path, filter, known, found);
            }
        } else {
            let sentence = text::no_api_name(&filter.field, "field");
            found.add(format!("{path}.field"), Code::ValueInvalid, sentence);
        }
    }
}

fn is_same(one: &SearchFilter, other: &SearchFilter) -> bool {
    one.field.eq_ignore_ascii_case(&other.field) && one.operator == other.operator && one.value == other.value
}

fn check_filter(path: &str, filter: &SearchFilter, known: &ObjectFacts, found: &mut Found) {
    let name = format!("{}.{}", known.name, filter.field);
    let Some(field) = known.field(&filter.field) else {
        let sentence = field_missing(&known.name, &filter.field);
        found.add(format!("{path}.field"), Code::ReferenceMissing, sentence);
        return;
    };
    let operators = fits::operators_for(&field.field_type);
    if !field.filterable || operators.is_empty() {
        let sentence = format!(
            "Salesforce cannot filter by {name}, a field of the type {}; choose another field",
            field.field_type
        );
        found.add(format!("{path}.field"), Code::FieldUnfit, sentence);
        return;
    }
    if !operators.contains(&filter.operator) {
        let fitting: Vec<_> = operators.iter().map(|operator| operator.as_str()).collect();
        let sentence = format!(
            "{} does not go with {name}, a field of the type {}; choose one of {}",
            filter.operator.as_str(),
            field.field_type,
            fitting.join(", ")
        );
        found.add(format!("{path}.operator"), Code::OperatorUnfit, sentence);
    }
    if let Some(wanted) =
        fits::misfit(&field.field_type, &filter.value).filter(|_| !filter.value.trim().is_empty())
    {
        let sentence = format!("'{}' does not fit {name}; give {wanted}", filter.value);
        found.add(format!("{path}.value"), Code::ValueUnfit, sentence);
    }
}

pub(super) fn field_missing(object: &str, field: &str) -> String {
    format!(
        "{object} no longer has a field {field}, or the sync user may not see it; grant it in the permission set, or choose another"
    )
}
