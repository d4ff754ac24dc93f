//! Every path that the code answers at reaches its function, and no other path does.

use crate::template::{Template, said};

/// The most fitting route for a request, as an HTTP API chooses: the longest, whole paths before those with a rest.
pub(crate) fn reached(template: &Template, method: &str, path: &str) -> Option<String> {
    let routes = template.of_type("AWS::ApiGatewayV2::Route").filter_map(|(_, route)| {
        let (verb, pattern) = route["RouteKey"].as_str().unwrap().split_once(' ').unwrap();
        let length = match pattern.strip_suffix("{proxy+}") {
            Some(start) => path.strip_prefix(start).filter(|rest| !rest.is_empty()).map(|_| start.len())?,
            None if pattern == path => usize::MAX,
            None => return None,
        };
        let target = said(&route["Target"]);
        let integration =
            target.strip_prefix("integrations/${").and_then(|rest| rest.strip_suffix('}')).unwrap();
        let function = said(&template.properties(integration)["IntegrationUri"]);
        (verb == "ANY" || verb == method).then(|| (length, function.trim_end_matches(".Arn").to_owned()))
    });
    routes.max_by_key(|(length, _)| *length).map(|(_, function)| function)
}

/// `SyncChat` as `sync-chat`.
fn kebab(name: &str) -> String {
    let parts = name.char_indices().map(|(at, letter)| match (at, letter.is_ascii_uppercase()) {
        (0, _) | (_, false) => letter.to_ascii_lowercase().to_string(),
        _ => format!("-{}", letter.to_ascii_lowercase()),
    });
    parts.collect()
}

#[test]
fn every_call_reaches_its_function() {
    let template = Template::read();
    for (method, path, want) in [
        ("GET", "/ChatLink", "Widget"),
        ("GET", "/api/widget/sign-in/callback", "Widget"),
        ("DELETE", "/api/widget/links", "Widget"),
        ("GET", "/assets/widget/main-1a2b.js", "Widget"),
        ("GET", "/admin", "Admin"),
        ("GET", "/admin/runs", "Admin"),
        ("GET", "/assets/main-1a2b.js", "Admin"),
        ("GET", "/api/admin/openapi.json", "Admin"),
        ("POST", "/sync-chat", "SyncChat"),
        ("GET", "/sync-chat", "SyncChat"),
        ("GET", "/sync-chat/sign-in/callback", "SyncChat"),
    ] {
        assert_eq!(reached(&template, method, path).as_deref(), Some(want), "{method} {path}");
    }
    for path in
        ["/ChatLink", "/api/widget/links", "/assets/widget/a.js", "/admin/runs", "/assets/a.js", "/sync-chat"]
    {
        let here = local::external::function_of(path).map(str::to_owned);
        let there = reached(&template, "GET", path).map(|name| kebab(&name));
        assert_eq!(here, there, "{path} of `chatlink up --functions external`");
    }
    for (method, path) in admin::guarded_calls() {
        assert_eq!(reached(&template, &method, &path).as_deref(), Some("Admin"), "{method} {path}");
    }
    for (method, path) in [("GET", "/"), ("POST", "/admin"), ("GET", "/api"), ("DELETE", "/sync-chat")] {
        assert_eq!(reached(&template, method, path), None, "{method} {path}");
    }
}
