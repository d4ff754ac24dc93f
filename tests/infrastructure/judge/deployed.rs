//! A stack deployed to the emulator as an operator deploys it, and the simulated outside systems beside it.

use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_dynamodb::config::{Credentials, Region, SharedCredentialsProvider};
use reqwest::{Client, Method, header};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

const FUNCTIONS: [&str; 6] = ["admin", "sync-chat", "sync-plan", "sync-slice", "transcript", "widget"];

/// Where the emulator is.
pub(crate) fn judge() -> String {
    std::env::var("CHATLINK_JUDGE")
        .expect("an emulator of AWS: `cargo xtask infrastructure` starts it and runs this")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

fn home() -> PathBuf {
    root().join("target/infrastructure/judge")
}

/// Leaves a document for people and other tasks.
pub(crate) fn leave(name: &str, document: &Value) {
    fs::write(home().join(name), serde_json::to_string_pretty(document).unwrap()).unwrap();
}

/// What `cargo xtask cost` reckons with is about what was counted. Asking whether a run has ended reads too, and more often on
/// a slow machine.
pub(crate) fn is_as_priced(counted: &Value) {
    let costs: toml::Table =
        fs::read_to_string(root().join("infra/xtask/costs.toml")).unwrap().parse().unwrap();
    for run in ["changed", "unchanged"] {
        let thousands = counted[run]["conversations"].as_f64().unwrap() / 1000.0;
        for unit in ["write_units", "read_units"] {
            let (reckoned, seen) = (costs["counted"][run][unit].as_integer().unwrap(), &counted[run][unit]);
            let ratio = seen.as_f64().unwrap() / thousands / reckoned as f64;
            assert!(
                (0.5..=1.5).contains(&ratio),
                "infra/xtask/costs.toml says {reckoned} {unit} per 1,000 {run} conversations; {:.0} were counted",
                seen.as_f64().unwrap() / thousands
            );
        }
    }
}

/// The SDK's configuration for the emulator, as the account's owner.
pub(crate) fn config() -> SdkConfig {
    let credentials = Credentials::new("test", "test", None, None, "judge");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(judge())
        .region(Region::new("eu-central-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .build()
}

/// LivePerson and Salesforce, simulated; they end with the test.
pub(crate) struct Simulators {
    process: Child,
    pub(crate) ready: Value,
}

impl Simulators {
    pub(crate) fn start() -> Simulators {
        let anywhere = "127.0.0.1:0";
        let mut process = Command::new(tests::chatlink())
            .args(["simulators", "--liveperson", anywhere, "--salesforce", anywhere])
            .args(["--conversations", "3000", "--days", "30"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Simulators { process, ready: serde_json::from_str(&line).unwrap() }
    }

    /// What the org says to a query of its sync user.
    pub(crate) async fn query(&self, soql: &str) -> Value {
        let org = &self.ready["salesforce"];
        let url = org["url"].as_str().unwrap();
        let text = |name: &str| org[name].as_str().unwrap().to_owned();
        let form = [
            ("grant_type", "client_credentials".to_owned()),
            ("client_id", text("client_id")),
            ("client_secret", text("client_secret")),
        ];
        let sign_in = Client::new()
            .post(format!("{url}/services/oauth2/token"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish());
        let answer = |request: reqwest::RequestBuilder| async {
            let text = request.send().await.unwrap().text().await.unwrap();
            serde_json::from_str::<Value>(&text).unwrap_or_else(|_| panic!("{text}"))
        };
        let signed_in = answer(sign_in).await;
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("q", soql).finish();
        let request = Client::new().get(format!("{url}/services/data/v67.0/query?{query}"));
        answer(request.bearer_auth(signed_in["access_token"].as_str().unwrap())).await
    }
}

impl Drop for Simulators {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is gone afterwards.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The template as the emulator can take it; the table above says why.
fn judged() -> PathBuf {
    let template = fs::read_to_string(root().join("infra/template.yaml")).unwrap();
    let mut judged = template.clone();
    let code = home().join("code").display().to_string();
    for (ours, theirs) in [
        ("../target/lambda", code.as_str()),
        ("MaximumConcurrency: !Ref SlicesAtOnce", "MaximumConcurrency: 4"),
        (":schedule/${ScheduleGroup}/", ":schedule/default/"),
    ] {
        assert!(judged.contains(ours), "the template has no {ours} any more");
        judged = judged.replace(ours, theirs);
    }
    let file = home().join("template.yaml");
    fs::write(&file, judged).unwrap();
    file
}

/// The functions as they were built for this machine, without symbols, zipped in a hurry.
fn zip_functions() {
    let script = "import sys, zipfile\n\
        zip = zipfile.ZipFile(sys.argv[1] + '/bootstrap.zip', 'w', zipfile.ZIP_DEFLATED, compresslevel=1)\n\
        zip.write(sys.argv[1] + '/bootstrap', 'bootstrap')\n\
        zip.close()\n";
    for function in FUNCTIONS {
        let folder = home().join("code").join(function);
        fs::create_dir_all(&folder).unwrap();
        let bootstrap = folder.join("bootstrap");
        let stripped = Command::new("strip").arg("-o").arg(&bootstrap).arg(tests::built(function)).status();
        assert!(stripped.unwrap().success());
        assert!(Command::new("python3").args(["-c", script]).arg(&folder).status().unwrap().success());
    }
}

/// A deployed stack.
pub(crate) struct Deployed {
    pub(crate) name: String,
    /// The key of its API.
    pub(crate) key: String,
    /// The name its API answers at.
    host: String,
    customer: PathBuf,
}

impl Deployed {
    /// Deploys as an operator does, by `cargo xtask deploy`.
    pub(crate) async fn new(name: &str, simulators: &Simulators) -> Deployed {
        static ZIPPED: std::sync::Once = std::sync::Once::new();
        ZIPPED.call_once(zip_functions);
        let customer = home().join(format!("{name}.toml"));
        let (liveperson, salesforce) = (&simulators.ready["liveperson"], &simulators.ready["salesforce"]);
        let text = format!(
            "stack = '{name}'\nregion = 'eu-central-1'\n[parameters]\nSalesforceLoginUrl = {}\nSalesforceClientId = {}\n\
             LivePersonDomainUrl = {}\nAlarmEmail = 'operations@example.com'\n[tags]\ncustomer = '{name}'\n",
            salesforce["url"], salesforce["client_id"], liveperson["url"]
        );
        fs::write(&customer, text).unwrap();
        deploy("deploy", &customer);
        let sam = root().join("target/infrastructure/python/sam/bin/sam");
        let mut outputs = Command::new(sam);
        outputs.args([
            "list",
            "stack-outputs",
            "--output",
            "json",
            "--region",
            "eu-central-1",
            "--stack-name",
            name,
        ]);
        let outputs = with_environment(&mut outputs).stderr(Stdio::null()).output().unwrap();
        let outputs: Value = serde_json::from_slice(&outputs.stdout).unwrap();
        let output = |key: &str| {
            let found = outputs.as_array().unwrap().iter().find(|one| one["OutputKey"] == key).unwrap();
            found["OutputValue"].as_str().unwrap().to_owned()
        };
        let key = aws::Secrets::new(&config()).api_key(&output("ApiKeySecret")).await.unwrap();
        assert!(key.len() >= 48, "a key that nobody guesses");
        let host = output("Address").split_once("://").unwrap().1.to_owned();
        Deployed { name: name.to_owned(), key, host, customer }
    }

    /// A request; the answer's status and body.
    pub(crate) async fn ask(
        &self,
        method: &str,
        path: &str,
        key: Option<&str>,
        body: Option<Value>,
    ) -> (u16, Value) {
        let method: Method = method.parse().unwrap();
        let mut request = Client::new().request(method.clone(), format!("{}{path}", judge()));
        request = request.header(header::HOST, &self.host).header(header::IF_MATCH, "\"0\"");
        if let Some(key) = key {
            request = request.bearer_auth(key);
        }
        if let Some(body) = body.filter(|body| !body.is_null()) {
            request = request.header(header::CONTENT_TYPE, "application/json").body(body.to_string());
        }
        let answer = request.timeout(Duration::from_secs(60)).send().await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// A request with the stack's key, which goes well.
    pub(crate) async fn done(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, said) = self.ask(method, path, Some(&self.key), Some(body)).await;
        assert!((200..300).contains(&status), "{method} {path}: {status} {said}");
        said
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        self.done("GET", path, Value::Null).await
    }

    /// The run at that address, when it has ended.
    pub(crate) async fn finished(&self, address: &str) -> Value {
        for _ in 0..240 {
            let (status, run) = self.ask("GET", address, Some(&self.key), None).await;
            // It is planned a moment after it was asked for.
            if status == 200 && run["finished"].is_string() {
                return run;
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        panic!("{address} does not end: {}", self.get(address).await)
    }

    /// How many items the table holds.
    pub(crate) async fn items(&self) -> i32 {
        let client = aws_sdk_dynamodb::Client::new(&config());
        client.scan().table_name(&self.name).send().await.unwrap().count()
    }

    /// How many messages wait in the stack's queues, the dead letters among them.
    pub(crate) fn waiting(&self) -> u64 {
        let script = "import boto3, json, sys\n\
            sqs = boto3.client('sqs')\n\
            counts = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible']\n\
            names = [sys.argv[1] + '-' + queue for queue in ['slices', 'dead-slices', 'dead-events']]\n\
            said = [sqs.get_queue_attributes(QueueUrl=sqs.get_queue_url(QueueName=name)['QueueUrl'], AttributeNames=counts) for name in names]\n\
            print(sum(int(queue['Attributes'][count]) for queue in said for count in counts))\n";
        self.boto3(script).as_u64().unwrap()
    }

    /// Physical ids of all that the stack has.
    pub(crate) fn resources(&self) -> BTreeSet<String> {
        let script = "import boto3, json, sys\n\
            pages = boto3.client('cloudformation').get_paginator('list_stack_resources').paginate(StackName=sys.argv[1])\n\
            print(json.dumps([one['PhysicalResourceId'] for page in pages for one in page['StackResourceSummaries']]))\n";
        serde_json::from_value(self.boto3(script)).unwrap()
    }

    /// Whether there is a stack of that name.
    pub(crate) fn exists(&self) -> bool {
        let script = "import boto3, json, sys\n\
            pages = boto3.client('cloudformation').get_paginator('list_stacks').paginate()\n\
            stacks = [one for page in pages for one in page['StackSummaries'] if one['StackName'] == sys.argv[1]]\n\
            print(json.dumps(any(one['StackStatus'] != 'DELETE_COMPLETE' for one in stacks)))\n";
        self.boto3(script).as_bool().unwrap()
    }

    /// Takes away what `admin` may do.
    pub(crate) fn revoke_admin(&self) {
        let script = "import boto3, json, sys\n\
            role = boto3.client('cloudformation').describe_stack_resource(StackName=sys.argv[1], LogicalResourceId='AdminRole')\n\
            role = role['StackResourceDetail']['PhysicalResourceId']\n\
            boto3.client('iam').delete_role_policy(RoleName=role, PolicyName='admin')\n\
            print(json.dumps(role))\n";
        assert!(self.boto3(script).as_str().unwrap().starts_with(&self.name));
    }

    /// What a script says of the stack, as JSON. SAM brings the library; in Rust it would be three clients more.
    fn boto3(&self, script: &str) -> Value {
        let mut python = Command::new(root().join("target/infrastructure/python/sam/bin/python"));
        let output = with_environment(python.args(["-c", script, &self.name])).output().unwrap();
        serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
    }

    /// Deploys again, with another setting, after looking what that would change.
    pub(crate) fn upgrade(&self) {
        let text = fs::read_to_string(&self.customer).unwrap().replace("[tags]", "LogDays = 7\n[tags]");
        fs::write(&self.customer, text).unwrap();
        let said = deploy("diff", &self.customer);
        assert!(said.contains("AdminLog") && !said.contains("Table"), "{said}");
        deploy("deploy", &self.customer);
    }

    /// Removes the stack as an operator does.
    pub(crate) fn destroy(&self) {
        xtask(&["destroy", "--yes", &self.customer.display().to_string()]);
    }
}

/// With the template that the emulator can take.
fn deploy(task: &str, customer: &Path) -> String {
    xtask(&[task, &customer.display().to_string(), "--template", &judged().display().to_string()])
}

/// What the task said.
fn xtask(arguments: &[&str]) -> String {
    let mut xtask = Command::new(tests::built("xtask"));
    let output = with_environment(xtask.args(arguments)).output().unwrap();
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{arguments:?}: {}{}", said(&output.stdout), said(&output.stderr));
    said(&output.stdout)
}

/// The emulator instead of AWS.
fn with_environment(command: &mut Command) -> &mut Command {
    command
        .env("AWS_ENDPOINT_URL", judge())
        .env("AWS_DEFAULT_REGION", "eu-central-1")
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .env("SAM_CLI_TELEMETRY", "0")
}
