//! `chatlink uninstall`: everything the package brought goes, in one deployment.

use super::{
    InstallError,
    compare::OBJECT,
    package::{AppSettings, Package},
    people, words,
};
use salesforce::metadata::{Mode, Patience, Setup};
use serde::Serialize;

/// What was taken out.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Removed {
    /// Records that went with the object.
    pub(crate) records: u64,
    /// Assignments of permission sets that were taken back.
    pub(crate) assignments: u64,
    /// Components, as `CustomTab LP_ChatTranscript__c`.
    pub(crate) components: Vec<String>,
    /// What the org did not let go, for a person.
    pub(crate) by_hand: Vec<String>,
}

/// Takes everything out; with records only when told.
pub(crate) async fn uninstall(
    setup: &Setup,
    delete_records: bool,
    patience: Patience,
) -> Result<Removed, InstallError> {
    let records = all_records(setup, delete_records, patience).await?;
    if records > 0 && !delete_records {
        return Err(InstallError::Records(records));
    }
    let mut removed = Removed { records, ..Removed::default() };
    // The app names the permission sets, so it goes first; who may not deploy is stopped here, with nothing changed. An org
    // that keeps the app does not keep the rest.
    let stack = AppSettings { stack: super::ANY_STACK.to_owned(), ..AppSettings::default() };
    let app = setup.deploy(&Package::app(&stack).removal_zip()?, Mode::Deploy, patience).await?;
    if app.success {
        removed.note(&app);
    } else {
        let why = words::failures(&app).join("; ");
        removed.by_hand.push(format!(
            "Delete the external client app Chatlink in Setup, External Client App Manager; the org says: {why}"
        ));
    }
    removed.assignments = people::take_all_back(setup).await?;
    let package = Package::without_app(Some(super::ANY_STACK));
    let deployed = setup.deploy(&package.removal_zip()?, Mode::Deploy, patience).await?;
    if !deployed.success {
        return Err(InstallError::Kept(words::failures(&deployed).join("\n  ")));
    }
    removed.note(&deployed);
    Ok(removed)
}

/// How many records would go. Counting is done in the name of whoever uninstalls: where it matters, they get the permission
/// set first that lets them see all.
async fn all_records(setup: &Setup, delete_records: bool, patience: Patience) -> Result<u64, InstallError> {
    let installer = setup.installer().await?;
    if !delete_records {
        people::see_all(setup, &installer).await?;
    }
    if setup.fields(OBJECT).await?.is_some() {
        return Ok(setup.count(OBJECT).await?);
    }
    if delete_records {
        return Ok(0);
    }
    let package = Package::without_app(Some(super::ANY_STACK));
    let checked = setup.deploy(&package.removal_zip()?, Mode::Check, patience).await?;
    let there = checked.effects().any(|one| one.deleted && one.component_type == "CustomObject");
    if there { Err(InstallError::Unseen(installer.username)) } else { Ok(0) }
}

impl Removed {
    fn note(&mut self, deployment: &salesforce::metadata::Deployment) {
        let deleted = deployment.effects().filter(|one| one.deleted);
        self.components.extend(deleted.map(|one| format!("{} {}", one.component_type, one.full_name)));
    }
}
