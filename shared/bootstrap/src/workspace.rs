//! One stack's connections. A function joins them; each client is built when first needed and kept while it fits.

use crate::{HandlerError, Settings, SystemClock, fields};
use aws::{
    DynamoTable, EventBridgeBus, SalesforceSecret, Secrets,
    scheduler::{EventBridgeScheduler, SchedulerSettings},
};
use aws_config::SdkConfig;
use domain::{
    Code, Configuration,
    configuration::SalesforceLogin,
    ports::{Clock, SinkError, StoreError, Tally},
    schedule::{Schedules, offset_of},
};
use jiff::{SignedDuration, tz::TimeZone};
use liveperson::LivePerson;
use salesforce::{Salesforce, TRANSCRIPT_OBJECT};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use sync::{FieldProblem, Mappers, Ports, TargetField};
use tokio::sync::{Mutex, OnceCell};

/// A description older than this is asked for again when a run is planned.
const FRESH: SignedDuration = SignedDuration::from_hours(1);

/// The connections of one stack.
pub struct Workspace {
    settings: Settings,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// The stack's table.
    pub table: DynamoTable,
    /// The stack's event bus.
    pub bus: EventBridgeBus,
    /// The stack's schedules.
    pub scheduler: EventBridgeScheduler,
    secrets: Secrets,
    api_key: OnceCell<String>,
    liveperson: Mutex<Option<Kept<String, LivePerson>>>,
    salesforce: Mutex<Option<Kept<SalesforceLogin, Salesforce>>>,
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

/// A client and the part of the configuration it was built for.
struct Kept<P, C> {
    built_for: P,
    client: Arc<C>,
}

impl Workspace {
    /// The stack the environment names.
    ///
    /// # Errors
    /// `CFG-003` naming the setting that is missing.
    pub async fn from_env() -> Result<Self, HandlerError> {
        let settings = Settings::from_env()?;
        let config = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await;
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
            api_key: OnceCell::new(),
            settings,
            clock,
            liveperson: Mutex::new(None),
            salesforce: Mutex::new(None),
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
        let mut kept = self.liveperson.lock().await;
        if let Some(kept) = kept.as_ref().filter(|kept| kept.built_for == configuration.account) {
            return Ok(Arc::clone(&kept.client));
        }
        let secret = self.secrets.liveperson(&self.settings.liveperson_secret).await.map_err(of_secret)?;
        let mut retries = liveperson::Retries::default();
        if let Some(pauses) = &self.settings.retry_pauses {
            retries = liveperson::Retries { throttled: pauses.clone(), unavailable: pauses.clone() };
        }
        let settings = liveperson::Settings {
            domain_url: self.settings.liveperson_domain_url.clone(),
            account: configuration.account.clone(),
            credentials: liveperson::Credentials {
                consumer_key: secret.consumer_key,
                consumer_secret: secret.consumer_secret,
                access_token: secret.access_token,
                access_token_secret: secret.access_token_secret,
            },
            retries,
        };
        let client = Arc::new(LivePerson::new(settings, Arc::clone(&self.clock))?);
        *kept = Some(Kept { built_for: configuration.account.clone(), client: Arc::clone(&client) });
        Ok(client)
    }

    /// The Salesforce client of this configuration.
    ///
    /// # Errors
    /// `CFG-002` when the secret cannot be read; `AWS-001`, `SF-003`.
    pub async fn salesforce(&self, configuration: &Configuration) -> Result<Arc<Salesforce>, HandlerError> {
        let mut kept = self.salesforce.lock().await;
        if let Some(kept) = kept.as_ref().filter(|kept| kept.built_for == configuration.salesforce) {
            return Ok(Arc::clone(&kept.client));
        }
        let secret =
            match self.secrets.salesforce(&self.settings.salesforce_secret).await.map_err(of_secret)? {
                SalesforceSecret::PrivateKey(pem) => salesforce::Secret::PrivateKey(pem),
                SalesforceSecret::ClientSecret(secret) => salesforce::Secret::ClientSecret(secret),
            };
        let retries =
            self.settings.retry_pauses.clone().map_or_else(salesforce::Retries::default, salesforce::Retries);
        let settings = salesforce::Settings { login: configuration.salesforce.clone(), secret, retries };
        let client = Arc::new(Salesforce::new(settings, Arc::clone(&self.clock))?);
        *kept = Some(Kept { built_for: configuration.salesforce.clone(), client: Arc::clone(&client) });
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
            .get_or_try_init(async || {
                self.secrets.api_key(&self.settings.api_secret).await.map_err(of_secret)
            })
            .await?;
        // Digests have one length and tell nothing of how much of the key was right.
        Ok(Sha256::digest(expected) == Sha256::digest(key))
    }

    /// Compiles the configuration against the org's fields, asked of Salesforce when what the table keeps is old or does
    /// not fit.
    ///
    /// # Errors
    /// Of the table, the secrets and Salesforce.
    pub async fn check(&self, configuration: &Configuration) -> Result<Checked, HandlerError> {
        if let Some((targets, at)) = self.kept_fields().await?
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
        let targets = match self.kept_fields().await? {
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

    async fn kept_fields(&self) -> Result<Option<(Vec<TargetField>, jiff::Timestamp)>, HandlerError> {
        let kept = self.table.description(TRANSCRIPT_OBJECT).await?;
        Ok(kept.and_then(|(json, at)| Some((fields::from_json(&json).ok()?, at))))
    }

    async fn describe(&self, configuration: &Configuration) -> Result<(Vec<TargetField>, u64), HandlerError> {
        let salesforce = self.salesforce(configuration).await?;
        let description = salesforce.describe(TRANSCRIPT_OBJECT).await.map_err(not_installed)?;
        let unreadable = |e: serde_json::Error| HandlerError::new(Code::StoreUnreadable, e.to_string());
        let calls = description.calls;
        let json = fields::to_json(description).map_err(unreadable)?;
        let (today, allowed) = (self.clock.now().to_zoned(TimeZone::UTC).date(), salesforce.limits().allowed);
        self.table.add_calls(today, calls, Some(allowed).filter(|allowed| *allowed > 0)).await?;
        self.table.keep_description(TRANSCRIPT_OBJECT, &json, self.clock.now()).await?;
        Ok((fields::from_json(&json).map_err(unreadable)?, calls))
    }
}

/// A secret that is missing or misshapen is a matter of set-up; one that cannot be reached may pass.
fn of_secret(error: StoreError) -> HandlerError {
    match error {
        StoreError::Unreadable { .. } => HandlerError::new(Code::SecretUnreadable, error.to_string()),
        StoreError::Unavailable { .. } => error.into(),
    }
}

fn not_installed(error: SinkError) -> HandlerError {
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
