//! One exchange in LivePerson, chat or messaging.

use std::fmt;

/// Which of LivePerson's two products a conversation belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Channel {
    /// Web chat, read through the Engagement History API.
    Chat,
    /// Messaging, read through the Messaging Interactions API.
    Messaging,
}

impl Channel {
    /// Both channels.
    pub const ALL: [Channel; 2] = [Channel::Chat, Channel::Messaging];

    /// `chat` or `messaging`, as stored and as shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Channel::Chat => "chat",
            Channel::Messaging => "messaging",
        }
    }

    /// The channel of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Channel> {
        Self::ALL.into_iter().find(|channel| channel.as_str() == name)
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The external id of a Chat Transcript record: LivePerson account id, a colon, the conversation's own id.
///
/// Case-sensitive. A chat's own id is what the widget SDK calls `rtSessionId`; the Engagement History API prefixes it
/// with the account id, which [`ConversationId::new`] takes off again, so that both sides name one record.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConversationId(String);

impl ConversationId {
    /// The length of the external id field, in characters.
    pub const MAX_LENGTH: usize = 128;

    /// Joins an account id and an id as LivePerson gives it.
    ///
    /// # Errors
    /// [`ConversationIdError`] when either part is empty or has a character no LivePerson id has, or the whole is too
    /// long for the external id field.
    pub fn new(account: &str, id: &str) -> Result<Self, ConversationIdError> {
        let own = id.strip_prefix(account).filter(|rest| !rest.is_empty()).unwrap_or(id);
        let acceptable = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_' || b == b'.')
        };
        if !acceptable(account) || !acceptable(own) || account.len() + 1 + own.len() > Self::MAX_LENGTH {
            return Err(ConversationIdError);
        }
        Ok(ConversationId(format!("{account}:{own}")))
    }

    /// Reads back what [`ConversationId::as_str`] gave.
    ///
    /// # Errors
    /// [`ConversationIdError`] when there is no colon or a part is not an id.
    pub fn parse(text: &str) -> Result<Self, ConversationIdError> {
        let (account, id) = text.split_once(':').ok_or(ConversationIdError)?;
        Self::new(account, id)
    }

    /// `account:id`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ConversationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text is not a conversation id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a conversation id is a LivePerson account id, a colon and the conversation's id, of letters, digits, '-', '_' and '.'"
)]
pub struct ConversationIdError;

/// SHA-256 of the fields last written for a conversation. Equal fingerprints mean: nothing to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub [u8; 32]);

impl Fingerprint {
    /// 64 lower-case hexadecimal digits.
    #[must_use]
    pub fn to_hex(self) -> String {
        self.0.iter().fold(String::with_capacity(64), |mut hex, byte| {
            hex.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
            hex.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
            hex
        })
    }

    /// Reads back [`Fingerprint::to_hex`]; `None` for anything else.
    #[must_use]
    pub fn from_hex(hex: &str) -> Option<Self> {
        let digits: Vec<u8> = hex.chars().map(|c| c.to_digit(16).map(|d| d as u8)).collect::<Option<_>>()?;
        let bytes: Vec<u8> = digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect();
        (digits.len() == 64).then(|| bytes.try_into().ok().map(Fingerprint)).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_api_id_and_the_widget_id_of_one_chat_are_one_conversation() {
        let api = ConversationId::new("le1", "le14294982965").unwrap();
        let widget = ConversationId::new("le1", "4294982965").unwrap();
        assert_eq!(api, widget);
        assert_eq!(api.as_str(), "le1:4294982965");
        assert_eq!(ConversationId::parse(api.as_str()), Ok(api));
    }

    #[test]
    fn ids_that_could_change_a_query_or_a_path_are_refused() {
        for id in ["", "a/b", "a'b", "a b", "a:b", "é", &"x".repeat(200)] {
            assert_eq!(ConversationId::new("le1", id), Err(ConversationIdError), "{id:?}");
        }
    }

    #[test]
    fn fingerprints_survive_hexadecimal() {
        let fingerprint = Fingerprint(std::array::from_fn(|i| (i * 9) as u8));
        assert_eq!(Fingerprint::from_hex(&fingerprint.to_hex()), Some(fingerprint));
        assert_eq!(Fingerprint::from_hex("xyz"), None);
        assert_eq!(Fingerprint::from_hex(&"a".repeat(62)), None);
    }
}
