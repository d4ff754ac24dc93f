//! One stack's connections. A function joins them; each client is built when first needed and kept while it fits.

use crate::{
    HandlerError, Settings, SystemClock,
    agents::Seal,
    fields::target_fields,
    recent::Recent,
    rotated::{Rotated, SECRET_FRESH},
    seen::SeenAgents,
};
use aws::{
    DynamoTable, EventBridgeBus, LivePersonSecret, SalesforceSecret, Secrets, Session,
    scheduler::{EventBridgeScheduler, SchedulerSettings},
};
use aws_config::{
    BehaviorVersion, SdkConfig,
    environment::{EnvironmentVariableCredentialsProvider, EnvironmentVariableRegionProvider},
};
use domain::{
    Code, Configuration, Fingerprint,
    configuration::SalesforceLogin,
    ports::{Clock, SinkError, StoreError},
    schedule::{Schedules, offset_of},
};
use jiff::{SignedDuration, Timestamp};
use liveperson::LivePerson;
use salesforce::{AgentApi, Salesforce, SignIn, TRANSCRIPT_OBJECT};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use sync::{FieldProblem, Mappers, Ports, TargetField};
use tokio::sync::{Mutex, OnceCell};

/// A description older than this is asked for again when a run is planned.
const FRESH: SignedDuration = SignedDuration::from_hours(1);

/// The widget asks for the configuration with every request.
const CONFIGURATION_FRESH: SignedDuration = SignedDuration::from_secs(5);

/// The connections of one stack.
pub struct Workspace {
    pub(crate) settings: Settings,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// The stack's table.
    pub table: DynamoTable,
    /// The stack's event bus.
    pub bus: EventBridgeBus,
    /// The stack's schedules.
    pub scheduler: EventBridgeScheduler,
    pub(crate) secrets: Secrets,
    api_key: Rotated<String>,
    sign_in: OnceCell<SignIn>,
    pub(crate) seal: Rotated<Seal>,
    pub(crate) seen: SeenAgents,
    pub(crate) agents: OnceCell<AgentApi>,
    pub(crate) liveperson: Mutex<Option<Kept<String, LivePersonSecret, LivePerson>>>,
    pub(crate) salesforce: Mutex<Option<Kept<SalesforceLogin, SalesforceSecret, Salesforce>>>,
    pub(crate) recent: Mutex<Vec<Recent>>,
    configuration: Mutex<Option<(Timestamp, Arc<Configuration>)>>,
}

/// What checking a configuration against the org came to.
#[derive(Debug, Default)]
pub struct Checked {
    /// Calls it cost.
    pub salesforce_calls: u64,
    /// Mapped fields that the org does not have, or does not let the sync user write.
    pub lost_fields: Vec<FieldProblem>,
    /// What no run can do without.
    pub problems: Vec<FieldProblem>,
}

/// The clients of both outside systems.
pub struct Clients {
    liveperson: Arc<LivePerson>,
    salesforce: Arc<Salesforce>,
}

/// A client, and the part of the configuration and the secret it was built for.
pub(crate) struct Kept<P, S, C> {
    built_for: P,
    secret: S,
    secret_read: Timestamp,
    client: Arc<C>,
}

impl<P: PartialEq, S, C> Kept<P, S, C> {
    /// Whether the client fits, and a changed secret would have been noticed.
    fn fits(&self, wanted: &P, now: Timestamp) -> bool {
        self.built_for == *wanted && now.duration_since(self.secret_read) < SECRET_FRESH
    }
}

impl Workspace {
    /// The stack the environment names.
    ///
    /// # Errors
    /// `CFG-003` naming the setting that is missing.
    pub async fn from_env() -> Result<Self, HandlerError> {
        let settings = Settings::from_env()?;
        // Lambda puts both into the environment. To look anywhere else, clients would be built before the first event.
        let config = aws_config::defaults(BehaviorVersion::latest())
            .region(EnvironmentVariableRegionProvider::new())
            .credentials_provider(EnvironmentVariableCredentialsProvider::new())
            .load()
            .await;
        Ok(Workspace::new(settings, &config, Arc::new(SystemClock)))
    }

    /// The stack of these settings, where `config` says AWS is.
    #[must_use]
    pub fn new(settings: Settings, config: &SdkConfig, clock: Arc<dyn Clock>) -> Self {
        let scheduler = EventBridgeScheduler::new(
            config,
            SchedulerSettings {
                group: settings.schedule_group.clone(),
                bus_arn: settings.bus_arn.clone(),
                role_arn: settings.schedule_role_arn.clone(),
            },
        );
        Workspace {
            table: DynamoTable::new(config, &settings.table),
            bus: EventBridgeBus::new(config, &settings.bus, scheduler.clone()),
            scheduler,
            secrets: Secrets::new(config),
            api_key: Rotated::default(),
            sign_in: OnceCell::new(),
            seal: Rotated::default(),
            seen: SeenAgents::default(),
            agents: OnceCell::new(),
            settings,
            clock,
            liveperson: Mutex::new(None),
            salesforce: Mutex::new(None),
            recent: Mutex::default(),
            configuration: Mutex::default(),
        }
    }

    /// The current configuration.
    ///
    /// # Errors
    /// `CFG-001` when there is none; `AWS-001` when the table does not answer.
    pub async fn configuration(&self) -> Result<Configuration, HandlerError> {
        let missing = || {
            HandlerError::new(
                Code::ConfigurationUnreadable,
                "this workspace has no configuration yet; save one first",
            )
        };
        self.table.configuration().await?.ok_or_else(missing)
    }

    /// The configuration as it was at most five seconds ago, for those who are asked many times a second.
    ///
    /// # Errors
    /// As [`Self::configuration`].
    pub async fn recent_configuration(&self) -> Result<Arc<Configuration>, HandlerError> {
        let (mut kept, now) = (self.configuration.lock().await, self.clock.now());
        if let Some((read, configuration)) = kept.as_ref()
            && now.duration_since(*read) < CONFIGURATION_FRESH
        {
            return Ok(Arc::clone(configuration));
        }
        let configuration = Arc::new(self.configuration().await?);
        *kept = Some((now, Arc::clone(&configuration)));
        Ok(configuration)
    }

    /// The clients of this configuration, to be joined to [`Self::ports`].
    ///
    /// # Errors
    /// Of [`Self::liveperson`] and [`Self::salesforce`].
    pub async fn clients(&self, configuration: &Configuration) -> Result<Clients, HandlerError> {
        Ok(Clients {
            liveperson: self.liveperson(configuration).await?,
            salesforce: self.salesforce(configuration).await?,
        })
    }

    /// Everything the sync works with.
    #[must_use]
    pub fn ports<'a>(
        &'a self,
        clients: &'a Clients,
    ) -> Ports<'a, LivePerson, Salesforce, DynamoTable, EventBridgeBus> {
        Ports {
            source: &*clients.liveperson,
            sink: &*clients.salesforce,
            table: &self.table,
            bus: &self.bus,
            clock: &*self.clock,
        }
    }

    /// The LivePerson client of this configuration.
    ///
    /// # Errors
    /// `CFG-002` when the secret cannot be read; `AWS-001`, `LP-003`.
    pub async fn liveperson(&self, configuration: &Configuration) -> Result<Arc<LivePerson>, HandlerError> {
        let (mut kept, now) = (self.liveperson.lock().await, self.clock.now());
        if let Some(kept) = kept.as_ref().filter(|kept| kept.fits(&configuration.account, now)) {
            return Ok(Arc::clone(&kept.client));
        }
        let secret = self.secrets.liveperson(&self.settings.liveperson_secret).await.map_err(of_secret)?;
        let same =
            |kept: &&mut Kept<_, _, _>| kept.built_for == configuration.account && kept.secret == secret;
        if let Some(kept) = kept.as_mut().filter(same) {
            kept.secret_read = now;
            return Ok(Arc::clone(&kept.client));
        }
        let mut retries = liveperson::Retries::default();
        if let Some(pauses) = &self.settings.retry_pauses {
            retries = liveperson::Retries { throttled: pauses.clone(), unavailable: pauses.clone() };
        }
        let settings = liveperson::Settings {
            domain_url: self.settings.liveperson_domain_url.clone(),
            account: configuration.account.clone(),
            credentials: credentials(&secret),
            retries,
        };
        let client = Arc::new(LivePerson::new(settings, Arc::clone(&self.clock))?);
        let built_for = configuration.account.clone();
        *kept = Some(Kept { built_for, secret, secret_read: now, client: Arc::clone(&client) });
        Ok(client)
    }

    /// The Salesforce client of this configuration.
    ///
    /// # Errors
    /// `CFG-002` when the secret cannot be read; `AWS-001`, `SF-003`.
    pub async fn salesforce(&self, configuration: &Configuration) -> Result<Arc<Salesforce>, HandlerError> {
        let (mut kept, now) = (self.salesforce.lock().await, self.clock.now());
        if let Some(kept) = kept.as_ref().filter(|kept| kept.fits(&configuration.salesforce, now)) {
            return Ok(Arc::clone(&kept.client));
        }
        let secret = self.secrets.salesforce(&self.settings.salesforce_secret).await.map_err(of_secret)?;
        let same =
            |kept: &&mut Kept<_, _, _>| kept.built_for == configuration.salesforce && kept.secret == secret;
        if let Some(kept) = kept.as_mut().filter(same) {
            kept.secret_read = now;
            return Ok(Arc::clone(&kept.client));
        }
        let retries =
            self.settings.retry_pauses.clone().map_or_else(salesforce::Retries::default, salesforce::Retries);
        let built_for = configuration.salesforce.clone();
        let settings =
            salesforce::Settings { login: built_for.clone(), secret: salesforce_secret(&secret), retries };
        let client = Arc::new(Salesforce::new(settings, Arc::clone(&self.clock))?);
        *kept = Some(Kept { built_for, secret, secret_read: now, client: Arc::clone(&client) });
        Ok(client)
    }

    /// The stack's schedules, at its own minute of the hour.
    #[must_use]
    pub fn schedules(&self, configuration: &Configuration) -> Schedules {
        configuration.schedules.at_minute(offset_of(&self.settings.schedule_group))
    }

    /// Creates, changes and removes schedules at EventBridge Scheduler until they are as configured.
    ///
    /// # Errors
    /// `CFG-005` naming what is not acceptable, before AWS is asked; `AWS-001`.
    pub async fn apply_schedules(&self, configuration: &Configuration) -> Result<(), HandlerError> {
        let schedules = self.schedules(configuration);
        if let Some(problem) = schedules.check().first() {
            return Err(HandlerError::new(problem.code(), problem.to_string()));
        }
        let wanted = if configuration.active { schedules.wanted() } else { Vec::new() };
        for name in ["periodic", "daily"] {
            match wanted.iter().find(|wanted| wanted.name == name) {
                Some(wanted) => self.scheduler.put(wanted).await?,
                None => self.scheduler.remove(name).await?,
            }
        }
        Ok(())
    }

    /// Whether this is the key of our own API.
    ///
    /// # Errors
    /// `CFG-002` when the secret cannot be read; `AWS-001`.
    pub async fn is_api_key(&self, key: &str) -> Result<bool, HandlerError> {
        let expected = self
            .api_key
            .get(self.clock.now(), async || {
                self.secrets.api_key(&self.settings.api_secret).await.map_err(of_secret)
            })
            .await?;
        // Digests have one length and tell nothing of how much of the key was right.
        Ok(Sha256::digest(expected.as_bytes()) == Sha256::digest(key))
    }

    /// How people sign in.
    ///
    /// # Errors
    /// `SF-…` when TLS cannot be set up.
    pub async fn sign_in(&self) -> Result<&SignIn, HandlerError> {
        let Settings { salesforce_login_url, salesforce_client_id, .. } = &self.settings;
        Ok(self
            .sign_in
            .get_or_try_init(async || SignIn::new(salesforce_login_url, salesforce_client_id))
            .await?)
    }

    /// Keeps a session and answers the token that a browser is to send from now on.
    ///
    /// # Errors
    /// `AWS-001`.
    pub async fn begin_session(&self, session: &Session) -> Result<String, HandlerError> {
        let token = salesforce::sign_in::random_text()?;
        self.table.begin_session(&digest(&token), session, self.clock.now()).await?;
        Ok(token)
    }

    /// The session of this token, if it goes on.
    ///
    /// # Errors
    /// `AWS-001`.
    pub async fn session(&self, token: &str) -> Result<Option<Session>, HandlerError> {
        Ok(self.table.session(&digest(token), self.clock.now()).await?)
    }

    /// Ends the session of this token.
    ///
    /// # Errors
    /// `AWS-001`.
    pub async fn end_session(&self, token: &str) -> Result<(), HandlerError> {
        Ok(self.table.end_session(&digest(token)).await?)
    }

    /// Compiles the configuration against the org's fields, asked of Salesforce when what the table keeps is old or does
    /// not fit.
    ///
    /// # Errors
    /// Of the table, the secrets and Salesforce.
    pub async fn check(&self, configuration: &Configuration) -> Result<Checked, HandlerError> {
        if let Some((targets, at)) = self.kept_fields(configuration).await?
            && self.clock.now().duration_since(at) < FRESH
            && Mappers::compile(configuration, &targets).is_ok()
        {
            return Ok(Checked::default());
        }
        let (targets, salesforce_calls) = self.describe(configuration).await?;
        Ok(match Mappers::compile_without_lost(configuration, &targets) {
            Ok((_, lost_fields)) => Checked { salesforce_calls, lost_fields, problems: Vec::new() },
            Err(problems) => Checked { salesforce_calls, lost_fields: Vec::new(), problems },
        })
    }

    /// The configuration compiled against the fields the table keeps, however old: for slices, whose run was checked.
    ///
    /// # Errors
    /// `MAP-…` when the configuration has since come to be wrong in itself.
    pub async fn mappers(&self, configuration: &Configuration) -> Result<Mappers, HandlerError> {
        let targets = match self.kept_fields(configuration).await? {
            Some((targets, _)) => targets,
            None => self.describe(configuration).await?.0,
        };
        match Mappers::compile_without_lost(configuration, &targets) {
            Ok((mappers, _)) => Ok(mappers),
            Err(problems) => Err(problems.first().map_or_else(
                || HandlerError::new(Code::FieldMissing, "the configuration does not fit the org"),
                |first| HandlerError::new(first.code(), first.to_string()),
            )),
        }
    }

    async fn kept_fields(
        &self,
        configuration: &Configuration,
    ) -> Result<Option<(Vec<TargetField>, Timestamp)>, HandlerError> {
        let kept = self.kept_description(configuration, TRANSCRIPT_OBJECT).await?;
        Ok(kept.map(|kept| (target_fields(&kept.object), kept.described)))
    }

    async fn describe(&self, configuration: &Configuration) -> Result<(Vec<TargetField>, u64), HandlerError> {
        let (object, calls) = self.describe_transcript(configuration).await?;
        Ok((target_fields(&object), calls))
    }
}

/// Whoever reads the table does not learn the tokens of sessions.
fn digest(token: &str) -> String {
    Fingerprint(Sha256::digest(token).into()).to_hex()
}

fn credentials(secret: &LivePersonSecret) -> liveperson::Credentials {
    let LivePersonSecret { consumer_key, consumer_secret, access_token, access_token_secret } =
        secret.clone();
    liveperson::Credentials { consumer_key, consumer_secret, access_token, access_token_secret }
}

fn salesforce_secret(secret: &SalesforceSecret) -> salesforce::Secret {
    match secret.clone() {
        SalesforceSecret::PrivateKey(pem) => salesforce::Secret::PrivateKey(pem),
        SalesforceSecret::ClientSecret(secret) => salesforce::Secret::ClientSecret(secret),
    }
}

/// A secret that is missing or misshapen is a matter of set-up; one that cannot be reached may pass.
pub(crate) fn of_secret(error: StoreError) -> HandlerError {
    match error {
        StoreError::Unreadable { .. } => HandlerError::new(Code::SecretUnreadable, error.to_string()),
        StoreError::Unavailable { .. } => error.into(),
    }
}

pub(crate) fn not_installed(error: SinkError) -> HandlerError {
    match error {
        SinkError::Rejected { status, .. } if status == "NOT_FOUND" => HandlerError::new(
            Code::FieldMissing,
            format!(
                "the org has no object {TRANSCRIPT_OBJECT}, or the sync user may not see it; install the metadata and assign the permission set"
            ),
        ),
        other => other.into(),
    }
}
