//! Agents at work in the widget: sessions, hand-overs from the sign-in window to the frame, and saves that happen once.
//!
//! | key | sort | what |
//! | --- | --- | --- |
//! | `agent#<digest of the cookie's token>` | `agent` | a session; its tokens are sealed |
//! | `handover#<digest of the one-time code>` | `handover` | who signed in, for the frame that asked; two minutes |
//! | `save#<session>#<form's key>` | `save` | whether a form was saved, and as which record; a day |

use crate::{
    attributes::{Item, Reader, item, number, stamped, text},
    table::{DynamoTable, EXPIRES, KEY, SORT},
    unavailable,
};
use aws_sdk_dynamodb::{
    primitives::Blob,
    types::{AttributeValue, ReturnValue},
};
use domain::ports::StoreError;
use jiff::{SignedDuration, Timestamp};

const AGENT: &str = "agent";
const HANDOVER: &str = "handover";
const SAVE: &str = "save";
/// A session ends when it was not used for this long.
const IDLE: SignedDuration = SignedDuration::from_hours(12);
/// The sign-in window hands over at once.
const HANDOVER_LIFE: SignedDuration = SignedDuration::from_mins(2);
const SAVE_LIFE: SignedDuration = SignedDuration::from_hours(24);

/// An agent at work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    /// 18-character user id.
    pub user: String,
    /// Salesforce user name.
    pub username: String,
    /// As people call them.
    pub name: String,
    /// LivePerson account id: a session is good for one account.
    pub account: String,
    /// Where the org is.
    pub instance_url: String,
    /// Their tokens, sealed.
    pub sealed: Vec<u8>,
}

/// A session that was used just now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsedSession {
    /// Whose.
    pub agent: Agent,
    /// Requests in this minute, this one included.
    pub requests: u64,
}

/// Whether a form may be saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SaveState {
    /// It was not saved yet, and nobody else is at it now.
    Begun,
    /// It was saved; what was answered.
    Done(String),
    /// Somebody began to save it, and how that ended is not known.
    Uncertain,
}

fn key(kind: &str, digest: &str) -> [(&'static str, AttributeValue); 2] {
    [(KEY, text(format!("{kind}#{digest}"))), (SORT, text(kind))]
}

fn attributes(agent: &Agent) -> Item {
    item([
        ("user", text(&agent.user)),
        ("username", text(&agent.username)),
        ("name", text(&agent.name)),
        ("account", text(&agent.account)),
        ("instance_url", text(&agent.instance_url)),
        ("sealed", AttributeValue::B(Blob::new(agent.sealed.clone()))),
    ])
}

fn read(kind: &'static str, kept: &Item) -> Result<Agent, StoreError> {
    let reader = Reader::of(kind, kept)?;
    let sealed = match kept.get("sealed") {
        Some(AttributeValue::B(bytes)) => bytes.as_ref().to_vec(),
        _ => return Err(StoreError::Unreadable { item: kind, reason: "it has no sealed tokens".to_owned() }),
    };
    Ok(Agent {
        user: reader.text("user")?.to_owned(),
        username: reader.text("username")?.to_owned(),
        name: reader.text("name")?.to_owned(),
        account: reader.text("account")?.to_owned(),
        instance_url: reader.text("instance_url")?.to_owned(),
        sealed,
    })
}

fn ends(kept: &Item, kind: &'static str) -> Result<u64, StoreError> {
    Reader::of(kind, kept)?.number(EXPIRES)
}

fn second(instant: Timestamp) -> u64 {
    instant.as_second().unsigned_abs()
}

impl DynamoTable {
    /// Keeps who signed in until their frame asks for it. `challenge` is of the secret that the frame alone knows.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn hand_over(
        &self,
        digest: &str,
        challenge: &str,
        agent: &Agent,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut kept = item(key(HANDOVER, digest));
        kept.extend(attributes(agent));
        kept.insert("challenge".to_owned(), text(challenge));
        kept.insert(EXPIRES.to_owned(), number((now + HANDOVER_LIFE).as_second()));
        self.keep_item(kept).await
    }

    /// Takes a hand-over out, once: who signed in, and the challenge of the frame it is for. `None` for one that was taken,
    /// never was, or is too old.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn take_over(
        &self,
        digest: &str,
        now: Timestamp,
    ) -> Result<Option<(Agent, String)>, StoreError> {
        let request =
            self.client.delete_item().table_name(&self.name).set_key(Some(item(key(HANDOVER, digest))));
        let answer = request.return_values(ReturnValue::AllOld).send().await.map_err(unavailable)?;
        let Some(kept) = answer.attributes.filter(|kept| !kept.is_empty()) else { return Ok(None) };
        if ends(&kept, HANDOVER)? <= second(now) {
            return Ok(None);
        }
        let challenge = Reader::of(HANDOVER, &kept)?.text("challenge")?.to_owned();
        Ok(Some((read(HANDOVER, &kept)?, challenge)))
    }

    /// Keeps a session, or changes its tokens.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn keep_agent(&self, digest: &str, agent: &Agent, now: Timestamp) -> Result<(), StoreError> {
        let mut kept = item(key(AGENT, digest));
        kept.extend(attributes(agent));
        kept.insert(EXPIRES.to_owned(), number((now + IDLE).as_second()));
        self.keep_item(kept).await
    }

    /// Keeps a session's renewed tokens, unless it has ended meanwhile.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn keep_tokens(&self, digest: &str, sealed: Vec<u8>) -> Result<(), StoreError> {
        let request = self
            .client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(item(key(AGENT, digest))))
            .condition_expression("attribute_exists(#key)")
            .update_expression("SET sealed = :sealed")
            .expression_attribute_names("#key", KEY)
            .expression_attribute_values(":sealed", AttributeValue::B(Blob::new(sealed)));
        self.update(request).await.map(|_| ())
    }

    /// The session, without using it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn agent(&self, digest: &str) -> Result<Option<Agent>, StoreError> {
        let kept = self.get(&format!("{AGENT}#{digest}"), AGENT).await?;
        kept.as_ref().map(|kept| read(AGENT, kept)).transpose()
    }

    /// The session, if it was used within 12 hours; this is a use of that many requests, which count among its minute's:
    /// one call.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn use_agent(
        &self,
        digest: &str,
        requests: u64,
        now: Timestamp,
    ) -> Result<Option<UsedSession>, StoreError> {
        let minute = second(now) / 60;
        // Only the first request of a minute needs the second of these, and the third when another was first after all.
        let same_minute = ("#minute = :minute", "requests + :uses", requests);
        let new_minute = ("(attribute_not_exists(#minute) OR #minute < :minute)", ":uses", 1);
        for (condition, count, uses) in [same_minute, new_minute, same_minute] {
            let update = format!("SET #expires = :ends, #minute = :minute, requests = {count}");
            let condition = format!("attribute_exists(#key) AND #expires > :now AND {condition}");
            let request = self
                .client
                .update_item()
                .table_name(&self.name)
                .set_key(Some(item(key(AGENT, digest))))
                .condition_expression(condition)
                .update_expression(update)
                .expression_attribute_names("#key", KEY)
                .expression_attribute_names("#expires", EXPIRES)
                .expression_attribute_names("#minute", "minute")
                .expression_attribute_values(":ends", number((now + IDLE).as_second()))
                .expression_attribute_values(":now", number(now.as_second()))
                .expression_attribute_values(":minute", number(minute))
                .expression_attribute_values(":uses", number(uses))
                .return_values(ReturnValue::AllNew);
            match request.send().await {
                Ok(answer) => {
                    let kept = answer.attributes.unwrap_or_default();
                    let requests = Reader::of(AGENT, &kept)?.number("requests")?;
                    return Ok(Some(UsedSession { agent: read(AGENT, &kept)?, requests }));
                }
                Err(error)
                    if error
                        .as_service_error()
                        .is_some_and(|e| e.is_conditional_check_failed_exception()) => {}
                Err(error) => return Err(unavailable(error)),
            }
        }
        Ok(None)
    }

    /// Ends a session, and answers whose it was.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_agent(&self, digest: &str) -> Result<Option<Agent>, StoreError> {
        let request =
            self.client.delete_item().table_name(&self.name).set_key(Some(item(key(AGENT, digest))));
        let answer = request.return_values(ReturnValue::AllOld).send().await.map_err(unavailable)?;
        answer.attributes.filter(|kept| !kept.is_empty()).map(|kept| read(AGENT, &kept)).transpose()
    }

    /// Begins to save the form with that key, or says how an earlier try stands.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn begin_save(&self, form: &str, now: Timestamp) -> Result<SaveState, StoreError> {
        let mut kept = item(key(SAVE, form));
        kept.insert(EXPIRES.to_owned(), number((now + SAVE_LIFE).as_second()));
        let request = self
            .client
            .put_item()
            .table_name(&self.name)
            .set_item(Some(stamped(kept)))
            .condition_expression("attribute_not_exists(#key)")
            .expression_attribute_names("#key", KEY);
        match request.send().await {
            Ok(_) => Ok(SaveState::Begun),
            Err(error)
                if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) =>
            {
                let kept = self.get(&format!("{SAVE}#{form}"), SAVE).await?.unwrap_or_default();
                let answered = kept.get("answered").and_then(|value| value.as_s().ok());
                Ok(answered.map_or(SaveState::Uncertain, |answered| SaveState::Done(answered.clone())))
            }
            Err(error) => Err(unavailable(error)),
        }
    }

    /// Keeps what was answered to a save, for whoever asks again.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_save(&self, form: &str, answered: &str, now: Timestamp) -> Result<(), StoreError> {
        let mut kept = item(key(SAVE, form));
        kept.insert("answered".to_owned(), text(answered));
        kept.insert(EXPIRES.to_owned(), number((now + SAVE_LIFE).as_second()));
        self.keep_item(kept).await
    }

    /// Forgets a save that wrote nothing: the form may be saved again.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn forget_save(&self, form: &str) -> Result<(), StoreError> {
        let request = self.client.delete_item().table_name(&self.name).set_key(Some(item(key(SAVE, form))));
        request.send().await.map(|_| ()).map_err(unavailable)
    }

    async fn keep_item(&self, kept: Item) -> Result<(), StoreError> {
        let request = self.client.put_item().table_name(&self.name).set_item(Some(stamped(kept)));
        request.send().await.map(|_| ()).map_err(unavailable)
    }
}
