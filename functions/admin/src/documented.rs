//! What every call's documentation has in common.

use std::collections::BTreeMap;
use utoipa::{
    IntoResponses, ToSchema,
    openapi::{Content, Ref, RefOr, Response, ResponseBuilder},
};

/// A problem document of RFC 9457.
#[derive(ToSchema)]
#[allow(dead_code, reason = "only its schema is used; the document is written by `ApiError`")]
pub(crate) struct ProblemDocument {
    /// Always `about:blank`.
    #[schema(rename = "type")]
    kind: String,
    /// The status in words.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What happened and the way out.
    detail: String,
    /// A stable code, such as `CFG-008`.
    code: String,
    /// Everything that is wrong with the document that was sent, each with its place.
    problems: Option<Vec<domain::configuration::Problem>>,
}

/// What any call can be refused with.
pub(crate) struct Refusals;

impl IntoResponses for Refusals {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let refusals = [
            (400, "The request cannot be read."),
            (401, "Nobody is signed in."),
            (403, "Whoever is signed in may not do this."),
            (404, "There is no such thing."),
            (409, "The set-up stands against it."),
            (412, "Someone else saved in the meantime."),
            (413, "The request is larger than any call takes."),
            (422, "The request says something that cannot be."),
            (428, "The version that was read is missing."),
            (502, "LivePerson or Salesforce refused what we asked."),
            (503, "AWS, LivePerson or Salesforce does not answer."),
        ];
        refusals.map(|(status, what)| (status.to_string(), RefOr::T(refusal(what)))).into()
    }
}

fn refusal(description: &str) -> Response {
    let schema = RefOr::Ref(Ref::from_schema_name("ProblemDocument"));
    let content = Content::builder().schema(Some(schema)).build();
    ResponseBuilder::new().description(description).content("application/problem+json", content).build()
}
