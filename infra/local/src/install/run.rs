//! `chatlink install`, step by step: compare, check, say, deploy, assign, look again.

use super::{
    InstallError, address,
    compare::{self, Conflict, OBJECT},
    package::{APP, AppSettings, Package, is_of_the_app},
    people::{self, ADMINISTRATOR, AGENT, Assignment, SYNC_USER},
    words,
};
use domain::ports::SinkError;
use salesforce::{
    metadata::{Component, Deployment, Mode, Patience, Setup},
    sign_in::random_text,
};
use serde::Serialize;

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Install {
    /// The stack's address.
    pub(crate) stack: Option<String>,
    /// User name the sync acts as.
    pub(crate) sync_user: Option<String>,
    /// User names of agents.
    pub(crate) agents: Vec<String>,
    /// X.509 certificate, PEM, of the key the sync signs in with.
    pub(crate) certificate: Option<String>,
    /// Change nothing.
    pub(crate) check: bool,
}

/// A component by kind and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Named {
    pub(crate) kind: String,
    pub(crate) name: String,
}

/// What becomes of the external client app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum App {
    /// It needs the stack's address, which is not known.
    LeftOut,
    /// It is there and stays as it is.
    Kept,
    /// It is to be created.
    ToCreate,
    /// It was created and has this consumer key.
    Created { consumer_key: String },
    /// The org does not take it.
    Refused { problems: Vec<String> },
}

/// What was found and done, or would be.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Outcome {
    /// User name of whoever installs.
    pub(crate) user: String,
    /// The stack's address, given or found in the org.
    pub(crate) stack: Option<String>,
    /// Fields that stop the installation.
    pub(crate) conflicts: Vec<Conflict>,
    pub(crate) create: Vec<Named>,
    pub(crate) change: Vec<Named>,
    pub(crate) app: App,
    pub(crate) assign: Vec<Assignment>,
    /// Whether all this was done.
    pub(crate) done: bool,
    /// Those of our permission sets that somebody has.
    pub(crate) granted: Vec<&'static str>,
    /// What a person still has to do.
    pub(crate) by_hand: Vec<String>,
}

impl Outcome {
    /// Whether the org has everything already.
    pub(crate) fn nothing_to_do(&self) -> bool {
        let to_create = matches!(self.app, App::ToCreate | App::Created { .. });
        self.conflicts.is_empty()
            && self.create.is_empty()
            && self.change.is_empty()
            && self.assign.is_empty()
            && !to_create
    }
}

/// Brings the org to what the package says. `say` takes the lines people read.
pub(crate) async fn install(
    setup: &Setup,
    wanted: &Install,
    patience: Patience,
    say: impl Fn(&str),
) -> Result<Outcome, InstallError> {
    let stack = wanted.stack.as_deref().map(|stack| address("--stack", stack)).transpose()?;
    let installer = setup.installer().await?;
    let stack = match stack {
        Some(stack) => Some(stack),
        None => known_stack(setup).await?,
    };
    let mut outcome = Outcome {
        user: installer.username.clone(),
        stack,
        conflicts: Vec::new(),
        create: Vec::new(),
        change: Vec::new(),
        app: App::LeftOut,
        assign: Vec::new(),
        done: false,
        granted: Vec::new(),
        by_hand: Vec::new(),
    };
    let package = Package::without_app(outcome.stack.as_deref());
    let in_org = setup.fields(OBJECT).await?.unwrap_or_default();
    outcome.conflicts = compare::conflicts(&package, &in_org);
    if !outcome.conflicts.is_empty() {
        return Ok(outcome);
    }
    let mut people =
        vec![Assignment { permission_set: ADMINISTRATOR, to: installer.username, user: installer.user }];
    if let Some(name) = &wanted.sync_user {
        people.push(people::assignment(setup, "--sync-user", name, SYNC_USER).await?);
    }
    for name in &wanted.agents {
        people.push(people::assignment(setup, "--agent", name, AGENT).await?);
    }
    let settings = outcome.stack.clone().map(|stack| AppSettings {
        stack,
        contact: installer.email.clone(),
        consumer_key: None,
        certificate: wanted.certificate.clone(),
    });
    check(setup, &package, settings.as_ref(), patience, &mut outcome).await?;
    outcome.assign = people::missing(setup, people).await?;
    words::plan(&outcome).iter().for_each(|line| say(line));
    if !wanted.check {
        carry_out(setup, &package, settings, patience, &mut outcome).await?;
    }
    outcome.granted = people::granted(setup).await.unwrap_or_default();
    outcome.by_hand = words::by_hand(&outcome, wanted);
    Ok(outcome)
}

/// The stack whose trusted site the org has; orgs that do not let it be asked have none.
async fn known_stack(setup: &Setup) -> Result<Option<String>, InstallError> {
    let soql = "SELECT EndpointUrl FROM CspTrustedSite WHERE DeveloperName = 'Chatlink' LIMIT 1";
    match setup.query(soql).await {
        Ok(found) => Ok(found.first().and_then(|row| people::text(row, "EndpointUrl"))),
        Err(SinkError::Rejected { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Asks the org what deploying would do, the app included when a stack is known. An org that refuses the app alone gets
/// the rest.
async fn check(
    setup: &Setup,
    package: &Package,
    settings: Option<&AppSettings>,
    patience: Patience,
    outcome: &mut Outcome,
) -> Result<(), InstallError> {
    let Some(settings) = settings else {
        let checked = deploy(setup, package, Mode::Check, patience).await?;
        return note_effects(&checked, outcome);
    };
    let whole = package.clone().and(Package::app(settings));
    let checked = deploy(setup, &whole, Mode::Check, patience).await?;
    if !checked.success {
        let alone = deploy(setup, package, Mode::Check, patience).await?;
        let problems = words::failures(if alone.success { &checked } else { &alone });
        outcome.app = App::Refused { problems };
        return note_effects(&alone, outcome);
    }
    let is_app = |one: &Component| one.component_type == "ExternalClientApplication" && one.full_name == APP;
    let created = checked.effects().any(|one| is_app(one) && one.created);
    outcome.app = if created { App::ToCreate } else { App::Kept };
    note_effects(&checked, outcome)
}

/// Sorts what would happen; the app, which is created once and then left alone, aside.
fn note_effects(checked: &Deployment, outcome: &mut Outcome) -> Result<(), InstallError> {
    accepted(checked)?;
    for one in checked.effects().filter(|one| !is_of_the_app(&one.component_type)) {
        let named = Named { kind: one.component_type.clone(), name: one.full_name.clone() };
        if one.created { &mut outcome.create } else { &mut outcome.change }.push(named);
    }
    Ok(())
}

async fn carry_out(
    setup: &Setup,
    package: &Package,
    settings: Option<AppSettings>,
    patience: Patience,
    outcome: &mut Outcome,
) -> Result<(), InstallError> {
    if !outcome.create.is_empty() || !outcome.change.is_empty() {
        accepted(&deploy(setup, package, Mode::Deploy, patience).await?)?;
    }
    people::assign(setup, &outcome.assign).await?;
    let in_org = setup.fields(OBJECT).await?.unwrap_or_default();
    let unseen = compare::unseen(package, &in_org);
    if !unseen.is_empty() {
        let why = format!(
            "{}: deployed, but {} may not see them; assign the permission set {ADMINISTRATOR} and look again",
            unseen.join(", "),
            outcome.user
        );
        return Err(InstallError::Undone(why));
    }
    // Last, so that nothing that fails after it keeps its key from being said.
    if let (App::ToCreate, Some(settings)) = (&outcome.app, settings) {
        outcome.app = create_app(setup, settings, patience).await?;
    }
    outcome.done = true;
    Ok(())
}

/// The app with a key of our own, so that nobody has to look it up.
async fn create_app(setup: &Setup, settings: AppSettings, patience: Patience) -> Result<App, InstallError> {
    let random = random_text()? + &random_text()?;
    let consumer_key: String = random.chars().filter(char::is_ascii_alphanumeric).collect();
    let settings = AppSettings { consumer_key: Some(consumer_key.clone()), ..settings };
    let deployed = deploy(setup, &Package::app(&settings), Mode::Deploy, patience).await?;
    if deployed.success {
        return Ok(App::Created { consumer_key });
    }
    Ok(App::Refused { problems: words::failures(&deployed) })
}

async fn deploy(
    setup: &Setup,
    package: &Package,
    mode: Mode,
    patience: Patience,
) -> Result<Deployment, InstallError> {
    Ok(setup.deploy(&package.zip()?, mode, patience).await?)
}

fn accepted(deployment: &Deployment) -> Result<(), InstallError> {
    if deployment.success {
        return Ok(());
    }
    Err(InstallError::Refused(words::failures(deployment).join("\n  ")))
}
