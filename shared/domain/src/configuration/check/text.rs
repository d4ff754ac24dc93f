//! What short texts must look like: API names, URLs, ids.

/// The longest API name of a custom field with its namespace and ending, and more than any other.
const LONGEST_NAME: usize = 80;

/// Whether a text can be the API name of an object or field in Salesforce: a letter, then letters, digits and `_`.
pub(super) fn is_api_name(name: &str) -> bool {
    name.len() <= LONGEST_NAME
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && !name.ends_with('_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// What to say of a text that cannot be one.
pub(super) fn no_api_name(name: &str, of: &str) -> String {
    if name.is_empty() {
        format!(
            "the API name of the {of} is empty; give the one Salesforce shows, such as Name or Order_Id__c"
        )
    } else {
        format!(
            "'{name}' cannot be the API name of a Salesforce {of}: one begins with a letter and goes on with letters, digits and '_'; copy it from Salesforce's set-up"
        )
    }
}

/// The host of a URL that is a scheme and a host alone: `https`, or `http` on this machine.
pub(super) fn host_of(url: &str) -> Option<&str> {
    let (secure, rest) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
        (Some(rest), _) => (true, rest),
        (_, Some(rest)) => (false, rest),
        _ => return None,
    };
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    let (host, port) = rest.split_once(':').unwrap_or((rest, "443"));
    let is_label = |label: &str| {
        let inside = label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        !label.is_empty() && inside && !label.starts_with('-') && !label.ends_with('-')
    };
    let here = matches!(host, "localhost" | "127.0.0.1");
    (host.split('.').all(is_label) && port.parse::<u16>().is_ok() && (secure || here)).then_some(host)
}
