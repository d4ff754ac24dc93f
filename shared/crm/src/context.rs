//! A conversation as the agent's page reports it: the public model of LivePerson's widget SDK. Untrusted input.

use domain::{
    Channel, Code, ConversationId,
    configuration::{FieldFacts, ValueSource},
};
use mapping::{Address, FieldType, Raw, evaluate, predefined, write_value};
use serde_json::Value;

/// The largest context that is read, in bytes.
pub const MAX_CONTEXT: usize = 128 * 1024;

/// Why a context is not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContextError {
    /// Larger than [`MAX_CONTEXT`].
    #[error(
        "context: it has {0} bytes, and at most {MAX_CONTEXT} are read; leave the transcript's lines out"
    )]
    TooLarge(usize),
    /// Not an object.
    #[error("context: it is no JSON object; send the members of the widget SDK's public model")]
    NotAnObject,
}

impl ContextError {
    /// The code for whoever is told.
    #[must_use]
    pub fn code(&self) -> Code {
        Code::ContextInvalid
    }
}

/// A conversation in the agent's workspace.
#[derive(Clone, Debug)]
pub struct Context {
    json: String,
    /// Chat or messaging.
    pub channel: Channel,
    /// LivePerson account id, if the SDK has said it.
    pub account: Option<String>,
    /// The external id of its record, once the SDK has said which conversation it is.
    pub conversation: Option<ConversationId>,
    /// The name of its skill, or its id.
    pub skill: Option<String>,
}

impl Context {
    /// Reads the SDK's public model.
    ///
    /// # Errors
    /// [`ContextError`].
    pub fn read(model: &Value) -> Result<Context, ContextError> {
        if !model.is_object() {
            return Err(ContextError::NotAnObject);
        }
        let json = model.to_string();
        if json.len() > MAX_CONTEXT {
            return Err(ContextError::TooLarge(json.len()));
        }
        let text = |pointer: &str| match model.pointer(pointer) {
            Some(Value::String(text)) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            Some(Value::Number(number)) => Some(number.to_string()),
            _ => None,
        };
        let messaging = model.pointer("/chatInfo/isMessaging") == Some(&Value::Bool(true));
        let account = text("/chatInfo/accountId").or_else(|| text("/agentInfo/accountId"));
        let conversation = account.as_deref().zip(text("/chatInfo/rtSessionId"));
        Ok(Context {
            json,
            channel: if messaging { Channel::Messaging } else { Channel::Chat },
            conversation: conversation.and_then(|(account, id)| ConversationId::new(account, &id).ok()),
            account,
            skill: text("/chatInfo/chatSkill")
                .or_else(|| text("/engagementInfo/skill"))
                .or_else(|| text("/engagementInfo/engagementSkill")),
        })
    }

    /// A context that knows nothing, for forms opened without a conversation.
    #[must_use]
    pub fn empty() -> Context {
        Context {
            json: "{}".to_owned(),
            channel: Channel::Chat,
            account: None,
            conversation: None,
            skill: None,
        }
    }

    /// The model as JSON.
    #[must_use]
    pub fn json(&self) -> &str {
        &self.json
    }

    /// What the conversation has for a source, if anything.
    fn found(&self, source: &ValueSource) -> Option<Value> {
        let address = match source {
            ValueSource::Predefined(label) => predefined::parameter(label)?.sdk_address(self.channel)?,
            ValueSource::Other(addresses) => match self.channel {
                Channel::Chat => addresses.chat_sdk.as_deref()?,
                Channel::Messaging => addresses.messaging_sdk.as_deref()?,
            },
        };
        let address: Address = address.parse().ok()?;
        evaluate(&[address], &self.json).ok()?.pop().flatten()
    }

    /// The value of a predefined parameter as people read it.
    pub(crate) fn text_of(&self, label: &str) -> Option<String> {
        let text = match self.found(&ValueSource::Predefined(label.to_owned()))? {
            Value::String(text) => text,
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// What the conversation has for a source, as the field takes it; `None` when it has nothing the field takes.
    pub(crate) fn value_for(&self, source: &ValueSource, field: &FieldFacts) -> Option<Value> {
        let found = self.found(source)?.to_string();
        let mut written = String::new();
        write_value(Raw::new(&found), &FieldType::of(field)?, &mut written).ok()?;
        serde_json::from_str(&written).ok().filter(|value| *value != Value::Null)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn both_channels_name_their_record_as_the_sync_does() {
        let chat =
            json!({"chatInfo": {"accountId": "le1", "rtSessionId": "le14711", "chatSkill": " Billing "}});
        let chat = Context::read(&chat).unwrap();
        assert_eq!(chat.conversation.unwrap().as_str(), "le1:4711");
        assert_eq!((chat.channel, chat.skill.as_deref()), (Channel::Chat, Some("Billing")));
        let messaging = json!({"chatInfo": {"accountId": "le1", "rtSessionId": "a-b", "isMessaging": true},
            "engagementInfo": {"skill": "Sales"}});
        let messaging = Context::read(&messaging).unwrap();
        assert_eq!(messaging.conversation.unwrap().as_str(), "le1:a-b");
        assert_eq!((messaging.channel, messaging.skill.as_deref()), (Channel::Messaging, Some("Sales")));
    }

    #[test]
    fn what_is_missing_or_hostile_is_no_conversation() {
        for model in [
            json!({}),
            json!({"chatInfo": {"accountId": "le1", "rtSessionId": "' OR 1"}}),
            json!({"chatInfo": 7}),
        ] {
            assert_eq!(Context::read(&model).unwrap().conversation, None, "{model}");
        }
        assert_eq!(Context::read(&json!([])).unwrap_err(), ContextError::NotAnObject);
        let large = json!({"chatInfo": {"chatSkill": "x".repeat(MAX_CONTEXT)}});
        assert!(matches!(Context::read(&large).unwrap_err(), ContextError::TooLarge(_)));
    }

    #[test]
    fn a_value_comes_from_the_channels_own_side_and_fits_its_field() {
        let model = json!({"chatInfo": {"accountId": "le1", "rtSessionId": "1"}, "surveyQuestions": {"preChat": {
            "customizedQuestions": [{"displayName": "Seats?", "value": "12 "}]}}, "SDE": {"personalInfo": [{"name": "Ada Quill"}]}});
        let context = Context::read(&model).unwrap();
        let source = ValueSource::Other(domain::configuration::OtherAddresses {
            chat_sdk: Some(
                "surveyQuestions.preChat.customizedQuestions[displayName=Seats?].value".to_owned(),
            ),
            ..Default::default()
        });
        let field = |field_type: &str| FieldFacts {
            field_type: field_type.to_owned(),
            precision: 18,
            length: 3,
            ..FieldFacts::default()
        };
        assert_eq!(context.value_for(&source, &field("double")), Some(json!(12)));
        assert_eq!(context.value_for(&source, &field("string")), Some(json!("12 ")));
        assert_eq!(context.value_for(&source, &field("email")), None);
        assert_eq!(context.value_for(&source, &field("reference")), None);
        assert_eq!(context.text_of("Visitor Name").as_deref(), Some("Ada Quill"));
        assert_eq!(context.text_of("No Such Parameter"), None);
    }
}
