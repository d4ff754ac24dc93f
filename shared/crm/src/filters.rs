//! The configuration's search filters as conditions of a query.

use crate::soql::{any_of, literal, pattern};
use domain::configuration::{FieldFacts, FilterOperator, ObjectFacts, ObjectSettings, SearchFilter};

/// All filters of an object. One whose field the agent does not see lets nothing pass: leaving it out would show what the
/// administrator wants hidden.
pub(crate) fn conditions(settings: &ObjectSettings, facts: &ObjectFacts) -> Vec<String> {
    let condition = |filter: &SearchFilter| match facts.field(&filter.field) {
        Some(field) => written(filter, field),
        None => "Id = null".to_owned(),
    };
    settings.search_filters.iter().map(condition).collect()
}

fn written(filter: &SearchFilter, field: &FieldFacts) -> String {
    let (name, value) = (&field.name, filter.value.trim());
    let compared = |operator: &str| format!("{name} {operator} {}", value_of(field, value));
    match filter.operator {
        FilterOperator::Equals => one_of(field, value, "=", "OR"),
        FilterOperator::NotEquals => one_of(field, value, "!=", "AND"),
        FilterOperator::LessThan => compared("<"),
        FilterOperator::GreaterThan => compared(">"),
        FilterOperator::LessOrEqual => compared("<="),
        FilterOperator::GreaterOrEqual => compared(">="),
        FilterOperator::Contains => format!("{name} LIKE {}", pattern("%", value, "%")),
        FilterOperator::DoesNotContain => format!("(NOT {name} LIKE {})", pattern("%", value, "%")),
        FilterOperator::StartsWith => format!("{name} LIKE {}", pattern("", value, "%")),
        FilterOperator::Includes => several(name, "INCLUDES", value),
        FilterOperator::Excludes => several(name, "EXCLUDES", value),
    }
}

/// Several picklist values are joined with `;`.
fn one_of(field: &FieldFacts, value: &str, operator: &str, joined_by: &str) -> String {
    let values: Vec<&str> = match field.field_type.as_str() {
        "picklist" => value.split(';').map(str::trim).filter(|one| !one.is_empty()).collect(),
        _ => vec![value],
    };
    let conditions: Vec<String> =
        values.iter().map(|one| format!("{} {operator} {}", field.name, value_of(field, one))).collect();
    match (joined_by, conditions.len()) {
        ("AND", 2..) => format!("({})", conditions.join(" AND ")),
        _ => any_of(&conditions).unwrap_or_else(|| "Id = null".to_owned()),
    }
}

fn several(name: &str, operator: &str, value: &str) -> String {
    let values: Vec<String> = value.split(';').map(|one| literal(one.trim())).collect();
    format!("{name} {operator} ({})", values.join(", "))
}

/// A value as SOQL writes it for a field of that type. Whatever is not bare by its type is a string.
fn value_of(field: &FieldFacts, value: &str) -> String {
    let bare = match field.field_type.as_str() {
        "boolean" => matches!(value, "true" | "false"),
        "int" | "long" | "double" | "currency" | "percent" => {
            value.parse::<f64>().is_ok() && value.bytes().all(|b| b.is_ascii_digit() || b"+-.".contains(&b))
        }
        "date" => value.parse::<jiff::civil::Date>().is_ok() && value.len() == 10,
        "datetime" => {
            return value.parse::<jiff::Timestamp>().map_or_else(|_| literal(value), |at| at.to_string());
        }
        "time" => {
            return value
                .parse::<jiff::civil::Time>()
                .map_or_else(|_| literal(value), |at| format!("{}Z", at.strftime("%H:%M:%S.000")));
        }
        _ => false,
    };
    if bare { value.to_owned() } else { literal(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_operator_is_written_for_its_fields_type() {
        use FilterOperator as Is;
        let facts = |field_type: &str| ObjectFacts {
            fields: vec![FieldFacts {
                name: "F__c".to_owned(),
                field_type: field_type.to_owned(),
                ..FieldFacts::default()
            }],
            ..ObjectFacts::default()
        };
        for (field_type, operator, value, wanted) in [
            ("string", Is::Equals, "O'Neil", r"F__c = 'O\'Neil'"),
            ("picklist", Is::Equals, "Warm; Hot", "(F__c = 'Warm' OR F__c = 'Hot')"),
            ("picklist", Is::NotEquals, "Warm;Hot", "(F__c != 'Warm' AND F__c != 'Hot')"),
            ("boolean", Is::Equals, "true", "F__c = true"),
            ("boolean", Is::Equals, "true OR Id != null", "F__c = 'true OR Id != null'"),
            ("currency", Is::GreaterThan, "12.5", "F__c > 12.5"),
            ("currency", Is::GreaterThan, "inf", "F__c > 'inf'"),
            ("date", Is::LessOrEqual, "2026-03-01", "F__c <= 2026-03-01"),
            ("datetime", Is::LessThan, "2026-03-01T10:00:00+01:00", "F__c < 2026-03-01T09:00:00Z"),
            ("time", Is::GreaterOrEqual, "09:30:00", "F__c >= 09:30:00.000Z"),
            ("string", Is::Contains, "50%", r"F__c LIKE '%50\%%'"),
            ("string", Is::DoesNotContain, "x", "(NOT F__c LIKE '%x%')"),
            ("string", Is::StartsWith, "a_", r"F__c LIKE 'a\_%'"),
            ("multipicklist", Is::Includes, "a; b", "F__c INCLUDES ('a', 'b')"),
            ("multipicklist", Is::Excludes, "a", "F__c EXCLUDES ('a')"),
            ("reference", Is::Equals, "001xx000003DGb2AAG", "F__c = '001xx000003DGb2AAG'"),
        ] {
            let filter = SearchFilter { field: "f__C".to_owned(), operator, value: value.to_owned() };
            let settings = ObjectSettings { search_filters: vec![filter], ..ObjectSettings::default() };
            assert_eq!(conditions(&settings, &facts(field_type)), [wanted], "{field_type} {value}");
            assert_eq!(conditions(&settings, &ObjectFacts::default()), ["Id = null"]);
        }
    }
}
