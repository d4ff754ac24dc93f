//! What an administrator sets up in an org: metadata deployed over REST, and the few records that go with it.
//!
//! The token is somebody's own and is not renewed: whoever installs is there to sign in again.

mod answers;
mod deploy;

pub use answers::{Component, Deployment, Failure, FieldInOrg, Installer};
pub use deploy::{Mode, Patience};

use crate::{
    client::{ANSWER_TIMEOUT, CONNECT_TIMEOUT, connection, unavailable},
    record::is_record_id,
    refusal,
    sign_in::form,
};
use domain::ports::SinkError;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Method, StatusCode, header};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use std::fmt;

/// An org as the holder of one access token reaches it.
pub struct Setup {
    http: reqwest::Client,
    instance_url: String,
    access_token: String,
    api_version: String,
}

impl fmt::Debug for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setup").field("instance_url", &self.instance_url).finish_non_exhaustive()
    }
}

impl Setup {
    /// The org at `instance_url`, such as `https://acme.my.salesforce.com`, in one API version, such as `v67.0`.
    ///
    /// # Errors
    /// [`SinkError::Unavailable`] when TLS cannot be set up.
    pub fn new(instance_url: &str, access_token: &str, api_version: &str) -> Result<Setup, SinkError> {
        Ok(Setup {
            http: connection(CONNECT_TIMEOUT, ANSWER_TIMEOUT)?,
            instance_url: instance_url.trim_end_matches('/').to_owned(),
            access_token: access_token.trim().to_owned(),
            api_version: api_version.to_owned(),
        })
    }

    /// Whose token it is. Any token for the API says so, whatever else it is good for.
    ///
    /// # Errors
    /// [`SinkError::Unauthorized`] when the token is good for nothing here; [`SinkError`].
    pub async fn installer(&self) -> Result<Installer, SinkError> {
        let root: answers::Root = self.ask(&self.data_path(""), "the API's root").await?;
        let malformed = |reason: &str| SinkError::Malformed { reason: reason.to_owned() };
        let user = root.identity.rsplit('/').next().filter(|user| is_record_id(user));
        let user = user.ok_or_else(|| malformed("who signed in: no user id"))?.to_owned();
        let found = self.query(&format!("SELECT Username, Email FROM User WHERE Id = '{user}'")).await?;
        let text = |name: &str| found.first().and_then(|row| row.get(name)).and_then(Value::as_str);
        let username = text("Username").ok_or_else(|| malformed("who signed in: no user name"))?.to_owned();
        let email = text("Email").unwrap_or_default().to_owned();
        Ok(Installer { user, username, email })
    }

    /// The fields of an object, as far as the holder of the token may see them; `None` when there is no such object for
    /// them.
    ///
    /// # Errors
    /// Any [`SinkError`].
    pub async fn fields(&self, object: &str) -> Result<Option<Vec<FieldInOrg>>, SinkError> {
        let path = self.data_path(&format!("/sobjects/{object}/describe"));
        match self.ask::<answers::Describe>(&path, "a describe").await {
            Ok(described) => Ok(Some(described.fields)),
            Err(SinkError::Rejected { status, .. }) if status == "NOT_FOUND" => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The records of the first page of a query: it must be one that finds few. Literals inside `soql` must already be
    /// escaped.
    ///
    /// # Errors
    /// Any [`SinkError`].
    pub async fn query(&self, soql: &str) -> Result<Vec<Map<String, Value>>, SinkError> {
        let path = self.data_path(&format!("/query?q={}", utf8_percent_encode(soql, NON_ALPHANUMERIC)));
        Ok(self.ask::<answers::Page>(&path, "a page of a query").await?.records)
    }

    /// How many records of an object there are, not counting deleted ones.
    ///
    /// # Errors
    /// Any [`SinkError`].
    pub async fn count(&self, object: &str) -> Result<u64, SinkError> {
        let path = self.data_path(&format!("/query?q=SELECT%20COUNT()%20FROM%20{object}"));
        Ok(self.ask::<answers::Page>(&path, "a count").await?.total_size)
    }

    /// Assigns a permission set to a user; one that is assigned already is fine.
    ///
    /// # Errors
    /// Any [`SinkError`].
    pub async fn assign(&self, user: &str, permission_set: &str) -> Result<(), SinkError> {
        let path = self.data_path("/sobjects/PermissionSetAssignment");
        let body = json!({ "AssigneeId": user, "PermissionSetId": permission_set }).to_string();
        match self.send(Method::POST, &path, "application/json", body.into_bytes()).await {
            Err(SinkError::Rejected { status, .. }) if status == "DUPLICATE_VALUE" => Ok(()),
            other => other.map(|_| ()),
        }
    }

    /// Takes back one assignment of a permission set, by its 18-character id.
    ///
    /// # Errors
    /// Any [`SinkError`].
    pub async fn take_back(&self, assignment: &str) -> Result<(), SinkError> {
        let path = self.data_path(&format!("/sobjects/PermissionSetAssignment/{assignment}"));
        self.send(Method::DELETE, &path, "application/json", Vec::new()).await.map(|_| ())
    }

    /// Gives the token back, which is good for nothing then.
    ///
    /// # Errors
    /// Any [`SinkError`].
    pub async fn sign_out(&self) -> Result<(), SinkError> {
        let body = form([("token", &self.access_token)]).into_bytes();
        let media_type = "application/x-www-form-urlencoded";
        self.send(Method::POST, "/services/oauth2/revoke", media_type, body).await.map(|_| ())
    }

    fn data_path(&self, rest: &str) -> String {
        format!("/services/data/{}{rest}", self.api_version)
    }

    async fn ask<T: DeserializeOwned>(&self, path: &str, what: &str) -> Result<T, SinkError> {
        let body = self.send(Method::GET, path, "application/json", Vec::new()).await?;
        read(&body, what)
    }

    /// One request, never repeated. Answers the body of a 2xx.
    async fn send(
        &self,
        method: Method,
        path: &str,
        media_type: &str,
        body: Vec<u8>,
    ) -> Result<String, SinkError> {
        let url = format!("{}{path}", self.instance_url);
        let mut request = self.http.request(method, url).bearer_auth(&self.access_token);
        if !body.is_empty() {
            request = request.header(header::CONTENT_TYPE, media_type).body(body);
        }
        let response = request.send().await.map_err(|e| unavailable(&e.without_url()))?;
        let status = response.status();
        let text = response.text().await.map_err(|e| unavailable(&e.without_url()))?;
        match status {
            status if status.is_success() => Ok(text),
            StatusCode::UNAUTHORIZED if refusal::is_expired_session(&text) => {
                let reason = "the access token has ended or is of another org; get a new one".to_owned();
                Err(SinkError::Unauthorized { reason })
            }
            status => Err(refusal::of_request(status.as_u16(), &text)),
        }
    }
}

fn read<T: DeserializeOwned>(body: &str, what: &str) -> Result<T, SinkError> {
    serde_json::from_str(body).map_err(|e| SinkError::Malformed { reason: format!("{what}: {e}") })
}
