//! Salesforce's JSON as it comes over the wire.

use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Deserialize)]
pub(crate) struct TokenAnswer {
    pub(crate) access_token: String,
    pub(crate) instance_url: String,
    pub(crate) refresh_token: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct OAuthError {
    pub(crate) error: String,
    pub(crate) error_description: Option<String>,
}

/// An error of the REST API. Collections call the code `statusCode`, everything else `errorCode`.
#[derive(Deserialize, Debug)]
pub(crate) struct ApiError {
    #[serde(alias = "statusCode", alias = "errorCode")]
    pub(crate) code: String,
    #[serde(default)]
    pub(crate) message: String,
    #[serde(default)]
    pub(crate) fields: Vec<String>,
}

/// Errors come as an array, sometimes as one bare object.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum ApiErrors {
    Many(Vec<ApiError>),
    One(ApiError),
}

#[derive(Deserialize)]
pub(crate) struct SaveResult {
    pub(crate) id: Option<String>,
    pub(crate) success: bool,
    /// Only an upsert says so.
    #[serde(default)]
    pub(crate) created: bool,
    #[serde(default)]
    pub(crate) errors: Vec<ApiError>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CompositeAnswer<'a> {
    #[serde(borrow)]
    pub(crate) composite_response: Vec<CompositePart<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CompositePart<'a> {
    #[serde(borrow)]
    pub(crate) body: &'a RawValue,
    pub(crate) http_status_code: u16,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct QueryPage {
    pub(crate) done: bool,
    pub(crate) next_records_url: Option<String>,
    pub(crate) records: Vec<serde_json::Map<String, serde_json::Value>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Describe {
    pub(crate) name: String,
    pub(crate) label: String,
    #[serde(default)]
    pub(crate) label_plural: String,
    pub(crate) key_prefix: Option<String>,
    pub(crate) custom: bool,
    pub(crate) createable: bool,
    #[serde(default)]
    pub(crate) updateable: bool,
    pub(crate) fields: Vec<DescribeField>,
    pub(crate) child_relationships: Vec<DescribeChild>,
    #[serde(default)]
    pub(crate) record_type_infos: Vec<RecordTypeInfo>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecordTypeInfo {
    pub(crate) record_type_id: String,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) active: bool,
    #[serde(default)]
    pub(crate) available: bool,
    #[serde(default)]
    pub(crate) master: bool,
    #[serde(default)]
    pub(crate) default_record_type_mapping: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DescribeField {
    pub(crate) name: String,
    pub(crate) label: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) length: u32,
    pub(crate) precision: u32,
    pub(crate) scale: u32,
    pub(crate) createable: bool,
    pub(crate) updateable: bool,
    pub(crate) nillable: bool,
    pub(crate) filterable: bool,
    pub(crate) sortable: bool,
    pub(crate) reference_to: Vec<String>,
    pub(crate) restricted_picklist: bool,
    pub(crate) picklist_values: Vec<PicklistValue>,
    pub(crate) relationship_name: Option<String>,
    pub(crate) compound_field_name: Option<String>,
    pub(crate) inline_help_text: Option<String>,
    #[serde(default)]
    pub(crate) name_field: bool,
    #[serde(default)]
    pub(crate) external_id: bool,
    #[serde(default)]
    pub(crate) id_lookup: bool,
    #[serde(default)]
    pub(crate) defaulted_on_create: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PicklistValue {
    pub(crate) active: bool,
    pub(crate) value: String,
    pub(crate) label: Option<String>,
    #[serde(default)]
    pub(crate) default_value: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DescribeChild {
    #[serde(rename = "childSObject")]
    pub(crate) object: String,
    /// Some relationships are of no one field.
    pub(crate) field: Option<String>,
    pub(crate) relationship_name: Option<String>,
    pub(crate) deprecated_and_hidden: bool,
}

/// The list of all objects.
#[derive(Deserialize)]
pub(crate) struct GlobalDescribe {
    pub(crate) sobjects: Vec<GlobalObject>,
}

#[derive(Deserialize)]
pub(crate) struct GlobalObject {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) custom: bool,
    pub(crate) queryable: bool,
    pub(crate) layoutable: bool,
}
