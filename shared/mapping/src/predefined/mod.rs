//! The predefined parameters: LivePerson values an administrator picks by label instead of writing an address.

mod attributes;
mod conversation;
mod people;

use domain::Channel;

/// Which channels have the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterKind {
    /// Chat alone.
    Chat,
    /// Messaging alone.
    Messaging,
    /// Both channels.
    Both,
}

/// What kind of value it is, whatever JSON it comes as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueType {
    /// Text, ids included.
    Text,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// A day.
    Date,
    /// An instant.
    DateTime,
    /// Several texts.
    List,
}

/// One predefined parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// As the administrator sees and the configuration stores it.
    pub label: &'static str,
    /// Which channels have it.
    pub kind: ParameterKind,
    /// What kind of value it is.
    pub value_type: ValueType,
    /// Where the chat widget finds it.
    pub chat_sdk: Option<&'static str>,
    /// Where the Engagement History API has it.
    pub chat_api: Option<&'static str>,
    /// Where the messaging widget finds it.
    pub messaging_sdk: Option<&'static str>,
    /// Where the Messaging Interactions API has it.
    pub messaging_api: Option<&'static str>,
}

impl Parameter {
    /// The address on the API's side of a channel.
    #[must_use]
    pub fn api_address(&self, channel: Channel) -> Option<&'static str> {
        match channel {
            Channel::Chat => self.chat_api,
            Channel::Messaging => self.messaging_api,
        }
    }

    /// The address on the widget's side of a channel.
    #[must_use]
    pub fn sdk_address(&self, channel: Channel) -> Option<&'static str> {
        match channel {
            Channel::Chat => self.chat_sdk,
            Channel::Messaging => self.messaging_sdk,
        }
    }
}

/// Every parameter: the conversation, people, engagement attributes.
pub fn parameters() -> impl Iterator<Item = &'static Parameter> {
    [conversation::ROWS, people::ROWS, attributes::ROWS, attributes::MESSAGING_ONLY].into_iter().flatten()
}

/// The parameter of that label.
#[must_use]
pub fn parameter(label: &str) -> Option<&'static Parameter> {
    parameters().find(|parameter| parameter.label == label)
}

/// Chat SDK, chat API, messaging SDK, messaging API; an empty text where that side does not have the value.
const fn row(
    label: &'static str,
    kind: ParameterKind,
    value_type: ValueType,
    addresses: [&'static str; 4],
) -> Parameter {
    const fn given(address: &'static str) -> Option<&'static str> {
        if address.is_empty() { None } else { Some(address) }
    }
    let [chat_sdk, chat_api, messaging_sdk, messaging_api] = addresses;
    Parameter {
        label,
        kind,
        value_type,
        chat_sdk: given(chat_sdk),
        chat_api: given(chat_api),
        messaging_sdk: given(messaging_sdk),
        messaging_api: given(messaging_api),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn addresses(parameter: &Parameter) -> [Option<&'static str>; 4] {
        [parameter.chat_sdk, parameter.chat_api, parameter.messaging_sdk, parameter.messaging_api]
    }

    #[test]
    fn there_are_146_with_a_label_each() {
        let labels: BTreeSet<_> = parameters().map(|parameter| parameter.label).collect();
        assert_eq!((parameters().count(), labels.len()), (146, 146));
    }

    #[test]
    fn every_address_parses_and_every_parameter_has_one() {
        for parameter in parameters() {
            let given: Vec<_> = addresses(parameter).into_iter().flatten().collect();
            assert!(!given.is_empty(), "{}", parameter.label);
            for address in given {
                let parsed = address.parse::<crate::Address>();
                assert_eq!(
                    parsed.map(|parsed| parsed.to_string()).as_deref(),
                    Ok(address),
                    "{}",
                    parameter.label
                );
            }
        }
    }

    #[test]
    fn a_parameter_of_one_channel_has_no_address_in_the_other() {
        for parameter in parameters() {
            let [chat_sdk, chat_api, messaging_sdk, messaging_api] = addresses(parameter);
            match parameter.kind {
                ParameterKind::Chat => {
                    assert_eq!((messaging_sdk, messaging_api), (None, None), "{}", parameter.label);
                }
                ParameterKind::Messaging => {
                    assert_eq!((chat_sdk, chat_api), (None, None), "{}", parameter.label);
                }
                ParameterKind::Both => {}
            }
        }
    }
}
