//! What people read of an installation.

use super::{
    compare::OBJECT,
    package::APP,
    people::{AGENT, SYNC_USER},
    run::{App, Install, Named, Outcome},
};
use salesforce::metadata::{Deployment, Failure};
use std::collections::BTreeMap;

/// A refused component in one line.
pub(crate) fn failure(failure: &Failure) -> String {
    let Failure { component_type, full_name, problem, .. } = failure;
    format!("{component_type} {full_name}: {problem}").trim().to_owned()
}

/// Everything a deployment was refused for.
pub(crate) fn failures(deployment: &Deployment) -> Vec<String> {
    let mut lines: Vec<String> = deployment.failures().map(failure).collect();
    lines.extend(deployment.error_message.clone());
    if lines.is_empty() {
        lines.push(format!("the deployment ended as {} without a reason", deployment.status));
    }
    lines
}

/// What will be done, in plain lines.
pub(crate) fn plan(outcome: &Outcome) -> Vec<String> {
    let mut lines = by_kind("create", &outcome.create);
    lines.extend(by_kind("change", &outcome.change));
    match &outcome.app {
        App::ToCreate => lines.push(format!("create the external client app {APP}")),
        App::LeftOut => lines.push(
            "leave out the button Sync Chat, the trusted site and the external client app, which need the stack's address (--stack)"
                .to_owned(),
        ),
        App::Refused { problems } => {
            lines.push(format!("leave out the external client app, which the org refuses: {}", problems.join("; ")));
        }
        App::Kept | App::Created { .. } => {}
    }
    let assigned = outcome.assign.iter();
    lines.extend(
        assigned.map(|one| format!("assign the permission set {} to {}", one.permission_set, one.to)),
    );
    lines
}

/// One line for each kind of component.
fn by_kind(verb: &str, components: &[Named]) -> Vec<String> {
    let mut kinds: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for Named { kind, name } in components {
        let short = name.strip_prefix(&format!("{OBJECT}.")).unwrap_or(name);
        kinds.entry(kind.as_str()).or_default().push(short);
    }
    kinds.into_iter().map(|(kind, names)| format!("{verb} {}: {}", plain(kind), names.join(", "))).collect()
}

/// A kind of component as people call it in Setup.
fn plain(kind: &str) -> &str {
    match kind {
        "CspTrustedSite" => "trusted site",
        "CustomApplication" => "app",
        "CustomField" => "fields",
        "CustomObject" => "object",
        "CustomPermission" => "custom permission",
        "CustomTab" => "tab",
        "Layout" => "page layout",
        "ListView" => "list views",
        "PermissionSet" => "permission sets",
        "Report" => "reports and their folder",
        "ReportType" => "report type",
        "WebLink" => "button",
        other => other,
    }
}

/// What is left for a person.
pub(crate) fn by_hand(outcome: &Outcome, wanted: &Install) -> Vec<String> {
    let mut steps = Vec::new();
    let stack = outcome.stack.as_deref().unwrap_or_default();
    match &outcome.app {
        App::LeftOut => steps.push(
            "Deploy the stack, then install again with --stack and the Address it printed.".to_owned(),
        ),
        App::Created { consumer_key } => {
            steps.push(format!(
                "Put SalesforceClientId = \"{consumer_key}\" into the customer's file and deploy the stack again."
            ));
            if wanted.certificate.is_none() {
                steps.push(format!(
                    "For the sync to sign in: Setup, External Client App Manager, {APP}, Edit Settings: enable the JWT Bearer Flow and upload the certificate of its private key, or enable the Client Credentials Flow and choose its user."
                ));
            }
        }
        App::Refused { .. } => steps.push(click_path(stack)),
        App::Kept if wanted.certificate.is_some() => steps.push(format!(
            "The external client app {APP} was there and stays as it is: upload the certificate in Setup, External Client App Manager, {APP}, Edit Settings, JWT Bearer Flow."
        )),
        App::Kept => steps.push(format!(
            "The external client app {APP} was there and stays as it is. Its callback URLs must be those of {stack}; its consumer key is in Setup, External Client App Manager, {APP}, Settings, OAuth Settings."
        )),
        App::ToCreate => {}
    }
    if wanted.sync_user.is_none() && !outcome.granted.contains(&SYNC_USER) {
        steps.push(
            "Give the user the sync acts as the permission set LP_Sync_User: install again with --sync-user NAME."
                .to_owned(),
        );
    }
    if !outcome.granted.contains(&AGENT) {
        let where_to = "Setup, Permission Sets, Chatlink Agent, Manage Assignments, or --agent NAME";
        steps.push(format!("Give the agents the permission set {AGENT}: {where_to}."));
    }
    steps.push(
        "To see Chat Transcripts on accounts, contacts, leads, cases and opportunities: Object Manager, the object, Page Layouts, add the related list Chat Transcripts."
            .to_owned(),
    );
    steps
}

/// How an administrator makes the app that the org does not take from us.
fn click_path(stack: &str) -> String {
    format!(
        "Unless the org has it already, create the external client app by hand: Setup, External Client App Manager, New External Client App. Name {APP}, distribution Local. \
         Enable OAuth with the callback URLs {stack}/api/admin/sign-in/callback, {stack}/api/widget/sign-in/callback and {stack}/sync-chat/sign-in/callback; \
         scopes api, refresh_token, openid, id and custom_permissions. Require PKCE; do not require the secret for the Web Server Flow nor for the Refresh Token Flow. \
         Policies: admin approved users are pre-authorized, with the permission sets LP_Administrator, LP_Agent and LP_Sync_User. \
         Then put its consumer key into the customer's file as SalesforceClientId and deploy the stack again."
    )
}
