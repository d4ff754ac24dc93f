//! How the sync signs in to Salesforce.

use serde::{Deserialize, Serialize};

/// Where and as whom the sync signs in to Salesforce.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
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
