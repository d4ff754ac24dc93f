//! From the widget SDK's public model to the members of a record that a conversation begins with.

use crate::{
    address::Address,
    convert::{self, FieldType},
    predefined,
    program::{Program, RecordError},
    redact::Redactor,
};
use domain::{
    Channel,
    configuration::{FieldMapping, RedactionRule, ValueSource},
};

/// The length of the sync's own name fields.
const NAME_LENGTH: u32 = 255;
/// The sync's own fields that the model knows something of; of two addresses for one, the first that has a value.
const OWN: [(&str, &str, FieldType); 5] = [
    ("Started__c", "chatInfo.chatStartTime", FieldType::DateTime),
    ("Skill__c", "chatInfo.chatSkill", FieldType::Text { length: NAME_LENGTH }),
    ("Agent__c", "chattingAgentInfo.agentName", FieldType::Text { length: NAME_LENGTH }),
    ("Agent__c", "chattingAgentInfo.agentNickname", FieldType::Text { length: NAME_LENGTH }),
    ("Visitor__c", "visitorInfo.visitorName", FieldType::Text { length: NAME_LENGTH }),
];

/// Compiled once per configuration and channel.
#[derive(Debug)]
pub struct SdkMapper {
    program: Program,
    fields: Vec<(String, FieldType)>,
    redactor: Option<Redactor>,
}

impl SdkMapper {
    /// Compiles the mappings that have an address on the widget's side of a channel. One that does not parse is passed
    /// over; [`crate::check`] says so when the configuration is saved.
    #[must_use]
    pub fn compile(
        channel: Channel,
        mappings: &[(FieldMapping, FieldType)],
        redaction: &[RedactionRule],
    ) -> SdkMapper {
        let (mut fields, mut addresses) = (Vec::new(), Vec::new());
        let own =
            OWN.iter().map(|(name, address, field_type)| (*name, Some((*address).to_owned()), field_type));
        let mapped = mappings.iter();
        let mapped = mapped
            .map(|(mapping, field_type)| (mapping.field.as_str(), sdk_address(mapping, channel), field_type));
        for (name, address, field_type) in own.chain(mapped) {
            if let Some(Ok(address)) = address.map(|text| text.parse::<Address>()) {
                fields.push((name.to_owned(), field_type.clone()));
                addresses.push(address);
            }
        }
        let redactor = Redactor::compile(redaction).ok().filter(|redactor| !redactor.is_empty());
        SdkMapper { program: Program::compile(&addresses), fields, redactor }
    }

    /// The members of a JSON object, without braces: what the model has and the fields take. Nothing is emptied: the
    /// model may not be whole yet.
    ///
    /// # Errors
    /// [`RecordError`] when it is no model.
    pub fn map(&self, model: &str) -> Result<String, RecordError> {
        let reading = self.program.read(model)?;
        let (mut out, mut scratch) = (String::new(), String::new());
        let mut taken: Vec<&str> = Vec::new();
        for (n, (name, field_type)) in self.fields.iter().enumerate() {
            let Some(value) = reading.value(n).filter(|_| !taken.contains(&name.as_str())) else { continue };
            let before = out.len();
            out.push_str(if out.is_empty() { "\"" } else { ",\"" });
            out.push_str(name);
            out.push_str("\":");
            let from = out.len();
            match convert::write_with(value, field_type, self.redactor.as_ref(), &mut out, &mut scratch) {
                Ok(_) if &out[from..] != "null" => taken.push(name),
                _ => out.truncate(before),
            }
        }
        Ok(out)
    }
}

fn sdk_address(mapping: &FieldMapping, channel: Channel) -> Option<String> {
    let address = match &mapping.source {
        ValueSource::Predefined(label) => predefined::parameter(label)?.sdk_address(channel)?,
        ValueSource::Other(addresses) => match channel {
            Channel::Chat => addresses.chat_sdk.as_deref()?,
            Channel::Messaging => addresses.messaging_sdk.as_deref()?,
        },
    };
    Some(address.to_owned()).filter(|address| !address.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_begins_with_what_the_model_has() {
        let mapping = |field: &str, label: &str| FieldMapping {
            field: field.to_owned(),
            source: ValueSource::Predefined(label.to_owned()),
        };
        let mappings = [
            (mapping("Browser__c", "Visitor Browser"), FieldType::Text { length: 4 }),
            (mapping("Mail__c", "Visitor Email"), FieldType::Email { length: 80 }),
            (mapping("Country__c", "Visitor Country"), FieldType::Text { length: 80 }),
        ];
        let model = r#"{"chatInfo":{"chatStartTime":1772359200000,"chatSkill":"Billing"},
            "chattingAgentInfo":{"agentName":"","agentNickname":"Tomo"},
            "visitorInfo":{"browser":"Chrome 120","visitorName":"Ada Quill"},
            "SDE":{"personalInfo":[{"contactInfo":[{"email":"no address"}]}]}}"#;
        let mapper = SdkMapper::compile(Channel::Chat, &mappings, &[]);
        assert_eq!(
            mapper.map(model).unwrap(),
            r#""Started__c":"2026-03-01T10:00:00.000Z","Skill__c":"Billing","Agent__c":"Tomo","Visitor__c":"Ada Quill","Browser__c":"Chro""#
        );
        assert_eq!(mapper.map("{}").unwrap(), "");
        assert!(mapper.map("[").is_err());
    }
}
