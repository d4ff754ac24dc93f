//! Sharing: which records of an object a user sees, changes and deletes.
//!
//! Everybody sees and changes every record, with two exceptions that bind all but integration and administrators:
//! an account with the rating *Cold* that an administrator owns is private, its contacts with it, and an account of the
//! type *Partner* is changed by its owner only. Whoever does not own a record does not delete it.

use super::{org::Org, store::Row};
use serde_json::Value;

/// Whether the user sees the record. For whoever does not, it is not there.
pub(crate) fn reads(org: &Org, user: &str, object: &str, row: &Row) -> bool {
    match object {
        "Account" => !is_private(org, row) || has_all(org, user),
        "Contact" => match text(row, "AccountId").and_then(|id| org.store.get("Account", id)) {
            Some(account) => reads(org, user, "Account", account),
            None => true,
        },
        _ => true,
    }
}

/// Whether the user may change the record.
pub(crate) fn edits(org: &Org, user: &str, object: &str, row: &Row) -> bool {
    let kept = object == "Account" && text(row, "Type") == Some("Partner");
    reads(org, user, object, row) && (!kept || owns(row, user) || has_all(org, user))
}

/// Whether the user may delete the record.
pub(crate) fn deletes(org: &Org, user: &str, object: &str, row: &Row) -> bool {
    let owned = !row.contains_key("OwnerId") || owns(row, user);
    reads(org, user, object, row) && (owned || has_all(org, user))
}

fn is_private(org: &Org, account: &Row) -> bool {
    text(account, "Rating") == Some("Cold")
        && text(account, "OwnerId").is_some_and(|owner| org.administers(owner))
}

fn owns(row: &Row, user: &str) -> bool {
    text(row, "OwnerId") == Some(user)
}

fn has_all(org: &Org, user: &str) -> bool {
    org.profile(user).is_some_and(|profile| profile.all_data)
}

fn text<'a>(row: &'a Row, name: &str) -> Option<&'a str> {
    row.get(name).and_then(Value::as_str)
}
