//! Secrets Manager: the LivePerson API key and the Salesforce key or secret.

use crate::{lazily::Lazily, unavailable};
use aws_config::SdkConfig;
use aws_sdk_secretsmanager::Client;
use domain::ports::StoreError;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// The four strings of a LivePerson API key, as the secret holds them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LivePersonSecret {
    /// Consumer Key.
    pub consumer_key: String,
    /// Consumer Secret.
    pub consumer_secret: String,
    /// Access Token.
    pub access_token: String,
    /// Access Token Secret.
    pub access_token_secret: String,
}

/// What goes with the Salesforce sign-in, as the secret holds it: one member.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SalesforceSecret {
    /// RSA private key, PEM.
    PrivateKey(String),
    /// Consumer secret.
    ClientSecret(String),
}

/// The secrets of one stack.
#[derive(Clone, Debug)]
pub struct Secrets {
    client: Lazily<Client>,
}

impl Secrets {
    /// Where the configuration says AWS is.
    #[must_use]
    pub fn new(config: &SdkConfig) -> Self {
        Secrets { client: Lazily::new(config, Client::new) }
    }

    /// The LivePerson API key under that name.
    ///
    /// # Errors
    /// [`StoreError`]; its text names the secret and never what it holds.
    pub async fn liveperson(&self, name: &str) -> Result<LivePersonSecret, StoreError> {
        self.read(name).await
    }

    /// The Salesforce key or secret under that name.
    ///
    /// # Errors
    /// [`StoreError`]; its text names the secret and never what it holds.
    pub async fn salesforce(&self, name: &str) -> Result<SalesforceSecret, StoreError> {
        self.read(name).await
    }

    /// The key of our own API under that name: the secret's one member, `api_key`.
    ///
    /// # Errors
    /// [`StoreError`]; its text names the secret and never what it holds.
    pub async fn api_key(&self, name: &str) -> Result<String, StoreError> {
        #[derive(Deserialize)]
        struct ApiSecret {
            api_key: String,
        }
        let ApiSecret { api_key } = self.read(name).await?;
        Ok(api_key)
    }

    /// The key that agents' tokens are sealed with, under that name: the secret's one member, `session_key`, any long text.
    ///
    /// # Errors
    /// [`StoreError`]; its text names the secret and never what it holds.
    pub async fn session_key(&self, name: &str) -> Result<String, StoreError> {
        #[derive(Deserialize)]
        struct SessionSecret {
            session_key: String,
        }
        let SessionSecret { session_key } = self.read(name).await?;
        Ok(session_key)
    }

    /// Keeps the LivePerson API key under that name.
    ///
    /// # Errors
    /// [`StoreError`]; its text names the secret and never what it holds.
    pub async fn keep_liveperson(&self, name: &str, secret: &LivePersonSecret) -> Result<(), StoreError> {
        self.keep(name, secret).await
    }

    /// Keeps the Salesforce key or secret under that name.
    ///
    /// # Errors
    /// [`StoreError`]; its text names the secret and never what it holds.
    pub async fn keep_salesforce(&self, name: &str, secret: &SalesforceSecret) -> Result<(), StoreError> {
        self.keep(name, secret).await
    }

    /// The stack's template makes the secrets; what they hold is put here.
    async fn keep(&self, name: &str, secret: &impl Serialize) -> Result<(), StoreError> {
        let text = serde_json::to_string(secret).map_err(unavailable)?;
        let kept = self.client.put_secret_value().secret_id(name).secret_string(text).send().await;
        kept.map(|_| ()).map_err(|error| match error.as_service_error() {
            Some(refused) if refused.is_resource_not_found_exception() => missing(name),
            _ => unavailable(error),
        })
    }

    async fn read<S: DeserializeOwned>(&self, name: &str) -> Result<S, StoreError> {
        let answer = self.client.get_secret_value().secret_id(name).send().await;
        let answer = answer.map_err(|error| match error.as_service_error() {
            Some(refused) if refused.is_resource_not_found_exception() => missing(name),
            _ => unavailable(error),
        })?;
        let text = answer.secret_string.unwrap_or_default();
        // The parser's own message could quote the secret.
        serde_json::from_str(&text).map_err(|_| StoreError::Unreadable {
            item: "secret",
            reason: format!("{name} does not have the members it should have"),
        })
    }
}

fn missing(name: &str) -> StoreError {
    StoreError::Unreadable { item: "secret", reason: format!("{name} does not exist in Secrets Manager") }
}
