//! The subset of the User Interface API a form needs: object-info, picklist values, layouts, defaults and lookups.
//!
//! All of it is made from the describe of the calling user, so rights and field security hold here as they do there.

mod info;
mod layout;
mod lookups;

use super::{
    answer::Answer,
    api::Call,
    error::{ApiError, ApiResult},
    org::{Caller, Org},
    profiles::Profile,
    schema::{Object, describe, record_types},
};
use serde_json::{Value, json};

/// Answers a call below `/ui-api`.
pub(crate) fn route(
    org: &Org,
    caller: &Caller,
    method: &str,
    rest: &[&str],
    call: &Call,
) -> ApiResult<Answer> {
    let body = match (method, rest) {
        ("GET", ["object-info", "batch", names]) => batch(org, caller, names),
        ("GET", ["object-info", name]) => info::object_info(&Form::of(org, caller, name)?),
        ("GET", ["object-info", name, "picklist-values", kind]) => {
            info::picklists(&Form::of(org, caller, name)?, kind)?
        }
        ("GET", ["object-info", name, "picklist-values", kind, field]) => {
            info::picklist(&Form::of(org, caller, name)?, kind, field)?
        }
        ("GET", ["record-defaults", "create", name]) => {
            let form = Form::of(org, caller, name)?;
            layout::defaults(&form, &kind_asked(&form, call)?)?
        }
        ("GET", ["layout", name]) => {
            let form = Form::of(org, caller, name)?;
            let mode = call.parameter("mode").unwrap_or("View");
            layout::layout(&form, &kind_asked(&form, call)?, mode)
        }
        ("POST", ["lookups", name, field]) => {
            lookups::lookups(&Form::of(org, caller, name)?, field, call.parameter("targetApiName"), call)?
        }
        ("POST", ["lookups", name, field, target]) => {
            lookups::lookups(&Form::of(org, caller, name)?, field, Some(target), call)?
        }
        ("GET", ["lookups", ..]) => return Err(ApiError::method_not_allowed(method, "POST")),
        _ => return Err(ApiError::not_found()),
    };
    Ok(Answer::ok(body))
}

/// An object as the caller may see it in a form.
struct Form<'a> {
    org: &'a Org,
    caller: &'a Caller,
    object: &'a Object,
    /// Its describe.
    described: Value,
}

impl<'a> Form<'a> {
    fn of(org: &'a Org, caller: &'a Caller, name: &str) -> ApiResult<Form<'a>> {
        let unknown = |_| {
            let message = format!("Object {name} is not supported in UI API");
            ApiError::new(404, "INVALID_TYPE", message)
        };
        let object = org.object(caller, name).map_err(unknown)?;
        let everyone = Profile::default();
        let profile = org.profile(&caller.user).unwrap_or(&everyone);
        let described = describe::object(&org.schema, object, &caller.version, &org.url, profile);
        Ok(Form { org, caller, object, described })
    }

    /// The described fields, those hidden from the caller left out.
    fn fields(&self) -> impl Iterator<Item = &Value> {
        self.described["fields"].as_array().into_iter().flatten()
    }

    fn field(&self, name: &str) -> Option<&Value> {
        self.fields().find(|field| text(field, "name").eq_ignore_ascii_case(name))
    }

    fn url(&self, below: &str) -> String {
        format!("/services/data/{}/ui-api/{below}", self.caller.version)
    }
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_default()
}

/// A mark that changes with the schema.
fn etag(form: &Form<'_>) -> String {
    format!("{:x}", form.org.schema_changed.as_millisecond())
}

/// The record type of a form: the one asked for, or the object's default.
fn kind_asked(form: &Form<'_>, call: &Call) -> ApiResult<String> {
    match call.parameter("recordTypeId").filter(|id| !id.is_empty()) {
        Some(id) => known_kind(form, id),
        None => Ok(record_types::default_of(&form.object.name)
            .map_or_else(|| record_types::MASTER.to_owned(), record_types::RecordType::id)),
    }
}

fn known_kind(form: &Form<'_>, text: &str) -> ApiResult<String> {
    let known =
        |id: &String| id == record_types::MASTER || record_types::with_id(&form.object.name, id).is_some();
    super::id::normalize(text).filter(known).ok_or_else(|| {
        let message = format!("{text} is not a record type of {}", form.object.name);
        ApiError::bad("ILLEGAL_QUERY_PARAMETER_VALUE", message)
    })
}

fn batch(org: &Org, caller: &Caller, names: &str) -> Value {
    let results: Vec<Value> = names
        .split(',')
        .map(|name| match Form::of(org, caller, name.trim()) {
            Ok(form) => json!({"statusCode": 200, "result": info::object_info(&form)}),
            Err(error) => json!({"statusCode": error.status, "result": [error.to_rest()]}),
        })
        .collect();
    let failed = results.iter().any(|result| result["statusCode"] != 200);
    json!({"hasErrors": failed, "results": results})
}
