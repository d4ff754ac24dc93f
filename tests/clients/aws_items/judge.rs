//! The same contracts on ministack, which others wrote: where it and our local operations agree, we read AWS right.
//! `cargo xtask infrastructure` starts it and says in `CHATLINK_JUDGE` where it is. The bus stays local: its tests read the
//! queues behind it; the deployed stack has one there.

use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_dynamodb::config::{Credentials, Region, SharedCredentialsProvider};
use serde_json::{Map, Value};
use std::sync::atomic::{AtomicU32, Ordering};

static REGIONS: AtomicU32 = AtomicU32::new(1);

/// The judge, if there is one: a region that is new, with these secrets.
pub(crate) async fn config(secrets: &Map<String, Value>) -> Option<SdkConfig> {
    let address = std::env::var("CHATLINK_JUDGE").ok()?;
    let credentials = Credentials::new("test", "test", None, None, "judge");
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(address)
        .region(Region::new(format!("eu-judge-{}", REGIONS.fetch_add(1, Ordering::Relaxed))))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .build();
    let client = aws_sdk_secretsmanager::Client::new(&config);
    for (name, secret) in secrets {
        client.create_secret().name(name).secret_string(secret.to_string()).send().await.unwrap();
    }
    Some(config)
}
