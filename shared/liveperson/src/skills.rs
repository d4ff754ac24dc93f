//! The Skills API, read only.

use crate::{client::LivePerson, wire};
use domain::ports::SourceError;
use reqwest::Method;
use std::sync::atomic::AtomicU64;

/// A routing group. The widget knows it by name, the APIs by id and name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skill {
    /// Number, as text.
    pub id: String,
    /// Unique per account.
    pub name: String,
}

impl LivePerson {
    /// The account's skills that are not deleted.
    ///
    /// # Errors
    /// Any [`SourceError`].
    pub async fn skills(&self) -> Result<Vec<Skill>, SourceError> {
        let calls = AtomicU64::new(0);
        let path = format!("/api/account/{}/configuration/le-users/skills?v=4.0", self.settings.account);
        let url = self.service_url("accountConfigReadOnly", &path, &calls).await?;
        let body = self.send(Method::GET, url, None, &calls).await?;
        let entries: Vec<wire::SkillEntry> = serde_json::from_str(&body)
            .map_err(|e| SourceError::Malformed { reason: format!("the list of skills: {e}") })?;
        let live = entries.into_iter().filter(|entry| !entry.deleted);
        Ok(live.map(|entry| Skill { id: entry.id, name: entry.name }).collect())
    }
}
