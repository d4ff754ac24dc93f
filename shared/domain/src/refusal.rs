//! What to do about each of Salesforce's error codes when it refuses a row. One table, read by the client that retries and
//! by the sync that decides.

use crate::ports::Refusal;

/// What can be done about a refused row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Remedy {
    /// The same row may pass in a moment.
    Again,
    /// The row may pass without the fields that are named.
    WithoutFields,
    /// The row may pass together with fewer others.
    Fewer,
    /// A person has to look.
    Person,
}

/// The codes with a remedy of their own. Whatever is not here, a person has to look at.
const REMEDIES: &[(&str, Remedy)] = &[
    // Passes by itself.
    ("UNABLE_TO_LOCK_ROW", Remedy::Again),
    ("ENTITY_IS_LOCKED", Remedy::Person),
    ("SERVER_UNAVAILABLE", Remedy::Again),
    ("UNKNOWN_EXCEPTION", Remedy::Again),
    ("INTERNAL_ERROR", Remedy::Again),
    ("TXN_SECURITY_METERING_ERROR", Remedy::Again),
    ("INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE", Remedy::Again),
    ("ALL_OR_NONE_OPERATION_ROLLED_BACK", Remedy::Again),
    ("PROCESSING_HALTED", Remedy::Again),
    // A field the object has lost, or that the sync user may not see or write.
    ("INVALID_FIELD", Remedy::WithoutFields),
    ("INVALID_FIELD_FOR_INSERT_UPDATE", Remedy::WithoutFields),
    ("INVALID_TYPE_ON_FIELD_IN_RECORD", Remedy::WithoutFields),
    // A lookup whose target is gone, hidden, or of another kind.
    ("INVALID_CROSS_REFERENCE_KEY", Remedy::WithoutFields),
    ("INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", Remedy::WithoutFields),
    ("MALFORMED_ID", Remedy::WithoutFields),
    ("FIELD_FILTER_VALIDATION_EXCEPTION", Remedy::WithoutFields),
    // Too much at once for the org's triggers and flows.
    ("REQUEST_RUNNING_TOO_LONG", Remedy::Fewer),
    ("OPERATION_TOO_LARGE", Remedy::Fewer),
    ("EXCEEDED_MAX_SIZE_REQUEST", Remedy::Fewer),
    ("QUERY_TIMEOUT", Remedy::Fewer),
    // The row itself.
    ("REQUIRED_FIELD_MISSING", Remedy::Person),
    ("STRING_TOO_LONG", Remedy::Person),
    ("NUMBER_OUTSIDE_VALID_RANGE", Remedy::Person),
    ("INVALID_EMAIL_ADDRESS", Remedy::Person),
    ("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", Remedy::Person),
    ("FIELD_CUSTOM_VALIDATION_EXCEPTION", Remedy::Person),
    ("FIELD_INTEGRITY_EXCEPTION", Remedy::Person),
    ("DUPLICATE_EXTERNAL_ID", Remedy::Person),
    ("DUPLICATES_DETECTED", Remedy::Person),
    ("INSUFFICIENT_ACCESS_OR_READONLY", Remedy::Person),
    ("INSUFFICIENT_ACCESS", Remedy::Person),
    ("INVALID_TYPE", Remedy::Person),
    ("ENTITY_IS_DELETED", Remedy::Person),
    ("STORAGE_LIMIT_EXCEEDED", Remedy::Person),
    ("TXN_SECURITY_NO_ACCESS", Remedy::Person),
];

/// Words by which an org's trigger or flow says that it ran into a limit of the platform, wrapped in an error of its own.
const APEX_LIMITS: &[&str] = &["Too many", "CPU time limit", "heap size", "LIMIT_EXCEEDED", "query rows"];

impl Remedy {
    /// What can be done about a refusal, by its code, or by its words where the code says too little.
    #[must_use]
    pub fn of(refusal: &Refusal) -> Remedy {
        match refusal.status.as_str() {
            // An error of a trigger or flow can wrap one that passes.
            "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY" | "CANNOT_EXECUTE_FLOW_TRIGGER" => {
                if refusal.message.contains("UNABLE_TO_LOCK_ROW") {
                    Remedy::Again
                } else if APEX_LIMITS.iter().any(|limit| refusal.message.contains(limit)) {
                    Remedy::Fewer
                } else {
                    Remedy::Person
                }
            }
            // Two upserts of one new conversation at once: the second finds the record the next time.
            "DUPLICATE_VALUE" if refusal.message.contains("Conversation_Id__c") => Remedy::Again,
            code => REMEDIES.iter().find(|(known, _)| *known == code).map_or(Remedy::Person, |found| found.1),
        }
    }
}

/// The fields a refusal names: in its list, or in the words of Salesforce's two sentences about unknown and read-only
/// fields, which come without a list.
#[must_use]
pub fn fields_named(refusal: &Refusal) -> Vec<String> {
    if !refusal.fields.is_empty() {
        return refusal.fields.clone();
    }
    let message = &refusal.message;
    if let Some((_, rest)) = message.split_once("No such column '") {
        return rest.split_once('\'').map(|(field, _)| vec![field.to_owned()]).unwrap_or_default();
    }
    let Some((_, rest)) = message.split_once("Unable to create/update fields: ") else { return Vec::new() };
    let list = rest.split_once(". ").map_or(rest, |(list, _)| list);
    list.split(',').map(|field| field.trim().trim_end_matches('.').to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(status: &str, message: &str) -> Refusal {
        Refusal { status: status.to_owned(), fields: Vec::new(), message: message.to_owned() }
    }

    #[test]
    fn every_code_of_the_table_has_its_remedy() {
        let again = [
            "UNABLE_TO_LOCK_ROW",
            "SERVER_UNAVAILABLE",
            "UNKNOWN_EXCEPTION",
            "INTERNAL_ERROR",
            "TXN_SECURITY_METERING_ERROR",
            "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE",
            "ALL_OR_NONE_OPERATION_ROLLED_BACK",
            "PROCESSING_HALTED",
        ];
        let without_fields = [
            "INVALID_FIELD",
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            "INVALID_TYPE_ON_FIELD_IN_RECORD",
            "INVALID_CROSS_REFERENCE_KEY",
            "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
            "MALFORMED_ID",
            "FIELD_FILTER_VALIDATION_EXCEPTION",
        ];
        let fewer =
            ["REQUEST_RUNNING_TOO_LONG", "OPERATION_TOO_LARGE", "EXCEEDED_MAX_SIZE_REQUEST", "QUERY_TIMEOUT"];
        for (codes, want) in [
            (&again[..], Remedy::Again),
            (&without_fields[..], Remedy::WithoutFields),
            (&fewer[..], Remedy::Fewer),
        ] {
            for code in codes {
                assert_eq!(Remedy::of(&refusal(code, "")), want, "{code}");
            }
        }
        let others = REMEDIES.iter().filter(|(_, remedy)| *remedy != Remedy::Person).count();
        assert_eq!(others, again.len() + without_fields.len() + fewer.len(), "a code has no test here");
        assert!(REMEDIES.len() >= 25, "{}", REMEDIES.len());
    }

    #[test]
    fn a_code_nobody_knows_waits_for_a_person() {
        assert_eq!(Remedy::of(&refusal("NEVER_SEEN_BEFORE", "Too many words")), Remedy::Person);
    }

    #[test]
    fn an_error_of_a_trigger_is_read_by_its_words() {
        let trigger = |words: &str| Remedy::of(&refusal("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", words));
        assert_eq!(trigger("UNABLE_TO_LOCK_ROW, unable to obtain exclusive access"), Remedy::Again);
        assert_eq!(trigger("System.LimitException: Too many SOQL queries: 101"), Remedy::Fewer);
        assert_eq!(trigger("Apex CPU time limit exceeded"), Remedy::Fewer);
        assert_eq!(trigger("the flow wants a region"), Remedy::Person);
    }

    #[test]
    fn only_our_own_external_id_makes_a_duplicate_pass() {
        let duplicate = |field: &str| {
            Remedy::of(&refusal(
                "DUPLICATE_VALUE",
                &format!("duplicate value found: {field} duplicates value"),
            ))
        };
        assert_eq!(duplicate("Conversation_Id__c"), Remedy::Again);
        assert_eq!(duplicate("Email__c"), Remedy::Person);
    }

    #[test]
    fn fields_are_found_in_the_list_or_in_the_words() {
        let listed = Refusal { fields: vec!["Contact__c".to_owned()], ..refusal("MALFORMED_ID", "bad id") };
        let cases = [
            (listed, vec!["Contact__c"]),
            (
                refusal("INVALID_FIELD", "No such column 'Color__c' on sobject of type LP_ChatTranscript__c"),
                vec!["Color__c"],
            ),
            (
                refusal(
                    "INVALID_FIELD_FOR_INSERT_UPDATE",
                    "Unable to create/update fields: Color__c, Size__c. Please check the security settings of this field",
                ),
                vec!["Color__c", "Size__c"],
            ),
            (refusal("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id"), vec![]),
        ];
        for (refusal, want) in cases {
            assert_eq!(fields_named(&refusal), want, "{refusal:?}");
        }
    }
}
