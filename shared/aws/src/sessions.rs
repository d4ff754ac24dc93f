//! Sessions of administrators. Key `session#<digest of the cookie's token>`, sort `session`.

use crate::{
    attributes::{Reader, item, number, stamped, text},
    table::{DynamoTable, EXPIRES, KEY, SORT},
    unavailable,
};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::ports::StoreError;
use jiff::{SignedDuration, Timestamp};

const SESSION: &str = "session";
/// A session ends when it was not used for this long.
const IDLE: SignedDuration = SignedDuration::from_hours(12);
/// Its end is moved at most so often, so that reading a page is not a write for each request.
const MOVED_EVERY: SignedDuration = SignedDuration::from_mins(10);

/// Who signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Salesforce user name.
    pub username: String,
    /// As people call them.
    pub name: String,
    /// 18-character organization id.
    pub organization: String,
    /// Whether they may use the console.
    pub administers: bool,
}

fn key(digest: &str) -> [(&'static str, AttributeValue); 2] {
    [(KEY, text(format!("session#{digest}"))), (SORT, text(SESSION))]
}

impl DynamoTable {
    /// Keeps a new session. `digest` is of the token that the browser has; the token itself is kept nowhere.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn begin_session(
        &self,
        digest: &str,
        session: &Session,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut kept = item(key(digest));
        kept.extend(item([
            ("username", text(&session.username)),
            ("name", text(&session.name)),
            ("organization", text(&session.organization)),
            ("administers", AttributeValue::Bool(session.administers)),
            (EXPIRES, number((now + IDLE).as_second())),
        ]));
        let request = self.client.put_item().table_name(&self.name).set_item(Some(stamped(kept)));
        request.send().await.map(|_| ()).map_err(unavailable)
    }

    /// The session, if there is one that was used within 12 hours; this is a use.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn session(&self, digest: &str, now: Timestamp) -> Result<Option<Session>, StoreError> {
        let Some(kept) = self.get(&format!("session#{digest}"), SESSION).await? else { return Ok(None) };
        let reader = Reader::of(SESSION, &kept)?;
        let ends = reader.number(EXPIRES)?;
        let second = |instant: Timestamp| instant.as_second().unsigned_abs();
        if ends <= second(now) {
            return Ok(None);
        }
        if ends < second(now + IDLE - MOVED_EVERY) {
            self.move_end(digest, now).await?;
        }
        Ok(Some(Session {
            username: reader.text("username")?.to_owned(),
            name: reader.text("name")?.to_owned(),
            organization: reader.text("organization")?.to_owned(),
            administers: kept.get("administers") == Some(&AttributeValue::Bool(true)),
        }))
    }

    /// Ends a session, if there is one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_session(&self, digest: &str) -> Result<(), StoreError> {
        let request = self.client.delete_item().table_name(&self.name).set_key(Some(item(key(digest))));
        request.send().await.map(|_| ()).map_err(unavailable)
    }

    /// One that was ended meanwhile stays ended.
    async fn move_end(&self, digest: &str, now: Timestamp) -> Result<(), StoreError> {
        let request = self
            .client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(item(key(digest))))
            .condition_expression("attribute_exists(#key)")
            .update_expression("SET #expires = :ends")
            .expression_attribute_names("#key", KEY)
            .expression_attribute_names("#expires", EXPIRES)
            .expression_attribute_values(":ends", number((now + IDLE).as_second()));
        self.update(request).await.map(|_| ())
    }
}
