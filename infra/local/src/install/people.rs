//! Who has which permission set.

use super::{InstallError, literal};
use salesforce::metadata::{Installer, Setup};
use serde::Serialize;
use serde_json::{Map, Value};

/// For those who set Chatlink up.
pub(crate) const ADMINISTRATOR: &str = "LP_Administrator";
/// For agents.
pub(crate) const AGENT: &str = "LP_Agent";
/// For the user the sync acts as.
pub(crate) const SYNC_USER: &str = "LP_Sync_User";

/// A permission set for a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Assignment {
    pub(crate) permission_set: &'static str,
    /// User name.
    pub(crate) to: String,
    #[serde(skip)]
    pub(crate) user: String,
}

/// A permission set for the active user of that name, which the argument gave.
pub(crate) async fn assignment(
    setup: &Setup,
    argument: &str,
    username: &str,
    permission_set: &'static str,
) -> Result<Assignment, InstallError> {
    let soql =
        format!("SELECT Id FROM User WHERE Username = {} AND IsActive = true LIMIT 1", literal(username));
    let found = setup.query(&soql).await?;
    let user = found.first().and_then(|row| text(row, "Id")).ok_or_else(|| {
        let why = "the org has no active user of this name; create one, or give the user name, which looks like an e-mail address";
        InstallError::Input(format!("{argument} {username}: {why}"))
    })?;
    Ok(Assignment { permission_set, to: username.to_owned(), user })
}

/// Those of the assignments that are still to be made.
pub(crate) async fn missing(setup: &Setup, wanted: Vec<Assignment>) -> Result<Vec<Assignment>, InstallError> {
    let mut missing = Vec::new();
    for assignment in wanted {
        let soql = format!(
            "SELECT Id FROM PermissionSetAssignment WHERE AssigneeId = {} AND PermissionSet.Name = {} LIMIT 1",
            literal(&assignment.user),
            literal(assignment.permission_set)
        );
        if setup.query(&soql).await?.is_empty() {
            missing.push(assignment);
        }
    }
    Ok(missing)
}

/// Those of our permission sets that somebody has, whoever it is.
pub(crate) async fn granted(setup: &Setup) -> Result<Vec<&'static str>, InstallError> {
    let mut granted = Vec::new();
    for set in [ADMINISTRATOR, AGENT, SYNC_USER] {
        let condition = format!("PermissionSet.Name = {}", literal(set));
        let soql = format!("SELECT Id FROM PermissionSetAssignment WHERE {condition} LIMIT 1");
        if !setup.query(&soql).await?.is_empty() {
            granted.push(set);
        }
    }
    Ok(granted)
}

/// Makes assignments.
pub(crate) async fn assign(setup: &Setup, assignments: &[Assignment]) -> Result<(), InstallError> {
    for Assignment { permission_set, user, .. } in assignments {
        let soql = format!("SELECT Id FROM PermissionSet WHERE Name = {} LIMIT 1", literal(permission_set));
        let found = setup.query(&soql).await?;
        let id = found.first().and_then(|row| text(row, "Id")).ok_or_else(|| {
            InstallError::Undone(format!("the org has no permission set {permission_set}; install again"))
        })?;
        setup.assign(user, &id).await?;
    }
    Ok(())
}

/// Lets whoever it is see every Chat Transcript, if the org has the permission set for it.
pub(crate) async fn see_all(setup: &Setup, who: &Installer) -> Result<(), InstallError> {
    let soql = format!("SELECT Id FROM PermissionSet WHERE Name = {} LIMIT 1", literal(ADMINISTRATOR));
    if let Some(id) = setup.query(&soql).await?.first().and_then(|row| text(row, "Id")) {
        setup.assign(&who.user, &id).await?;
    }
    Ok(())
}

/// Takes all our permission sets back from everybody, for an org deletes none that somebody has. Answers how many
/// assignments there were.
pub(crate) async fn take_all_back(setup: &Setup) -> Result<u64, InstallError> {
    let sets = [ADMINISTRATOR, AGENT, SYNC_USER].map(literal).join(", ");
    let soql =
        format!("SELECT Id FROM PermissionSetAssignment WHERE PermissionSet.Name IN ({sets}) LIMIT 200");
    let mut taken = 0;
    loop {
        let found = setup.query(&soql).await?;
        let ids: Vec<String> = found.iter().filter_map(|row| text(row, "Id")).collect();
        if ids.is_empty() {
            return Ok(taken);
        }
        for id in ids {
            setup.take_back(&id).await?;
            taken += 1;
        }
    }
}

pub(crate) fn text(row: &Map<String, Value>, name: &str) -> Option<String> {
    row.get(name).and_then(Value::as_str).map(str::to_owned)
}
