//! Statements and what they find.

use super::{
    super::{
        org::{Caller, Org, sync_user_id},
        records,
    },
    Found, run,
};
use domain::ports::Clock;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::sync::Arc;

struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        "2026-11-22T12:00:00Z".parse().unwrap()
    }
}

fn caller() -> Caller {
    Caller::new(&sync_user_id(), "v67.0")
}

/// Three contacts of one account, one of none, and chats on three days.
fn org() -> Org {
    let mut org =
        Org::open("http://127.0.0.1", "sync@chatlink.example.com", None, false, Arc::new(Noon)).unwrap();
    let mut put = |object: &str, body: Value| {
        records::insert(&mut org, &caller(), object, body.as_object().unwrap().clone()).unwrap()
    };
    let account = put("Account", json!({"Name": "Quill & Co", "NumberOfEmployees": 40}));
    put("Account", json!({"Name": "Empty Shelf"}));
    for (first, last, title) in [
        ("Mira", "O'Okafor", Some("Clerk")),
        ("Tomo", "100% Reyes", None),
        ("Ada", "Back\\slash", Some("clerk")),
    ] {
        put(
            "Contact",
            json!({"FirstName": first, "LastName": last, "Title": title, "AccountId": account, "Email": format!("{first}@example.com")}),
        );
    }
    put("Contact", json!({"LastName": "Under_score"}));
    for (key, started, score) in [
        ("A", "2026-11-22T00:00:00Z", 5),
        ("a", "2026-11-21T23:59:59Z", 3),
        ("B", "2026-10-01T08:00:00Z", 10),
    ] {
        put(
            "LP_ChatTranscript__c",
            json!({"Conversation_Id__c": key, "Started__c": started, "CSAT__c": score, "Last_Payment__c": &started[..10], "Truncated__c": key == "B"}),
        );
    }
    org
}

/// One field of every record found, joined.
fn found(org: &Org, statement: &str, field: &str) -> String {
    match run(org, &caller(), statement, false) {
        Ok(Found::Count(count)) => count.to_string(),
        Ok(Found::Records(records, _)) => {
            let shown = |record: &Value| {
                record.pointer(field).map_or("?".to_owned(), |value| {
                    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
                })
            };
            records.iter().map(shown).collect::<Vec<_>>().join("|")
        }
        Err(error) => format!("{}: {}", error.code, error.message),
    }
}

#[test]
fn conditions_let_the_right_rows_through() {
    let org = org();
    for (condition, want) in [
        ("LastName = 'o\\'okafor'", "Mira"),
        ("LastName LIKE '%\\\\%'", "Ada"),
        ("LastName LIKE '100\\%%'", "Tomo"),
        ("LastName LIKE 'Under\\_%'", "null"),
        ("LastName LIKE 'Und_r_score'", "null"),
        ("FirstName LIKE '_omo'", "Tomo"),
        ("FirstName LIKE 'mi%A'", "Mira"),
        ("Title = 'CLERK'", "Mira|Ada"),
        ("Title != 'clerk' AND FirstName != null", "Tomo"),
        ("Title = null AND FirstName <> null", "Tomo"),
        ("FirstName IN ('Ada', 'Tomo')", "Tomo|Ada"),
        ("FirstName NOT IN ('Ada') AND Account.Name = 'quill & co'", "Mira|Tomo"),
        ("(FirstName = 'Ada' OR FirstName = 'Mira') AND NOT Title = 'x'", "Mira|Ada"),
        ("NOT (FirstName = 'Ada' OR FirstName = 'Mira') AND AccountId != null", "Tomo"),
        ("FirstName > 'B' AND FirstName <= 'Mira'", "Mira"),
        ("Email = 'ADA@example.com'", "Ada"),
        ("AccountId IN (SELECT Id FROM Account WHERE NumberOfEmployees >= 40) AND FirstName < 'B'", "Ada"),
        ("Account.NumberOfEmployees = 41", ""),
        ("LastName = 'O\\u0027Okafor'", "Mira"),
    ] {
        let statement = format!("SELECT FirstName FROM Contact WHERE {condition}");
        assert_eq!(found(&org, &statement, "/FirstName"), want, "{condition}");
    }
}

#[test]
fn dates_numbers_and_keys_compare_by_their_type() {
    let org = org();
    for (condition, want) in [
        ("Conversation_Id__c = 'a'", "a"),
        ("Conversation_Id__c IN ('A','b')", "A"),
        ("Started__c = TODAY", "A"),
        ("Started__c = YESTERDAY", "a"),
        ("Started__c >= LAST_N_DAYS:1", "A|a"),
        ("Started__c < LAST_N_DAYS:30", "B"),
        ("Started__c = LAST_MONTH", "B"),
        ("Started__c = LAST_WEEK", "a"),
        ("Started__c = THIS_YEAR AND CSAT__c > 3", "A|B"),
        ("Started__c > 2026-11-22T01:00:00+02:00", "A|a"),
        ("Last_Payment__c = 2026-10-01", "B"),
        ("CSAT__c < 5", "a"),
        ("CSAT__c IN (5, 10.0)", "A|B"),
        ("Truncated__c = true", "B"),
        ("Truncated__c = false AND Skill__c = null", "A|a"),
    ] {
        let statement = format!("SELECT Conversation_Id__c FROM lp_chattranscript__c WHERE {condition}");
        assert_eq!(found(&org, &statement, "/Conversation_Id__c"), want, "{condition}");
    }
}

#[test]
fn order_limit_parents_children_and_aggregates() {
    let org = org();
    for (statement, field, want) in [
        ("SELECT FirstName FROM Contact ORDER BY FirstName", "/FirstName", "null|Ada|Mira|Tomo"),
        (
            "SELECT FirstName FROM Contact ORDER BY FirstName DESC NULLS LAST",
            "/FirstName",
            "Tomo|Mira|Ada|null",
        ),
        (
            "SELECT FirstName FROM Contact ORDER BY Account.Name NULLS LAST, FirstName DESC LIMIT 2 OFFSET 1",
            "/FirstName",
            "Mira|Ada",
        ),
        (
            "SELECT c.Account.Name, c.Account.Owner.Name FROM Contact c WHERE c.FirstName = 'Ada'",
            "/Account/Owner/Name",
            "Sync Chatlink",
        ),
        ("SELECT Account.Name FROM Contact WHERE FirstName = null", "/Account", "null"),
        ("SELECT Contact.LastName FROM Contact WHERE FirstName = 'Tomo'", "/LastName", "100% Reyes"),
        (
            "SELECT Name, (SELECT LastName FROM Contacts WHERE Title != null) FROM Account ORDER BY Name DESC",
            "/Contacts/totalSize",
            "2|?",
        ),
        (
            "SELECT Name, (SELECT LastName FROM Contacts) FROM Account WHERE Name LIKE 'E%'",
            "/Contacts",
            "null",
        ),
        ("SELECT COUNT() FROM Contact WHERE AccountId != null", "", "3"),
        ("SELECT COUNT(Id) FROM Contact", "/expr0", "4"),
        ("SELECT COUNT(Title) titled FROM Contact", "/titled", "2"),
        ("SELECT MAX(CSAT__c), SUM(CSAT__c) FROM LP_ChatTranscript__c", "/expr1", "18.0"),
        ("SELECT Truncated__c, COUNT(Id) n FROM LP_ChatTranscript__c GROUP BY Truncated__c", "/n", "2|1"),
        ("SELECT FIELDS(STANDARD) FROM Organization", "/Name", "Harbour & Pine Outfitters"),
        ("SELECT FIELDS(ALL) FROM LP_ChatTranscript__c ORDER BY CSAT__c LIMIT 1", "/Name", "CT-0000002"),
    ] {
        assert_eq!(found(&org, statement, field), want, "{statement}");
    }
}

#[test]
fn errors_name_row_and_column() {
    let org = org();
    for (statement, code, place, text) in [
        (
            "SELECT Nope FROM Account",
            "INVALID_FIELD",
            "\nSELECT Nope FROM Account\n       ^\nERROR at Row:1:Column:8\n",
            "No such column 'Nope' on entity 'Account'",
        ),
        (
            "SELECT Id\nFROM Nope",
            "INVALID_TYPE",
            "\nFROM Nope\n     ^\nERROR at Row:2:Column:6\n",
            "sObject type 'Nope' is not supported",
        ),
        ("SELECT Id FROM Account WHERE", "MALFORMED_QUERY", "ERROR at Row:1:Column:29\n", "unexpected end"),
        ("SELECT Id FROM Account WHERE Name = 'a\\qb'", "MALFORMED_QUERY", "Column:39", "Illegal character"),
        ("SELECT Id FROM Account WHERE Name = 'open", "MALFORMED_QUERY", "Column:37", "closing quote"),
        ("SELECT Id FROM Account LIMIT many", "MALFORMED_QUERY", "Column:30", "unexpected token: 'many'"),
        (
            "SELECT Owner2.Name FROM Account",
            "INVALID_FIELD",
            "Column:8",
            "Didn't understand relationship 'Owner2'",
        ),
        (
            "SELECT Id FROM LP_ChatTranscript__c WHERE Transcript__c = 'x'",
            "INVALID_FIELD",
            "Column:43",
            "can not be filtered",
        ),
        (
            "SELECT Id FROM LP_ChatTranscript__c WHERE Started__c > '2026-01-01'",
            "INVALID_FIELD",
            "Column:43",
            "must be of type dateTime and should not be enclosed in quotes",
        ),
        ("SELECT Id FROM Account OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE", "", "2000"),
        ("SELECT FIELDS(ALL) FROM Account", "MALFORMED_QUERY", "", "LIMIT of at most 200"),
        ("DELETE FROM Account", "MALFORMED_QUERY", "Column:1", "unexpected token: 'DELETE'"),
    ] {
        let error = run(&org, &caller(), statement, false).unwrap_err();
        assert_eq!(error.code, code, "{statement}: {}", error.message);
        assert!(
            error.message.contains(place) && error.message.contains(text),
            "{statement}: {}",
            error.message
        );
    }
}
