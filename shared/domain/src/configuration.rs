//! What an administrator sets up for one workspace.

/// The whole configuration of one workspace. Versioned as one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Configuration {
    /// LivePerson account id, such as `le12345678`.
    pub account: String,
    /// How the sync signs in to Salesforce. Secrets are not here.
    pub salesforce: SalesforceLogin,
    /// What the sync writes.
    pub transcript: TranscriptSettings,
    /// One entry per Chat Transcript field that takes a LivePerson value.
    pub field_mappings: Vec<FieldMapping>,
}

/// Where and as whom the sync signs in to Salesforce.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SalesforceLogin {
    /// The org's My Domain URL, such as `https://acme.my.salesforce.com`; login host and, until the token says
    /// otherwise, API host.
    pub login_url: String,
    /// REST API version with its `v`, such as `v67.0`.
    pub api_version: String,
    /// Which OAuth 2.0 flow.
    pub flow: LoginFlow,
}

/// The OAuth 2.0 flow of the sync user. The key or secret that goes with it lives in Secrets Manager.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoginFlow {
    /// JWT bearer: consumer key, user name, audience.
    JwtBearer {
        /// Consumer key of the external client app.
        client_id: String,
        /// User name of the sync user.
        username: String,
        /// `https://login.salesforce.com`, `https://test.salesforce.com` or the My Domain URL.
        audience: String,
    },
    /// Client credentials, at the My Domain host only.
    ClientCredentials {
        /// Consumer key of the external client app.
        client_id: String,
    },
}

/// What the sync writes into the Chat Transcript record besides mapped fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TranscriptSettings {
    /// Whether lines only agents may see become part of the transcript.
    pub include_agent_only_lines: bool,
}

/// One rule from a LivePerson value to a Salesforce field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldMapping {
    /// API name of the Salesforce field, such as `Visitor_Email__c`.
    pub field: String,
    /// Where the value comes from.
    pub source: ValueSource,
}

/// Where a mapped value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueSource {
    /// One of the predefined LiveEngage parameters, by label.
    Predefined(String),
    /// "Other": an address per side, each optional.
    Other(OtherAddresses),
}

/// The four addresses of a value that is not predefined.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OtherAddresses {
    /// LivePerson SDK Field: the chat widget.
    pub chat_sdk: Option<String>,
    /// LivePerson API Field: Engagement History.
    pub chat_api: Option<String>,
    /// LivePerson Msg SDK Field: the messaging widget.
    pub messaging_sdk: Option<String>,
    /// LivePerson Msg API Field: Messaging Interactions.
    pub messaging_api: Option<String>,
}
