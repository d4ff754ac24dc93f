//! What a person enters in the console to set up an empty local stack.

use crate::{
    DataFolder, liveperson,
    ports::{Ports, url},
    stack::salesforce_credentials,
};
use serde_json::{Value, json};
use std::{fmt::Write, path::PathBuf};

/// The values, as the console's Account settings ask for them.
pub(crate) struct FirstSteps {
    console: String,
    account: liveperson::Account,
    login_url: String,
    consumer_key: String,
    username: String,
    private_key_file: PathBuf,
}

/// The user of the simulated org who may set up everything.
const ADMINISTRATOR: &str = "noor.adair@chatlink.example";

impl FirstSteps {
    pub(crate) fn of(ports: Ports, data: &DataFolder) -> FirstSteps {
        let app = salesforce_credentials(None);
        FirstSteps {
            console: format!("{}/admin", url(ports.pages())),
            account: liveperson::Account::sample(),
            login_url: url(ports.salesforce()),
            consumer_key: app.client_id,
            username: app.username,
            private_key_file: data.signing_key_file(),
        }
    }

    /// For people.
    pub(crate) fn text(&self) -> String {
        let keys = &self.account.credentials;
        let file = self.private_key_file.display().to_string();
        let mut text = format!(
            "Nothing is set up yet. Open {} and sign in as {ADMINISTRATOR}. Enter:\n\n",
            self.console
        );
        for (name, value) in [
            ("account id", &self.account.id),
            ("app key", &keys.consumer_key),
            ("app secret", &keys.consumer_secret),
            ("access token", &keys.access_token),
            ("access token secret", &keys.access_token_secret),
            ("Salesforce login URL", &self.login_url),
            ("consumer key", &self.consumer_key),
            ("user name", &self.username),
            ("audience", &self.login_url),
            ("private key", &format!("what the file {file} holds")),
        ] {
            let _ = writeln!(text, "  {name:<22}  {value}");
        }
        text.push('\n');
        text
    }

    /// For programs, in one line.
    pub(crate) fn json(&self) -> String {
        let keys = &self.account.credentials;
        let steps: Value = json!({
            "console": self.console,
            "administrator": ADMINISTRATOR,
            "account": self.account.id,
            "liveperson": {
                "consumer_key": keys.consumer_key,
                "consumer_secret": keys.consumer_secret,
                "access_token": keys.access_token,
                "access_token_secret": keys.access_token_secret,
            },
            "salesforce": {
                "login_url": self.login_url,
                "client_id": self.consumer_key,
                "username": self.username,
                "audience": self.login_url,
                "private_key_file": self.private_key_file,
            },
        });
        steps.to_string()
    }
}
