//! Deployments as a client meets them: what is taken, what is refused and in which words, and who may.

use super::*;
use crate::install::Package;
use std::io::{Cursor, Write};
use zip::{ZipWriter, write::SimpleFileOptions};

const XMLNS: &str = "http://soap.sforce.com/2006/04/metadata";

/// A package of these files, which lists what is given as kind and members.
struct Bundle {
    files: Vec<(String, String)>,
    options: Value,
}

impl Bundle {
    fn of(members: &[(&str, &str)], files: &[(&str, String)]) -> Bundle {
        let mut own = vec![("package.xml".to_owned(), manifest(members))];
        own.extend(files.iter().map(|(path, text)| ((*path).to_owned(), text.clone())));
        Bundle { files: own, options: json!({"rollbackOnError": true}) }
    }

    fn ours() -> Bundle {
        let package = Package::without_app(None);
        let mut files: Vec<_> = package.files.clone().into_iter().collect();
        files.push(("package.xml".to_owned(), package.manifest()));
        Bundle { files, options: json!({"rollbackOnError": true}) }
    }

    /// The same with a text of one file replaced.
    fn with(mut self, path: &str, from: &str, to: &str) -> Bundle {
        let (_, text) = self.files.iter_mut().find(|(known, _)| known.ends_with(path)).unwrap();
        assert!(text.contains(from), "{from}");
        *text = text.replacen(from, to, 1);
        self
    }

    fn options(mut self, options: Value) -> Bundle {
        self.options = options;
        self
    }

    fn body(&self) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (path, text) in &self.files {
            zip.start_file(path.as_str(), SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        let zip = zip.finish().unwrap().into_inner();
        // The zip comes first, as Salesforce's own command line sends it.
        let mut body = b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"d.zip\"\r\nContent-Type: application/zip\r\n\r\n".to_vec();
        body.extend_from_slice(&zip);
        let options = json!({"deployOptions": self.options});
        body.extend_from_slice(
            format!("\r\n--b\r\nContent-Disposition: form-data; name=\"entity_content\"\r\nContent-Type: application/json\r\n\r\n{options}\r\n--b--\r\n").as_bytes(),
        );
        body
    }
}

fn manifest(members: &[(&str, &str)]) -> String {
    let types = members
        .iter()
        .map(|(kind, name)| format!("<types><members>{name}</members><name>{kind}</name></types>"));
    format!("<Package xmlns=\"{XMLNS}\">{}<version>67.0</version></Package>", types.collect::<String>())
}

fn file(root: &str, inner: &str) -> String {
    format!("<{root} xmlns=\"{XMLNS}\">{inner}</{root}>")
}

async fn bare() -> Client {
    Client::with(|options| options.bare = true).await.acting_as(NOOR)
}

impl Client {
    async fn post(&self, bundle: &Bundle) -> Reply {
        let request = Request::post(format!("{BASE}/metadata/deployRequest"))
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "multipart/form-data; boundary=b");
        self.send(request.body(Body::from(bundle.body())).unwrap()).await
    }

    /// The end of a deployment.
    async fn deploy(&self, bundle: &Bundle) -> Value {
        let begun = self.post(bundle).await;
        assert_eq!(begun.status, 201, "{}", begun.text());
        assert_eq!(begun.json()["deployResult"]["status"], "Pending");
        let path =
            format!("/metadata/deployRequest/{}?includeDetails=true", begun.json()["id"].as_str().unwrap());
        assert_eq!(
            self.get(&path).await.json()["deployResult"]["done"],
            false,
            "the first look comes too early"
        );
        self.get(&path).await.json()["deployResult"].clone()
    }

    /// The first problem of a deployment that is refused.
    async fn problem(&self, bundle: &Bundle) -> (String, String) {
        let result = self.deploy(bundle).await;
        assert_eq!((&result["status"], &result["success"]), (&json!("Failed"), &json!(false)), "{result}");
        let failure = &result["details"]["componentFailures"][0];
        let text = |name: &str| failure[name].as_str().unwrap_or_default().to_owned();
        let whole = result["errorMessage"].as_str().unwrap_or_default();
        (text("fullName"), text("problem") + whole)
    }
}

#[tokio::test]
async fn our_package_makes_the_object_and_a_second_time_changes_nothing() {
    let client = bare().await;
    let result = client.deploy(&Bundle::ours()).await;
    assert_eq!(result["status"], "Succeeded", "{result}");
    assert_eq!(result["numberComponentErrors"], 0);
    let count = |result: &Value, flag: &str| {
        let all = result["details"]["componentSuccesses"].as_array().unwrap().clone();
        all.iter().filter(|one| one["componentType"] != "" && one[flag] == true).count()
    };
    assert_eq!(count(&result, "created"), result["numberComponentsTotal"].as_u64().unwrap() as usize);
    let described = client.get(&format!("/sobjects/{TRANSCRIPT}/describe")).await.json();
    assert_eq!((&described["label"], &described["keyPrefix"]), (&json!("Chat Transcript"), &json!("a0T")));
    let again = client.deploy(&Bundle::ours()).await;
    assert_eq!((count(&again, "created"), count(&again, "changed")), (0, 0), "{again}");
}

#[tokio::test]
async fn checking_and_refusing_leave_no_trace_and_what_is_good_may_be_kept() {
    let client = bare().await;
    let checked = client.deploy(&Bundle::ours().options(json!({"checkOnly": true}))).await;
    assert_eq!((&checked["success"], &checked["checkOnly"]), (&json!(true), &json!(true)));
    assert!(!client.simulator.has_object(TRANSCRIPT));
    let broken = || Bundle::ours().with(".tab", "Custom18: Form", "");
    assert_eq!(
        client.problem(&broken()).await,
        (TRANSCRIPT.to_owned(), "Required field is missing: motif".to_owned())
    );
    assert!(!client.simulator.has_object(TRANSCRIPT), "all or nothing");
    let partly = client.deploy(&broken().options(json!({"rollbackOnError": false}))).await;
    assert_eq!(partly["status"], "SucceededPartial");
    assert!(client.simulator.has_object(TRANSCRIPT));
    assert_eq!(client.simulator.component("CustomTab", TRANSCRIPT), None);
}

#[tokio::test]
async fn what_points_at_nothing_or_cannot_be_is_refused_in_salesforces_words() {
    let set = "LP_Agent.permissionset";
    let object = ".object";
    for (path, from, to, name, want) in [
        (
            set,
            "LP_ChatTranscript__c.Agent__c",
            "LP_ChatTranscript__c.Conversation_Id__c",
            "LP_Agent",
            "You cannot deploy to a required field",
        ),
        (
            set,
            "LP_ChatTranscript__c.Agent__c",
            "LP_ChatTranscript__c.Agnt__c",
            "LP_Agent",
            "no CustomField named LP_ChatTranscript__c.Agnt__c found",
        ),
        (
            set,
            "<application>Chatlink<",
            "<application>Chatlnk<",
            "LP_Agent",
            "no CustomApplication named Chatlnk found",
        ),
        (set, "<allowRead>true<", "<allowRead>false<", "LP_Agent", "depends on permission(s): allowRead"),
        (
            ".layout",
            "<field>Skill__c<",
            "<field>Skil__c<",
            "LP_ChatTranscript__c-Chat Transcript Layout",
            "no CustomField named LP_ChatTranscript__c.Skil__c",
        ),
        (
            ".layout",
            "<field>Conversation_Id__c<",
            "<field>Skill__c<",
            "LP_ChatTranscript__c-Chat Transcript Layout",
            "Layout must contain an item for required layout field",
        ),
        (
            ".report",
            "$Agent__c",
            "$Agnt__c",
            "Chatlink/Conversations_by_Skill",
            "LP_ChatTranscript__c$Agnt__c is no column",
        ),
        (
            ".report",
            "<field>LP_ChatTranscript__c$Agent__c",
            "<field>LP_ChatTranscript__c$Skill__c",
            "Chatlink/Conversations_by_Skill",
            "is a grouping",
        ),
        (".app", "<tabs>LP_", "<tabs>LQ_", "Chatlink", "no CustomTab named LQ_ChatTranscript__c"),
        (
            object,
            "<referenceTo>Account<",
            "<referenceTo>Acount<",
            "LP_ChatTranscript__c.Account__c",
            "does not resolve to a valid sObject type",
        ),
        (
            object,
            "<referenceTo>Case<",
            "<referenceTo>Account<",
            "LP_ChatTranscript__c.Case__c",
            "duplicate value found: the relationship name LP_ChatTranscripts",
        ),
        (
            object,
            "<length>131072<",
            "<length>131073<",
            "LP_ChatTranscript__c.Transcript__c",
            "between 256 and 131072",
        ),
        (
            object,
            "<fullName>Ended__c<",
            "<fullName>Started__c<",
            "LP_ChatTranscript__c.Started__c",
            "Duplicate CustomField in the package",
        ),
        ("package.xml", "<members>LP_Admin</members>", "", "LP_Admin", "Not in package.xml"),
        (
            "package.xml",
            "<members>LP_Agent</members>",
            "<members>LP_Agnt</members>",
            "LP_Agent",
            "Not in package.xml",
        ),
    ] {
        let (refused, problem) = bare().await.problem(&Bundle::ours().with(path, from, to)).await;
        assert!(refused == name && problem.contains(want), "{from} -> {to}: {refused}: {problem}");
    }
    let missing = Bundle::of(&[("CustomTab", "X__c")], &[]);
    let want =
        "An object 'X__c' of type CustomTab was named in package.xml, but was not found in zipped directory";
    assert_eq!(bare().await.problem(&missing).await, ("X__c".to_owned(), want.to_owned()));
    let without = Bundle { files: Vec::new(), options: json!({}) };
    assert_eq!(bare().await.problem(&without).await.1, "No package.xml found");
}

#[tokio::test]
async fn a_field_keeps_its_type_and_its_length() {
    let client = Client::new().await.acting_as(NOOR);
    for (from, to, want) in [
        ("<length>131072<", "<length>32768<", "Cannot shorten Transcript__c from 131072 to 32768"),
        ("<precision>12</precision>", "<length>12</length>", "Must specify 'precision'"),
        ("<type>DateTime<", "<type>Date<", "Cannot change the type of Ended__c"),
        ("<referenceTo>Lead<", "<referenceTo>Policy__c<", "Cannot change what Lead__c refers to"),
    ] {
        let (_, problem) = client.problem(&Bundle::ours().with(".object", from, to)).await;
        assert!(problem.contains(want), "{problem}");
    }
    // Longer and other labels are fine.
    let longer = Bundle::ours().with(".object", "<length>20<", "<length>40<");
    assert_eq!(client.deploy(&longer).await["success"], true);
    let described = client.get(&format!("/sobjects/{TRANSCRIPT}/describe")).await.json();
    let fields = described["fields"].as_array().unwrap();
    assert_eq!(fields.iter().find(|field| field["name"] == "Channel__c").unwrap()["length"], 40);
    assert!(fields.iter().any(|field| field["name"] == "CSAT__c"), "the customer's own fields stay");
}

#[tokio::test]
async fn a_field_of_a_standard_object_comes_alone() {
    let client = Client::new().await.acting_as(NOOR);
    let inner = "<fields><fullName>Mood__c</fullName><label>Mood</label><length>20</length><type>Text</type></fields>";
    let bundle = Bundle::of(
        &[("CustomField", "Case.Mood__c")],
        &[("objects/Case.object", file("CustomObject", inner))],
    );
    let result = client.deploy(&bundle).await;
    assert_eq!(result["success"], true, "{result}");
    let described = client.get("/sobjects/Case/describe").await.json();
    assert!(described["fields"].as_array().unwrap().iter().any(|field| field["name"] == "Mood__c"));
}

#[tokio::test]
async fn what_somebody_has_is_not_deleted_and_what_is_not_there_is_a_warning() {
    let client = Client::new().await.acting_as(NOOR);
    let removal =
        |members: &[(&str, &str)]| Bundle::of(&[], &[("destructiveChanges.xml", manifest(members))]);
    let (name, problem) = client.problem(&removal(&[("PermissionSet", "LP_Agent")])).await;
    assert!(name == "LP_Agent" && problem.contains("assigned"), "{problem}");
    let result = client.deploy(&removal(&[("CustomTab", "Nope__c"), ("CustomTab", TRANSCRIPT)])).await;
    assert_eq!(result["success"], true, "{result}");
    let warning = &result["details"]["componentFailures"][0];
    assert_eq!(warning["problemType"], "Warning");
    assert_eq!(warning["problem"], "No CustomTab named: Nope__c found");
    let deleted =
        result["details"]["componentSuccesses"].as_array().unwrap().iter().any(|one| one["deleted"] == true);
    assert!(deleted && client.simulator.component("CustomTab", TRANSCRIPT).is_none());
}

#[tokio::test]
async fn only_administrators_deploy_and_assign_and_what_is_no_request_is_refused() {
    let client = Client::new().await;
    for user in [SYNC, TOMO] {
        let person = client.acting_as(user);
        let (status, code) = person.post(&Bundle::ours()).await.refusal();
        assert_eq!((status, code.as_str()), (403, "INSUFFICIENT_ACCESS"), "{user}");
        let body = json!({"AssigneeId": "005", "PermissionSetId": "0PS"});
        let refused = person.call("POST", "/sobjects/PermissionSetAssignment", body).await;
        assert_eq!(refused.refusal(), (400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY".to_owned()), "{user}");
    }
    let noor = client.acting_as(NOOR);
    let path = "/metadata/deployRequest";
    assert_eq!(noor.call("POST", path, json!({"deployOptions": {}})).await.status, 400);
    assert_eq!(noor.get(&format!("{path}/0AfLk0000000001AAA")).await.status, 404);
    assert_eq!(noor.get("/metadata/retrieveRequest").await.status, 404);
    let set = noor.id_of("SELECT Id FROM PermissionSet WHERE Name = 'LP_Administrator'").await;
    let user = noor.id_of(&format!("SELECT Id FROM User WHERE Username = '{NOOR}'")).await;
    let body = json!({"AssigneeId": user, "PermissionSetId": set});
    let twice = noor.call("POST", "/sobjects/PermissionSetAssignment", body).await;
    assert_eq!(twice.refusal(), (400, "DUPLICATE_VALUE".to_owned()));
}

#[tokio::test]
async fn the_custom_permission_comes_with_its_permission_set() {
    let client = bare().await;
    client.deploy(&Bundle::ours()).await;
    let permissions = async || {
        let answer = client.form(
            "/services/oauth2/token",
            &[("grant_type", "password"), ("username", NOOR), ("password", "harbour-7")],
        );
        let token = answer.await.json()["access_token"].as_str().unwrap().to_owned();
        let org = client.simulator.0.lock();
        let user = org.access.find(&token).unwrap().user.clone();
        super::super::metadata::access::custom_permissions(&org, &user)
    };
    assert!(permissions().await.is_empty());
    let set = client.id_of("SELECT Id FROM PermissionSet WHERE Name = 'LP_Administrator'").await;
    let user = client.id_of(&format!("SELECT Id FROM User WHERE Username = '{NOOR}'")).await;
    client.create("PermissionSetAssignment", json!({"AssigneeId": user, "PermissionSetId": set})).await;
    assert_eq!(permissions().await.into_iter().collect::<Vec<_>>(), ["LP_Admin"]);
}
