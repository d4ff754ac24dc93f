//! A request of two parts: options in JSON and a zip, in any order and under any names.

use super::super::error::ApiError;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

/// The parts as `{"options", "zip"}`, the zip in base64.
pub(crate) fn parts(media_type: &str, body: &[u8]) -> Result<Value, ApiError> {
    let refused = |message: &str| ApiError::bad("INVALID_MULTIPART_REQUEST", message);
    let boundary = media_type.split(';').find_map(|part| part.trim().strip_prefix("boundary="));
    let boundary =
        boundary.map(|text| text.trim_matches('"')).ok_or_else(|| refused("no boundary is given"))?;
    let (mut options, mut zip) = (Value::Null, Value::Null);
    for part in split(body, format!("--{boundary}").as_bytes()) {
        let Some(at) = find(part, b"\r\n\r\n") else { continue };
        let (head, content) = (String::from_utf8_lossy(&part[..at]).to_ascii_lowercase(), &part[at + 4..]);
        let content = content.strip_suffix(b"\r\n").unwrap_or(content);
        if head.contains("content-type: application/json") {
            options = serde_json::from_slice(content).map_err(|error| ApiError::json(error.to_string()))?;
        } else if head.contains("content-type: application/zip") || content.starts_with(b"PK") {
            zip = STANDARD.encode(content).into();
        }
    }
    Ok(json!({"options": options, "zip": zip}))
}

/// What lies between the boundaries.
fn split<'a>(body: &'a [u8], boundary: &[u8]) -> Vec<&'a [u8]> {
    let (mut parts, mut rest) = (Vec::new(), body);
    while let Some(at) = find(rest, boundary) {
        parts.push(&rest[..at]);
        rest = &rest[at + boundary.len()..];
    }
    parts
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_known_by_their_type_in_any_order_and_under_any_name() {
        let json = "Content-Disposition: form-data; name=\"entity_content\"\r\nContent-Type: application/json\r\n\r\n{\"deployOptions\":{}}";
        let zip = "Content-Disposition: form-data; name=\"x\"; filename=\"a.zip\"\r\nContent-Type: application/zip\r\n\r\nPK\r\n--b";
        for order in [[json, zip], [zip, json]] {
            let body = format!("--bound\r\n{}\r\n--bound\r\n{}\r\n--bound--\r\n", order[0], order[1]);
            let found = parts("multipart/form-data; boundary=\"bound\"", body.as_bytes()).unwrap();
            assert_eq!(found, json!({"options": {"deployOptions": {}}, "zip": STANDARD.encode("PK\r\n--b")}));
        }
        assert!(parts("multipart/form-data", b"").is_err());
    }
}
