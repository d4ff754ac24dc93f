//! What the org and the account have now, as far as a configuration depends on it.

use crate::{HandlerError, Workspace, kept::Kept, workspace::not_installed};
use domain::{
    Code, Configuration,
    configuration::{Facts, ObjectFacts, SkillFacts, TRANSCRIPT_OBJECT},
    ports::{SinkError, SourceError, Tally},
};
use futures::{StreamExt, TryStreamExt, stream};
use jiff::{SignedDuration, tz::TimeZone};
use salesforce::{ObjectDescription, ObjectEntry, Salesforce};
use std::sync::Arc;

/// A description older than this is asked about again.
const FRESH: SignedDuration = SignedDuration::from_mins(5);
/// One older than this is asked for whole, since what the sync user may see can change while the object does not.
const ANEW: SignedDuration = SignedDuration::from_hours(1);
const DESCRIBES_IN_FLIGHT: usize = 4;

impl Workspace {
    /// What Salesforce and LivePerson say of everything the configuration names. `None` when the Salesforce login is not
    /// set up or does not work: a configuration is saved before its first login does.
    ///
    /// # Errors
    /// Of the table, and of calls to Salesforce and LivePerson after signing in.
    pub async fn facts(&self, configuration: &Configuration) -> Result<Option<Facts>, HandlerError> {
        let Some(salesforce) = self.signed_in(configuration).await? else { return Ok(None) };
        let names = configuration.named_objects().into_iter().filter(|name| is_api_name(name));
        let described: Vec<_> = names.map(|name| self.described(&salesforce, configuration, name)).collect();
        let objects: Vec<_> = stream::iter(described).buffered(DESCRIBES_IN_FLIGHT).try_collect().await?;
        let skills = match configuration.skills.is_empty() {
            true => None,
            false => self.known_skills(configuration).await?,
        };
        Ok(Some(Facts { objects: objects.into_iter().flatten().collect(), skills }))
    }

    /// One object; `None` when the org does not have it, or does not show it to the sync user.
    ///
    /// # Errors
    /// Of the table, the secrets and Salesforce.
    pub async fn object_facts(
        &self,
        configuration: &Configuration,
        object: &str,
    ) -> Result<Option<ObjectFacts>, HandlerError> {
        if !is_api_name(object) {
            return Ok(None);
        }
        let salesforce = self.salesforce(configuration).await?;
        self.described(&salesforce, configuration, object).await
    }

    /// All objects of the org that the sync user may see.
    ///
    /// # Errors
    /// Of the table, the secrets and Salesforce.
    pub async fn all_objects(&self, configuration: &Configuration) -> Result<Vec<ObjectEntry>, HandlerError> {
        let salesforce = self.salesforce(configuration).await?;
        let (objects, calls) = salesforce.list_objects().await?;
        self.count_calls(&salesforce, calls).await?;
        Ok(objects)
    }

    /// The LivePerson account's skills.
    ///
    /// # Errors
    /// Of the secrets and LivePerson.
    pub async fn skills(&self, configuration: &Configuration) -> Result<Vec<SkillFacts>, HandlerError> {
        let skills = self.liveperson(configuration).await?.skills().await?;
        Ok(skills.into_iter().map(|skill| SkillFacts { skill: skill.id, name: skill.name }).collect())
    }

    /// Counts calls of ours among the day's.
    ///
    /// # Errors
    /// `AWS-001`.
    pub async fn count_calls(&self, salesforce: &Salesforce, calls: u64) -> Result<(), HandlerError> {
        let today = self.clock.now().to_zoned(TimeZone::UTC).date();
        let allowed = Some(salesforce.limits().allowed).filter(|allowed| *allowed > 0);
        self.table.add_calls(today, calls, allowed).await?;
        Ok(())
    }

    /// The client, if it can sign in.
    async fn signed_in(
        &self,
        configuration: &Configuration,
    ) -> Result<Option<Arc<Salesforce>>, HandlerError> {
        let salesforce = match self.salesforce(configuration).await {
            Ok(salesforce) => salesforce,
            Err(error) if error.code == Code::SecretUnreadable => return Ok(None),
            Err(error) => return Err(error),
        };
        match salesforce.instance_url().await {
            Ok(_) => Ok(Some(salesforce)),
            Err(error) => {
                tracing::info!(%error, "the configuration is looked at without asking Salesforce");
                Ok(None)
            }
        }
    }

    /// The skills; `None` when the LivePerson login is not set up or does not work.
    async fn known_skills(
        &self,
        configuration: &Configuration,
    ) -> Result<Option<Vec<SkillFacts>>, HandlerError> {
        let liveperson = match self.liveperson(configuration).await {
            Ok(liveperson) => liveperson,
            Err(error) if error.code == Code::SecretUnreadable => return Ok(None),
            Err(error) => return Err(error),
        };
        match liveperson.skills().await {
            Ok(skills) => {
                let skills = skills.into_iter().map(|skill| SkillFacts { skill: skill.id, name: skill.name });
                Ok(Some(skills.collect()))
            }
            // A wrong account id is refused as a request.
            Err(SourceError::Unauthorized { .. } | SourceError::Rejected { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn described(
        &self,
        salesforce: &Salesforce,
        configuration: &Configuration,
        object: &str,
    ) -> Result<Option<ObjectFacts>, HandlerError> {
        let (kept, now) = (self.kept_description(configuration, object).await?, self.clock.now());
        if let Some(kept) = &kept
            && now.duration_since(kept.asked) < FRESH
        {
            return Ok(Some(kept.object.clone()));
        }
        let kept = kept.filter(|kept| now.duration_since(kept.described) < ANEW);
        let since = kept.as_ref().and_then(|kept| kept.last_modified.as_deref());
        let (changed, calls) = match salesforce.describe_changed(object, since).await {
            Err(SinkError::Rejected { status, .. }) if status == "NOT_FOUND" => {
                self.count_calls(salesforce, 1).await?;
                return Ok(None);
            }
            answer => answer?,
        };
        self.count_calls(salesforce, calls).await?;
        let kept = match (changed, kept) {
            (Some(changed), _) => self.kept_now(configuration, changed),
            (None, Some(kept)) => Kept { asked: now, ..kept },
            (None, None) => return Ok(None),
        };
        self.keep(object, &kept).await?;
        Ok(Some(kept.object))
    }

    /// The Chat Transcript object, described anew, and the calls that cost.
    pub(crate) async fn describe_transcript(
        &self,
        configuration: &Configuration,
    ) -> Result<(ObjectFacts, u64), HandlerError> {
        let salesforce = self.salesforce(configuration).await?;
        let answer = salesforce.describe_changed(TRANSCRIPT_OBJECT, None).await;
        let (description, calls) = answer.map_err(not_installed)?;
        self.count_calls(&salesforce, calls).await?;
        let missing =
            || HandlerError::new(Code::SalesforceMalformed, "Salesforce's describe is empty; try again");
        let kept = self.kept_now(configuration, description.ok_or_else(missing)?);
        self.keep(TRANSCRIPT_OBJECT, &kept).await?;
        Ok((kept.object, calls))
    }

    /// What the table keeps of an object for this login.
    pub(crate) async fn kept_description(
        &self,
        configuration: &Configuration,
        object: &str,
    ) -> Result<Option<Kept>, HandlerError> {
        let kept = self.table.description(object).await?;
        let kept = kept.and_then(|(json, _)| Kept::from_json(&json));
        Ok(kept.filter(|kept| kept.login == configuration.salesforce))
    }

    fn kept_now(&self, configuration: &Configuration, description: ObjectDescription) -> Kept {
        let ObjectDescription { object, last_modified } = description;
        let now = self.clock.now();
        Kept { login: configuration.salesforce.clone(), described: now, asked: now, last_modified, object }
    }

    async fn keep(&self, object: &str, kept: &Kept) -> Result<(), HandlerError> {
        match kept.to_json() {
            Some(json) => Ok(self.table.keep_description(object, &json, kept.asked).await?),
            None => Ok(()),
        }
    }
}

/// Nothing else goes into a path.
fn is_api_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
