//! What an administrator sets up for the account: its secrets, and whether both logins work.

use crate::{HandlerError, Workspace, workspace::of_secret};
use aws::{LivePersonSecret, SalesforceSecret};
use domain::{Configuration, ports::StoreError};
use salesforce::TRANSCRIPT_OBJECT;

impl Workspace {
    /// Login URL and consumer key of the app that administrators sign in through.
    #[must_use]
    pub fn sign_in_app(&self) -> (&str, &str) {
        (&self.settings.salesforce_login_url, &self.settings.salesforce_client_id)
    }

    /// Keeps the LivePerson API key.
    ///
    /// # Errors
    /// `AWS-001`.
    pub async fn keep_liveperson_secret(&self, secret: &LivePersonSecret) -> Result<(), HandlerError> {
        self.secrets.keep_liveperson(&self.settings.liveperson_secret, secret).await?;
        *self.liveperson.lock().await = None;
        Ok(())
    }

    /// Keeps what goes with the Salesforce login.
    ///
    /// # Errors
    /// `AWS-001`.
    pub async fn keep_salesforce_secret(&self, secret: &SalesforceSecret) -> Result<(), HandlerError> {
        self.secrets.keep_salesforce(&self.settings.salesforce_secret, secret).await?;
        *self.salesforce.lock().await = None;
        Ok(())
    }

    /// Whether LivePerson's and Salesforce's secrets are kept.
    ///
    /// # Errors
    /// `AWS-001`.
    pub async fn kept_secrets(&self) -> Result<(bool, bool), HandlerError> {
        let liveperson = is_kept(self.secrets.liveperson(&self.settings.liveperson_secret).await)?;
        Ok((liveperson, is_kept(self.secrets.salesforce(&self.settings.salesforce_secret).await)?))
    }

    /// Asks LivePerson for something small, as the sync would.
    ///
    /// # Errors
    /// `CFG-002` without a secret; what LivePerson answers.
    pub async fn try_liveperson(&self, configuration: &Configuration) -> Result<(), HandlerError> {
        self.liveperson(configuration).await?.skills().await?;
        Ok(())
    }

    /// Asks Salesforce whether the sync user may see the Chat Transcript object.
    ///
    /// # Errors
    /// `CFG-002` without a secret; what Salesforce answers.
    pub async fn try_salesforce(&self, configuration: &Configuration) -> Result<(), HandlerError> {
        let described = self.salesforce(configuration).await?.describe(TRANSCRIPT_OBJECT).await;
        described.map(|_| ()).map_err(crate::workspace::not_installed)
    }
}

fn is_kept<S>(read: Result<S, StoreError>) -> Result<bool, HandlerError> {
    match read {
        Ok(_) => Ok(true),
        Err(StoreError::Unreadable { .. }) => Ok(false),
        Err(error) => Err(of_secret(error)),
    }
}
