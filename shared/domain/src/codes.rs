//! One table of every code a person or a program may see: in the event log, in answers, in Lambda's error type.

use serde::{Serialize, Serializer};

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal,)+) => {
        /// A stable code. Families: CFG configuration, MAP mapping, LP LivePerson, SF Salesforce, RUN sync runs, AWS
        /// our own stores, API who may call us, WGT the widget. A code is never given a second meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code { $($(#[doc = $doc])+ $name,)+ }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &[Code] = &[$(Code::$name,)+];

            /// The code as it is shown and stored, such as `MAP-001`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$name => $code,)+ }
            }
        }
    };
}

codes! {
    /// The stored configuration cannot be read, or no workspace is configured yet.
    ConfigurationUnreadable = "CFG-001",
    /// A secret the configuration names is missing or has the wrong shape.
    SecretUnreadable = "CFG-002",
    /// A setting of the environment is missing or malformed.
    SettingInvalid = "CFG-003",
    /// The account is deactivated, so no run may go on.
    AccountDeactivated = "CFG-004",
    /// A schedule's hour, minute, zone or expression is not acceptable.
    ScheduleInvalid = "CFG-005",
    /// A redaction rule is not acceptable.
    RedactionInvalid = "CFG-006",
    /// A text is not the document of a configuration.
    ConfigurationMalformed = "CFG-007",
    /// A value of the configuration is empty, malformed or out of range.
    ValueInvalid = "CFG-008",
    /// The configuration lists something twice.
    ListedTwice = "CFG-009",
    /// A setting does not belong where it stands, or contradicts another.
    SettingUnfit = "CFG-010",
    /// The configuration refers to an object that it does not select.
    NotSelected = "CFG-011",
    /// The configuration names a Salesforce object that does not exist or that the sync user may not see.
    ObjectMissing = "CFG-012",
    /// A list, filter or setting names a Salesforce field that does not exist or that the sync user may not see.
    ReferenceMissing = "CFG-013",
    /// The configuration names a skill the LivePerson account does not have.
    SkillMissing = "CFG-014",
    /// A search filter's operator does not fit the type of its field.
    OperatorUnfit = "CFG-015",
    /// A filter's value or a default does not fit its field.
    ValueUnfit = "CFG-016",
    /// The configuration lets agents do what the org does not permit.
    NotPermitted = "CFG-017",
    /// A Salesforce field is not of the kind that is needed where it stands.
    FieldUnfit = "CFG-018",
    /// Someone else saved the configuration in the meantime.
    ConfigurationStale = "CFG-019",
    /// An address does not parse.
    AddressInvalid = "MAP-001",
    /// The value found does not fit the Salesforce field.
    ValueRejected = "MAP-002",
    /// A mapping names a Salesforce field that does not exist or that the sync user may not see.
    FieldMissing = "MAP-003",
    /// A mapping names a Salesforce field that cannot be written.
    FieldReadOnly = "MAP-004",
    /// A mapping names a predefined parameter that is not in the list.
    ParameterUnknown = "MAP-005",
    /// A conversation's record is not the JSON we expect.
    RecordMalformed = "MAP-006",
    /// Two values are mapped to the same Salesforce field.
    FieldMappedTwice = "MAP-007",
    /// A mapping's field name cannot be one of Salesforce's.
    FieldNameInvalid = "MAP-008",
    /// A mapping that used to find values finds none.
    MappingSilent = "MAP-009",
    /// LivePerson refused our key.
    LivePersonUnauthorized = "LP-001",
    /// LivePerson asks for fewer calls.
    LivePersonThrottled = "LP-002",
    /// LivePerson did not answer, or answered with a server error.
    LivePersonUnavailable = "LP-003",
    /// LivePerson refused the request as wrong.
    LivePersonRejected = "LP-004",
    /// LivePerson's answer is not what its documentation describes.
    LivePersonMalformed = "LP-005",
    /// Some of LivePerson's shards did not answer, so a page may lack conversations.
    LivePersonPartial = "LP-006",
    /// Salesforce refused our login or token.
    SalesforceUnauthorized = "SF-001",
    /// The org's daily API allowance, or our share of it, is spent.
    SalesforceLimitSpent = "SF-002",
    /// Salesforce did not answer, or answered with a server error.
    SalesforceUnavailable = "SF-003",
    /// Salesforce refused the whole request as wrong.
    SalesforceRejected = "SF-004",
    /// Salesforce refused one row.
    RowRefused = "SF-005",
    /// Salesforce's answer is not what its documentation describes.
    SalesforceMalformed = "SF-006",
    /// Salesforce did not take a field, so the record was written without it.
    FieldDropped = "SF-007",
    /// Salesforce refused a transcript's File.
    FileRefused = "SF-008",
    /// The sync window is not acceptable.
    WindowInvalid = "RUN-001",
    /// A run ended partial or failed.
    RunNotWhole = "RUN-002",
    /// A run pauses until it may go on.
    RunPaused = "RUN-003",
    /// A run was cancelled.
    RunCancelled = "RUN-004",
    /// There is no such run.
    RunUnknown = "RUN-005",
    /// The conversation has not ended, so it cannot be synced by itself.
    ConversationOpen = "RUN-006",
    /// There is no such conversation or Chat Transcript record.
    ConversationUnknown = "RUN-007",
    /// A request to our own API is not acceptable.
    RequestInvalid = "RUN-008",
    /// The table or the bus did not answer.
    StoreUnavailable = "AWS-001",
    /// What the table holds cannot be read by this version.
    StoreUnreadable = "AWS-002",
    /// Nobody is signed in, or with a wrong key.
    NotSignedIn = "API-001",
    /// Whoever is signed in may not do this.
    NotAllowed = "API-002",
    /// Too many requests of one session.
    TooManyRequests = "API-003",
    /// The widget's conversation, object or field is not one the agent's skill works with.
    NotInSkill = "WGT-001",
    /// The conversation's context, as the page sent it, cannot be used.
    ContextInvalid = "WGT-002",
    /// Salesforce did not take a record as the agent filled it in.
    RecordRefused = "WGT-003",
    /// Records that are much the same are there already.
    DuplicatesFound = "WGT-004",
    /// Whether an earlier try to save the same form succeeded is not known.
    SaveUncertain = "WGT-005",
    /// Somebody changed the record in the meantime.
    RecordChanged = "WGT-006",
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Code;
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_unique_and_of_a_known_family() {
        let all: BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(all.len(), Code::ALL.len(), "two codes share one text");
        for code in all {
            let (family, number) = code.split_once('-').expect("a code is FAMILY-NUMBER");
            assert!(
                ["CFG", "MAP", "LP", "SF", "RUN", "AWS", "API", "WGT"].contains(&family),
                "{code}: unknown family"
            );
            assert!(number.len() == 3 && number.parse::<u16>().is_ok(), "{code}: three digits");
        }
    }
}
