//! Records: shown, filled in, and saved once.

use crate::{
    errors::{of_context, of_crm, of_save},
    search::conversation,
    visit::Visit,
};
use aws::SaveState;
use axum::{
    Json,
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use bootstrap::api::{ApiError, Body, Path, Query};
use crm::{Context, FormRequest, SaveError, SaveRequest, form, record_page, save, view};
use domain::Code;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// A form's key: letters and digits, from us.
const KEY_LENGTH: usize = 24;

/// Which conversation the record is shown for.
#[derive(Deserialize)]
pub(crate) struct For {
    conversation: Option<String>,
}

pub(crate) async fn show(
    visit: Visit,
    Path((object, id)): Path<(String, String)>,
    Query(For { conversation: named }): Query<For>,
) -> Result<Json<view::RecordPage>, ApiError> {
    let conversation = conversation(named.as_deref())?;
    let session = visit.session().await?;
    let desk = visit.desk(&session)?;
    let page = record_page(&desk, &object, &id, conversation.as_ref()).await.map_err(of_crm)?;
    page.map(Json).ok_or_else(|| {
        let sentence = format!("there is no such {object}, or you may not see it");
        ApiError::not_found(Code::NotInSkill, sentence)
    })
}

/// Whom a new record belongs to.
#[derive(Default, Deserialize)]
#[serde(default)]
struct WantedParents {
    account: Option<String>,
    contact: Option<String>,
}

/// What form is wanted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WantedForm {
    object: String,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    record_type: Option<String>,
    #[serde(default)]
    parents: Option<WantedParents>,
    #[serde(default)]
    context: Option<Value>,
}

/// A form and the key it is saved with.
#[derive(Serialize)]
pub(crate) struct KeyedForm {
    key: String,
    #[serde(flatten)]
    form: view::Form,
}

pub(crate) async fn fill_in(
    visit: Visit,
    Body(wanted): Body<WantedForm>,
) -> Result<Json<KeyedForm>, ApiError> {
    let context = match &wanted.context {
        Some(model) => Context::read(model).map_err(|error| of_context(&error))?,
        None => Context::empty(),
    };
    let WantedParents { account, contact } = wanted.parents.unwrap_or_default();
    let request = FormRequest {
        object: wanted.object,
        id: wanted.id,
        record_type: wanted.record_type,
        parents: view::Parents { account, contact },
        context,
    };
    let session = visit.session().await?;
    let desk = visit.desk(&session)?;
    let form = form(&desk, &request).await.map_err(of_crm)?;
    let key: String = (0..KEY_LENGTH).map(|_| fastrand::alphanumeric()).collect();
    form.map(|form| Json(KeyedForm { key, form })).ok_or_else(|| {
        let object = &request.object;
        let sentence = match &request.id {
            Some(_) => format!("there is no such {object}, or you may not see it"),
            None => format!("you may not create {object} here"),
        };
        ApiError::not_found(Code::NotInSkill, sentence)
    })
}

/// A form as the agent filled it in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Filled {
    object: String,
    #[serde(default)]
    id: Option<String>,
    key: String,
    values: Map<String, Value>,
    #[serde(default)]
    record_type: Option<String>,
    #[serde(default)]
    assignment_rule: Option<bool>,
    #[serde(default)]
    link: bool,
    #[serde(default)]
    conversation: Option<String>,
    #[serde(default)]
    save_duplicate: bool,
    #[serde(default)]
    last_modified: Option<Timestamp>,
}

/// Saves a form, once: the same form sent again gets the same answer. A new record whose outcome is not known is not tried
/// again: somebody looks first.
pub(crate) async fn save_form(visit: Visit, Body(filled): Body<Filled>) -> Result<Response, ApiError> {
    let key = key(&filled)?;
    let creates = filled.id.is_none();
    let request = request(filled)?;
    let session = visit.session().await?;
    let desk = visit.desk(&session)?;
    let (table, form) = (&visit.workspace.table, visit.at_work.form(&key));
    let now = visit.workspace.clock.now();
    if creates {
        match table.begin_save(&form, now).await? {
            SaveState::Begun => {}
            SaveState::Done(answered) => return Ok(as_json(answered)),
            SaveState::Uncertain => return Err(uncertain()),
        }
    }
    match save(&desk, &request).await {
        Ok(saved) => {
            let answered = json!({
                "object": saved.record.object, "id": saved.record.id, "name": saved.record.name,
                "url": saved.record.url, "links": saved.links, "warning": saved.warning,
            });
            if creates {
                table.end_save(&form, &answered.to_string(), now).await?;
            }
            Ok(as_json(answered.to_string()))
        }
        Err(error) => {
            if creates && !matches!(error, SaveError::Unknown(_)) {
                table.forget_save(&form).await?;
            }
            Err(of_save(error))
        }
    }
}

fn uncertain() -> ApiError {
    let sentence = "an earlier try to save this form ended without an answer, so the record may be there; search for it, \
         and fill in a new form if it is not";
    ApiError::new(StatusCode::CONFLICT, Code::SaveUncertain, sentence)
}

fn as_json(answered: String) -> Response {
    ([(CONTENT_TYPE, "application/json")], answered).into_response()
}

fn key(filled: &Filled) -> Result<String, ApiError> {
    let fits = filled.key.len() == KEY_LENGTH && filled.key.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let invalid =
        || ApiError::unacceptable(Code::RequestInvalid, "key: not the key of a form; ask for the form again");
    fits.then(|| filled.key.clone()).ok_or_else(invalid)
}

fn request(filled: Filled) -> Result<SaveRequest, ApiError> {
    let link = match (filled.link, conversation(filled.conversation.as_deref())?) {
        (true, Some(conversation)) => Some(conversation),
        (true, None) => {
            let sentence = "conversation: name the conversation to link, or save without linking";
            return Err(ApiError::unacceptable(Code::RequestInvalid, sentence));
        }
        (false, _) => None,
    };
    Ok(SaveRequest {
        object: filled.object,
        id: filled.id,
        values: filled.values,
        record_type: filled.record_type,
        assignment_rule: filled.assignment_rule,
        link,
        save_duplicate: filled.save_duplicate,
        last_modified: filled.last_modified,
    })
}
