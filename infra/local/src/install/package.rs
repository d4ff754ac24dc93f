//! The package: what lies in `infra/salesforce` in source format, put together in the metadata format that an org takes.

use super::xml::{self, NAMESPACE};
use include_dir::{Dir, include_dir};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Cursor, Write},
};
use zip::{ZipWriter, write::SimpleFileOptions};

/// The files of the source, as they were when the command was built.
static SOURCE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../salesforce/force-app/main/default");
/// What the source says in place of the stack's address.
pub(crate) const ANY_STACK: &str = "https://chatlink.example.com";
/// What the source says in place of the address of whoever answers for the app.
const ANY_CONTACT: &str = "administrator@example.com";
/// API name of the external client app.
pub(crate) const APP: &str = "Chatlink";
/// The version of the format.
const VERSION: &str = "67.0";

/// A kind of component: its folder, how its files end, and its name in a manifest.
pub(crate) struct Kind {
    pub(crate) folder: &'static str,
    pub(crate) suffix: &'static str,
    pub(crate) name: &'static str,
}

const fn kind(folder: &'static str, suffix: &'static str, name: &'static str) -> Kind {
    Kind { folder, suffix, name }
}

/// The kinds a package of ours has, each in one file of its own.
pub(crate) const KINDS: [Kind; 13] = [
    kind("applications", "app", "CustomApplication"),
    kind("cspTrustedSites", "cspTrustedSite", "CspTrustedSite"),
    kind("customPermissions", "customPermission", "CustomPermission"),
    kind("externalClientApps", "eca", "ExternalClientApplication"),
    kind("extlClntAppGlobalOauthSets", "ecaGlblOauth", "ExtlClntAppGlobalOauthSettings"),
    kind("extlClntAppOauthPolicies", "ecaOauthPlcy", "ExtlClntAppOauthConfigurablePolicies"),
    kind("extlClntAppOauthSettings", "ecaOauth", "ExtlClntAppOauthSettings"),
    kind("layouts", "layout", "Layout"),
    kind("objects", "object", "CustomObject"),
    kind("permissionsets", "permissionset", "PermissionSet"),
    kind("reportTypes", "reportType", "ReportType"),
    kind("reports", "report", "Report"),
    kind("tabs", "tab", "CustomTab"),
];

/// The parts of an object that have files of their own in source format: folder, element in the object's file, and kind.
pub(crate) const PARTS: [(&str, &str, &str); 3] = [
    ("fields", "fields", "CustomField"),
    ("listViews", "listViews", "ListView"),
    ("webLinks", "webLinks", "WebLink"),
];

/// Whether a kind of component belongs to the external client app.
pub(crate) fn is_of_the_app(kind: &str) -> bool {
    kind == "ExternalClientApplication" || kind.starts_with("ExtlClntApp")
}

/// Files by their path, and the components in them by kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Package {
    pub(crate) files: BTreeMap<String, String>,
    pub(crate) members: BTreeMap<String, BTreeSet<String>>,
}

/// What the app gets that is in no source: it is of one org.
#[derive(Clone, Debug, Default)]
pub(crate) struct AppSettings {
    /// The stack's address.
    pub(crate) stack: String,
    /// E-mail address of whoever answers for the app.
    pub(crate) contact: String,
    /// The key the app is to have; Salesforce makes one when there is none.
    pub(crate) consumer_key: Option<String>,
    /// X.509 certificate, PEM, of the key the sync signs in with.
    pub(crate) certificate: Option<String>,
}

impl Package {
    /// Everything in the source, for that stack.
    pub(crate) fn of_source(stack: Option<&str>) -> Package {
        let mut package = Package::default();
        let (mut left_out, mut layouts) = (Vec::new(), Vec::new());
        let mut objects: BTreeMap<&str, BTreeMap<String, &str>> = BTreeMap::new();
        for (path, text) in source_files(&SOURCE) {
            if stack.is_none() && text.contains(ANY_STACK) {
                left_out.push(path);
                continue;
            }
            match path.split('/').collect::<Vec<_>>().as_slice() {
                ["objects", object, rest @ ..] => {
                    objects.entry(object).or_default().insert(rest.join("/"), text);
                }
                ["layouts", _] => layouts.push((path, text)),
                _ => package.add_file(path, text, stack),
            }
        }
        for (path, text) in layouts {
            package.add_file(path, &without_buttons(text, &left_out), stack);
        }
        for (object, files) in objects {
            package.add_object(object, &files, stack);
        }
        package
    }

    /// All but the external client app. Without a stack's address, what needs one is left out.
    pub(crate) fn without_app(stack: Option<&str>) -> Package {
        Package::of_source(stack).only(|kind| !is_of_the_app(kind))
    }

    /// The external client app alone.
    pub(crate) fn app(settings: &AppSettings) -> Package {
        let mut package = Package::of_source(Some(&settings.stack)).only(is_of_the_app);
        if !settings.contact.is_empty() {
            let contact = xml::escape(&settings.contact);
            package.files.values_mut().for_each(|text| *text = text.replace(ANY_CONTACT, &contact));
        }
        package.add_component(
            "ExtlClntAppGlobalOauthSettings",
            &format!("{APP}_global"),
            format!("extlClntAppGlobalOauthSets/{APP}_global.ecaGlblOauth"),
            global_settings(settings),
        );
        package
    }

    /// This one and another in one.
    pub(crate) fn and(mut self, other: Package) -> Package {
        self.files.extend(other.files);
        for (kind, members) in other.members {
            self.members.entry(kind).or_default().extend(members);
        }
        self
    }

    /// The manifest, as sorted as Salesforce's own tools write it.
    pub(crate) fn manifest(&self) -> String {
        manifest(self.members.iter().map(|(kind, members)| (kind.as_str(), members)))
    }

    /// The package as an org takes it.
    pub(crate) fn zip(&self) -> Result<Vec<u8>, zip::result::ZipError> {
        zipped(
            self.files
                .iter()
                .map(|(path, text)| (path.as_str(), text.as_str()))
                .chain([("package.xml", self.manifest().as_str())]),
        )
    }

    /// What takes the components away again. Parts of an object go with it.
    pub(crate) fn removal_zip(&self) -> Result<Vec<u8>, zip::result::ZipError> {
        let goes_along = |kind: &str| kind == "Layout" || PARTS.iter().any(|(_, _, part)| *part == kind);
        let own = self.members.iter().filter(|(kind, _)| !goes_along(kind));
        let removed = manifest(own.map(|(kind, members)| (kind.as_str(), members)));
        zipped([("package.xml", manifest([]).as_str()), ("destructiveChanges.xml", removed.as_str())])
    }

    fn only(mut self, wanted: impl Fn(&str) -> bool) -> Package {
        let folder = |path: &str| KINDS.iter().find(|kind| path.split('/').next() == Some(kind.folder));
        self.files.retain(|path, _| folder(path).is_some_and(|kind| wanted(kind.name)));
        self.members.retain(|kind, _| wanted(kind));
        self
    }

    fn add_component(&mut self, kind: &str, name: &str, path: String, text: String) {
        self.members.entry(kind.to_owned()).or_default().insert(name.to_owned());
        self.files.insert(path, text);
    }

    fn add_file(&mut self, path: &str, text: &str, stack: Option<&str>) {
        let text = text.replace(ANY_STACK, &xml::escape(stack.unwrap_or(ANY_STACK)));
        let (folder, file) = path.split_once('/').unwrap_or_default();
        let bare = file.strip_suffix("-meta.xml").unwrap_or(file);
        // A folder of reports has a kind of its own in source format only.
        if let Some(name) = bare.strip_suffix(".reportFolder") {
            self.add_component("Report", name, format!("reports/{name}-meta.xml"), text);
        } else if let Some(kind) = KINDS.iter().find(|kind| kind.folder == folder)
            && let Some(name) = bare.strip_suffix(kind.suffix).and_then(|name| name.strip_suffix('.'))
        {
            self.add_component(kind.name, name, format!("{folder}/{bare}"), text);
        }
    }

    /// An object and its parts become one file.
    fn add_object(&mut self, object: &str, files: &BTreeMap<String, &str>, stack: Option<&str>) {
        let own = files.get(&format!("{object}.object-meta.xml")).copied().unwrap_or_default();
        let mut inner = xml::inner(own).to_owned();
        for (folder, element, kind) in PARTS {
            for (path, text) in files.iter().filter(|(path, _)| path.starts_with(&format!("{folder}/"))) {
                let part = path.split(['/', '.']).nth(1).unwrap_or_default();
                self.members.entry(kind.to_owned()).or_default().insert(format!("{object}.{part}"));
                inner.push_str(&format!("\n    <{element}>\n    {}\n    </{element}>", xml::inner(text)));
            }
        }
        let text =
            format!("{}<CustomObject xmlns=\"{NAMESPACE}\">\n    {inner}\n</CustomObject>\n", xml::HEAD);
        let text = text.replace(ANY_STACK, &xml::escape(stack.unwrap_or(ANY_STACK)));
        self.add_component("CustomObject", object, format!("objects/{object}.object"), text);
    }
}

/// Path below the source's folder and text of every file, in order.
fn source_files(folder: &'static Dir<'static>) -> Vec<(&'static str, &'static str)> {
    let own = folder.files().filter_map(|file| Some((file.path().to_str()?, file.contents_utf8()?)));
    let mut files: Vec<_> = own.chain(folder.dirs().flat_map(source_files)).collect();
    files.sort_unstable();
    files
}

/// A layout without the buttons whose files are left out.
fn without_buttons(layout: &str, left_out: &[&str]) -> String {
    let buttons = left_out.iter().filter_map(|path| path.split_once("/webLinks/"));
    buttons.fold(layout.to_owned(), |layout, (_, file)| {
        let button = file.split('.').next().unwrap_or_default();
        layout.replace(&format!("    <customButtons>{button}</customButtons>\n"), "")
    })
}

/// Which addresses people come back to, and what signing in takes: PKCE, not the app's secret.
fn global_settings(settings: &AppSettings) -> String {
    let stack = &settings.stack;
    let callbacks =
        ["api/admin", "api/widget", "sync-chat"].map(|path| format!("{stack}/{path}/sign-in/callback"));
    let mut elements = vec![("callbackUrl", callbacks.join("\n"))];
    elements.extend(settings.certificate.clone().map(|certificate| ("certificate", certificate)));
    elements.extend(settings.consumer_key.clone().map(|key| ("consumerKey", key)));
    let said = |text: &str| text.to_owned();
    elements.extend([
        ("externalClientApplication", said(APP)),
        ("isConsumerSecretOptional", said("true")),
        ("isIntrospectAllTokens", said("false")),
        ("isPkceRequired", said("true")),
        ("isSecretRequiredForRefreshToken", said("false")),
        ("label", format!("{APP} Global OAuth")),
        ("shouldRotateConsumerKey", said("false")),
        ("shouldRotateConsumerSecret", said("false")),
    ]);
    let lines: String =
        elements.iter().map(|(name, text)| format!("    <{name}>{}</{name}>\n", xml::escape(text))).collect();
    let root = "ExtlClntAppGlobalOauthSettings";
    format!("{}<{root} xmlns=\"{NAMESPACE}\">\n{lines}</{root}>\n", xml::HEAD)
}

fn manifest<'a>(members: impl IntoIterator<Item = (&'a str, &'a BTreeSet<String>)>) -> String {
    let types = members.into_iter().map(|(kind, members)| {
        let members: String = members
            .iter()
            .map(|member| format!("        <members>{}</members>\n", xml::escape(member)))
            .collect();
        format!("    <types>\n{members}        <name>{kind}</name>\n    </types>\n")
    });
    let types: String = types.collect();
    format!(
        "{}<Package xmlns=\"{NAMESPACE}\">\n{types}    <version>{VERSION}</version>\n</Package>\n",
        xml::HEAD
    )
}

fn zipped<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Vec<u8>, zip::result::ZipError> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, text) in files {
        zip.start_file(path, SimpleFileOptions::default())?;
        zip.write_all(text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;
    use sync::OWN_FIELDS;

    const STACK: &str = "https://stack.example.org";
    const LAYOUT: &str = "layouts/LP_ChatTranscript__c-Chat Transcript Layout.layout";
    const OBJECT: &str = "objects/LP_ChatTranscript__c.object";

    #[test]
    fn the_object_has_the_fields_the_sync_writes_and_its_five_lookups() {
        let package = Package::without_app(None);
        let mut wanted: BTreeSet<String> =
            OWN_FIELDS.iter().map(|name| format!("LP_ChatTranscript__c.{name}")).collect();
        let parents = ["Account", "Contact", "Lead", "Case", "Opportunity"];
        wanted.extend(parents.map(|parent| format!("LP_ChatTranscript__c.{parent}__c")));
        assert_eq!(package.members["CustomField"], wanted);
        let relationship = "<relationshipName>LP_ChatTranscripts</relationshipName>";
        assert_eq!(package.files[OBJECT].matches(relationship).count(), 5);
    }

    #[test]
    fn every_file_is_read_and_every_component_is_in_the_manifest() {
        let package = Package::of_source(Some(STACK));
        assert_eq!(package.files.len(), 15, "{:?}", package.files.keys());
        assert_eq!(package.members.len(), 15, "{:?}", package.members.keys());
        for text in package.files.values().chain([&package.manifest()]) {
            roxmltree::Document::parse(text).unwrap();
            assert!(!text.contains(ANY_STACK), "{text}");
        }
    }

    #[test]
    fn without_a_stack_what_needs_its_address_is_left_out() {
        let (with, without) = (Package::without_app(Some(STACK)), Package::without_app(None));
        let button = format!("<url>{STACK}/sync-chat?record={{!LP_ChatTranscript__c.Id}}</url>");
        assert!(with.files[OBJECT].contains(&button) && with.files[LAYOUT].contains("<customButtons>"));
        assert!(
            !without.files[OBJECT].contains("webLinks") && !without.files[LAYOUT].contains("customButtons")
        );
        for kind in ["WebLink", "CspTrustedSite"] {
            assert!(with.members.contains_key(kind) && !without.members.contains_key(kind), "{kind}");
        }
        assert!(!with.members.keys().any(|kind| is_of_the_app(kind)));
    }

    #[test]
    fn the_app_asks_for_pkce_and_not_for_its_secret() {
        let certificate = Some("-----BEGIN CERTIFICATE-----".to_owned());
        let settings = AppSettings {
            stack: STACK.to_owned(),
            consumer_key: Some("key1".to_owned()),
            certificate,
            contact: "noor@acme.example".to_owned(),
        };
        let package = Package::app(&settings);
        let text = &package.files["extlClntAppGlobalOauthSets/Chatlink_global.ecaGlblOauth"];
        for part in [
            "<isPkceRequired>true<",
            "<isConsumerSecretOptional>true<",
            "<isSecretRequiredForRefreshToken>false<",
            "https://stack.example.org/api/admin/sign-in/callback\nhttps://stack.example.org/api/widget/sign-in/callback\nhttps://stack.example.org/sync-chat/sign-in/callback<",
            "<consumerKey>key1<",
            "<certificate>-----BEGIN",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert_eq!(package.members.len(), 4);
        let app = &package.files["externalClientApps/Chatlink.eca"];
        assert!(app.contains("<contactEmail>noor@acme.example<"), "{app}");
        assert!(
            SOURCE.get_dir("extlClntAppGlobalOauthSets").is_none(),
            "they are of one org, not in the source"
        );
    }

    #[test]
    fn no_permission_set_names_a_required_field_and_each_names_all_others() {
        let package = Package::without_app(None);
        for set in &package.members["PermissionSet"] {
            let text = &package.files[&format!("permissionsets/{set}.permissionset")];
            for field in &package.members["CustomField"] {
                let named = text.contains(&format!("<field>{field}</field>"));
                assert_eq!(named, !field.ends_with("Conversation_Id__c"), "{set}: {field}");
            }
        }
        let administrator = &package.files["permissionsets/LP_Administrator.permissionset"];
        let permission = format!("<name>{}</name>", salesforce::sign_in::ADMIN_PERMISSION);
        assert!(
            administrator.contains(&permission) && package.members["CustomPermission"].contains("LP_Admin")
        );
    }
}
