//! Who the caller is: userinfo, the identity URL, and the SOAP login ordinary clients begin with.

use super::{
    answer::Answer,
    id, metadata,
    oauth::{self, Endpoint},
    org::{Org, organization_id},
    pages::escape,
    store::Row,
};
use serde_json::{Value, json};

fn text<'a>(row: &'a Row, name: &str) -> &'a str {
    row.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Answers `GET /services/oauth2/userinfo` for a user.
pub(crate) fn userinfo(org: &Org, endpoint: &Endpoint<'_>, user: &str, scope: &str) -> Answer {
    let Some(row) = org.store.live("User", user) else { return plain(404, "Bad_Id") };
    let url = endpoint.url;
    let mut body = json!({
        "sub": format!("{url}/id/{}/{user}", organization_id()),
        "user_id": user,
        "organization_id": organization_id(),
        "preferred_username": text(row, "Username"),
        "nickname": text(row, "CommunityNickname"),
        "name": text(row, "Name"),
        "email": text(row, "Email"),
        "email_verified": true,
        "given_name": text(row, "FirstName"),
        "family_name": text(row, "LastName"),
        "zoneinfo": text(row, "TimeZoneSidKey"),
        "photos": {"picture": format!("{url}/profilephoto/005/F"), "thumbnail": format!("{url}/profilephoto/005/T")},
        "profile": format!("{url}/{user}"),
        "picture": format!("{url}/profilephoto/005/F"),
        "urls": urls(url, user),
        "active": true,
        "user_type": "STANDARD",
        "language": "en_US",
        "locale": "en_US",
        "utcOffset": 0,
        "updated_at": text(row, "LastModifiedDate").replace("+0000", "Z"),
        "is_salesforce_integration_user": false,
    });
    if scope.split_whitespace().any(|one| one == "custom_permissions") {
        let own = metadata::access::custom_permissions(org, user);
        body["custom_permissions"] = own.into_iter().map(|name| (name, Value::Bool(true))).collect();
    }
    Answer::ok(body)
}

/// Answers `GET /id/{organization}/{user}`.
pub(crate) fn identity(org: &Org, endpoint: &Endpoint<'_>, organization: &str, user: &str) -> Answer {
    if id::normalize(organization) != Some(organization_id()) {
        return plain(403, "Wrong_Org");
    }
    let user = id::normalize(user).unwrap_or_default();
    let Some(row) = org.store.live("User", &user) else { return plain(403, "Bad_Id") };
    let url = endpoint.url;
    Answer::ok(json!({
        "id": format!("{url}/id/{}/{user}", organization_id()),
        "asserted_user": true,
        "user_id": user,
        "organization_id": organization_id(),
        "username": text(row, "Username"),
        "nick_name": text(row, "CommunityNickname"),
        "display_name": text(row, "Name"),
        "email": text(row, "Email"),
        "email_verified": true,
        "first_name": text(row, "FirstName"),
        "last_name": text(row, "LastName"),
        "timezone": text(row, "TimeZoneSidKey"),
        "photos": {"picture": format!("{url}/profilephoto/005/F"), "thumbnail": format!("{url}/profilephoto/005/T")},
        "status": {"created_date": null, "body": null},
        "urls": urls(url, &user),
        "active": true,
        "user_type": "STANDARD",
        "language": "en_US",
        "locale": "en_US",
        "utcOffset": 0,
        "last_modified_date": text(row, "LastModifiedDate"),
    }))
}

/// Identity errors are plain text, unlike all others.
pub(crate) fn plain(status: u16, message: &str) -> Answer {
    Answer { status, ..Answer::bytes("text/html; charset=UTF-8", message.as_bytes().to_vec()) }
}

fn urls(url: &str, user: &str) -> Value {
    let rest = format!("{url}/services/data/v{{version}}/");
    let soap =
        |letter: &str| format!("{url}/services/Soap/{letter}/{{version}}/{}", &organization_id()[..15]);
    json!({
        "enterprise": soap("c"),
        "metadata": soap("m"),
        "partner": soap("u"),
        "rest": rest,
        "sobjects": format!("{rest}sobjects/"),
        "search": format!("{rest}search/"),
        "query": format!("{rest}query/"),
        "recent": format!("{rest}recent/"),
        "tooling_soap": soap("T"),
        "tooling_rest": format!("{rest}tooling/"),
        "profile": format!("{url}/{user}"),
        "feeds": format!("{rest}chatter/feeds"),
        "groups": format!("{rest}chatter/groups"),
        "users": format!("{rest}chatter/users"),
        "feed_items": format!("{rest}chatter/feed-items"),
        "feed_elements": format!("{rest}chatter/feed-elements"),
        "custom_domain": url,
    })
}

/// Answers a SOAP envelope: `login`, `logout` and nothing else.
pub(crate) fn soap(org: &mut Org, endpoint: &Endpoint<'_>, version: &str, envelope: &str) -> Answer {
    let Some(username) = element(envelope, "username") else {
        return match element(envelope, "sessionId").filter(|_| envelope.contains("logout")) {
            Some(token) => {
                let _ = org.revoke(&token);
                xml(200, "<logoutResponse/>")
            }
            None => fault("UNKNOWN_EXCEPTION", "only login and logout are served here"),
        };
    };
    let password = element(envelope, "password").unwrap_or_default();
    let Some(user) = oauth::check_password(org, endpoint.credentials, &username, &password) else {
        return fault("INVALID_LOGIN", "Invalid username, password, security token; or user locked out.");
    };
    let Ok(token) = oauth::new_access_token(org, &user, "api id full", None) else {
        return fault("UNKNOWN_EXCEPTION", "the journal cannot be written");
    };
    let organization = organization_id();
    let server = format!("{}/services/Soap/u/{version}/{}", endpoint.url, &organization[..15]);
    let name = org.store.live("User", &user).map(|row| text(row, "Name").to_owned()).unwrap_or_default();
    xml(
        200,
        &format!(
            "<loginResponse><result><metadataServerUrl>{}</metadataServerUrl><passwordExpired>false</passwordExpired>\
             <sandbox>false</sandbox><serverUrl>{server}</serverUrl><sessionId>{token}</sessionId><userId>{user}</userId>\
             <userInfo><organizationId>{organization}</organizationId><sessionSecondsValid>7200</sessionSecondsValid>\
             <userFullName>{}</userFullName><userId>{user}</userId><userName>{}</userName></userInfo></result></loginResponse>",
            server.replace("/u/", "/m/"),
            escape(&name),
            escape(&username),
        ),
    )
}

fn fault(code: &str, message: &str) -> Answer {
    xml(
        500,
        &format!(
            "<soapenv:Fault><faultcode>sf:{code}</faultcode><faultstring>{code}: {message}</faultstring><detail>\
             <sf:LoginFault xsi:type=\"sf:LoginFault\"><sf:exceptionCode>{code}</sf:exceptionCode>\
             <sf:exceptionMessage>{message}</sf:exceptionMessage></sf:LoginFault></detail></soapenv:Fault>"
        ),
    )
}

fn xml(status: u16, body: &str) -> Answer {
    let envelope = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soapenv:Envelope \
         xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns=\"urn:partner.soap.sforce.com\" \
         xmlns:sf=\"urn:fault.partner.soap.sforce.com\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\
         <soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"
    );
    Answer { status, ..Answer::bytes("text/xml; charset=UTF-8", envelope.into_bytes()) }
}

/// The text of the first element of this name, whatever its prefix. Enough for a login, and no more is served.
fn element(xml: &str, name: &str) -> Option<String> {
    let mut rest = xml;
    while let Some(open) = rest.find('<') {
        let tag_end = open + rest[open..].find('>')?;
        let tag = rest[open + 1..tag_end].split_whitespace().next().unwrap_or_default();
        let after = &rest[tag_end + 1..];
        if tag.rsplit(':').next() == Some(name) && !tag.starts_with('/') {
            return Some(unescape(&after[..after.find('<')?]));
        }
        rest = after;
    }
    None
}

fn unescape(text: &str) -> String {
    let named = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&amp;", "&"),
    ];
    named.iter().fold(text.to_owned(), |text, (entity, plain)| text.replace(entity, plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn soap_elements_are_found_whatever_their_prefix() {
        let xml = "<e:Envelope><n1:login xmlns:n1=\"urn:x\"><n1:username>a&amp;b</n1:username></n1:login></e:Envelope>";
        assert_eq!(element(xml, "username").as_deref(), Some("a&b"));
        assert_eq!(element(xml, "password"), None);
    }
}
