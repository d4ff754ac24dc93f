//! Person accounts: an account that is a person, and the contact behind it that is kept in step.

use super::{
    error::{ApiError, ApiResult},
    org::{Caller, Org},
    records,
    schema::record_types,
    store::Row,
};
use serde_json::Value;

/// A field of the account and the field of the contact that holds the same.
const PAIRS: [(&str, &str); 17] = [
    ("LastName", "LastName"),
    ("FirstName", "FirstName"),
    ("Salutation", "Salutation"),
    ("Phone", "Phone"),
    ("PersonEmail", "Email"),
    ("PersonMobilePhone", "MobilePhone"),
    ("PersonHomePhone", "HomePhone"),
    ("PersonTitle", "Title"),
    ("PersonDepartment", "Department"),
    ("PersonBirthdate", "Birthdate"),
    ("PersonLeadSource", "LeadSource"),
    ("PersonHasOptedOutOfEmail", "HasOptedOutOfEmail"),
    ("PersonMailingStreet", "MailingStreet"),
    ("PersonMailingCity", "MailingCity"),
    ("PersonMailingState", "MailingState"),
    ("PersonMailingPostalCode", "MailingPostalCode"),
    ("PersonMailingCountry", "MailingCountry"),
];

/// Whether the row is a person account or the contact behind one.
pub(crate) fn is_person(row: &Row) -> bool {
    row.get("IsPersonAccount") == Some(&Value::Bool(true))
}

/// Gives a new row its record type, and an account the kind that follows from it.
pub(crate) fn settle(object: &str, row: &mut Row) -> ApiResult<()> {
    if row.get("RecordTypeId").is_none_or(Value::is_null)
        && let Some(kind) = record_types::default_of(object)
    {
        row.insert("RecordTypeId".into(), kind.id().into());
    }
    if object == "Account" {
        let kind = row.get("RecordTypeId").and_then(Value::as_str);
        let person = kind.and_then(|id| record_types::with_id(object, id)).is_some_and(|kind| kind.person);
        check_fields(person, row)?;
        row.insert("IsPersonAccount".into(), person.into());
    }
    Ok(())
}

/// Refuses a change that only the other kind of account allows, or that would change the kind.
pub(crate) fn check_change(object: &str, current: &Row, changes: &Row) -> ApiResult<()> {
    if object != "Account" {
        return Ok(());
    }
    let person = is_person(current);
    let kind = changes.get("RecordTypeId").and_then(Value::as_str);
    if kind.and_then(|id| record_types::with_id(object, id)).is_some_and(|kind| kind.person != person) {
        return Err(refused(&["RecordTypeId"]));
    }
    check_fields(person, changes)
}

/// The name of a person is its first and last name; a business has neither.
fn check_fields(person: bool, given: &Row) -> ApiResult<()> {
    let own = |name: &&str| {
        let of_a_person = PAIRS.iter().any(|(account, _)| account == name) && *name != "Phone";
        if person { *name == "Name" } else { of_a_person }
    };
    let set = given.iter().filter(|(_, value)| !value.is_null()).map(|(name, _)| name.as_str());
    let wrong: Vec<&str> = set.filter(own).collect();
    if wrong.is_empty() { Ok(()) } else { Err(refused(&wrong)) }
}

fn refused(fields: &[&str]) -> ApiError {
    let message = format!("Account: bad field names on insert/update call: {}", fields.join(", "));
    ApiError::row("INVALID_FIELD_FOR_INSERT_UPDATE", message, fields)
}

/// After an account was created: the contact behind a person.
pub(crate) fn inserted(org: &mut Org, caller: &Caller, object: &str, id: &str) {
    let Some(account) = org.store.get(object, id).filter(|row| object == "Account" && is_person(row)) else {
        return;
    };
    let mut account = Row::clone(account);
    let (contact, _) = org.store.next_id("Contact", "003");
    let mut twin = Row::new();
    for name in ["OwnerId", "CreatedById", "CreatedDate", "IsDeleted", "IsPersonAccount"] {
        twin.insert(name.into(), account.get(name).cloned().unwrap_or_default());
    }
    for (name, value) in [("Id", contact.as_str()), ("AccountId", id)] {
        twin.insert(name.into(), value.into());
    }
    copy(&account, &mut twin, |(from, to)| (from, to));
    records::finish(org, caller, "Contact", &contact, twin);
    account.insert("PersonContactId".into(), contact.into());
    org.store.put("Account", id, account);
}

/// After one of the two was changed: the other.
pub(crate) fn updated(org: &mut Org, caller: &Caller, object: &str, id: &str) {
    let Some(row) = org.store.get(object, id).filter(|row| is_person(row)).map(|row| Row::clone(row)) else {
        return;
    };
    let (other, lookup) =
        if object == "Account" { ("Contact", "PersonContactId") } else { ("Account", "AccountId") };
    let Some(other_id) = row.get(lookup).and_then(Value::as_str) else { return };
    let Some(before) = org.store.live(other, other_id).map(|row| Row::clone(row)) else { return };
    let mut after = before.clone();
    copy(
        &row,
        &mut after,
        |(account, contact)| {
            if object == "Account" { (account, contact) } else { (contact, account) }
        },
    );
    if after != before {
        records::finish(org, caller, other, other_id, after);
    }
}

type Pair = (&'static str, &'static str);

fn copy(from: &Row, to: &mut Row, direction: impl Fn(Pair) -> Pair) {
    for (source, target) in PAIRS.into_iter().map(direction) {
        match from.get(source) {
            Some(value) => to.insert(target.into(), value.clone()),
            None => to.remove(target),
        };
    }
}

/// The contact behind a person goes with the account only.
pub(crate) fn check_delete(object: &str, row: &Row) -> ApiResult<()> {
    if object == "Contact" && is_person(row) {
        let message = "the contact of a person account cannot be deleted; delete the account";
        return Err(ApiError {
            status: 403,
            ..ApiError::row("INSUFFICIENT_ACCESS_OR_READONLY", message, &[])
        });
    }
    Ok(())
}

/// The contact that goes with a deleted account.
pub(crate) fn contact_of(object: &str, row: &Row) -> Option<String> {
    let contact = row.get("PersonContactId").filter(|_| object == "Account")?;
    contact.as_str().map(str::to_owned)
}
