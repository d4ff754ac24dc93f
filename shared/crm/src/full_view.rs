//! Where people see the whole record: "SF Full View".

/// The address of a record's page. Salesforce itself decides between Classic and Lightning by what the agent uses; with the
/// service console, the record opens in that app of Lightning where the org has a My Domain address.
///
/// Nothing outside Salesforce can open a subtab of the console, so the record becomes a tab of its own.
pub(crate) fn full_view(instance_url: &str, service_console: bool, object: &str, id: &str) -> String {
    match instance_url.strip_suffix(".my.salesforce.com") {
        Some(my_domain) if service_console => {
            format!(
                "{my_domain}.lightning.force.com/lightning/app/standard__LightningService/r/{object}/{id}/view"
            )
        }
        _ => format!("{instance_url}/{id}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_opens_where_the_agent_works() {
        let acme = "https://acme.my.salesforce.com";
        for (instance, console, want) in [
            (acme, false, "https://acme.my.salesforce.com/001x"),
            (
                acme,
                true,
                "https://acme.lightning.force.com/lightning/app/standard__LightningService/r/Account/001x/view",
            ),
            ("http://127.0.0.1:8082", true, "http://127.0.0.1:8082/001x"),
        ] {
            assert_eq!(full_view(instance, console, "Account", "001x"), want);
        }
    }
}
