//! Secrets: read by name, and never quoted.

use super::Aws;
use aws::SalesforceSecret;
use domain::ports::StoreError;
use serde_json::{Map, Value, json};

async fn holding(secrets: Value) -> Aws {
    let Value::Object(secrets) = secrets else { panic!("secrets by name") };
    Aws::with(secrets).await
}

#[tokio::test]
async fn secrets_are_read_by_name() {
    let four = json!({
        "consumer_key": "k-1", "consumer_secret": "k-2", "access_token": "k-3", "access_token_secret": "k-4" });
    let aws = holding(json!({
        "stack/liveperson": four,
        "stack/key": { "private_key": "-----BEGIN" },
        "stack/secret": { "client_secret": "s-1" },
    }))
    .await;
    let liveperson = aws.secrets.liveperson("stack/liveperson").await.unwrap();
    assert_eq!((liveperson.consumer_key.as_str(), liveperson.consumer_secret.as_str()), ("k-1", "k-2"));
    assert_eq!((liveperson.access_token.as_str(), liveperson.access_token_secret.as_str()), ("k-3", "k-4"));
    let key = aws.secrets.salesforce("stack/key").await.unwrap();
    assert!(matches!(key, SalesforceSecret::PrivateKey(pem) if pem == "-----BEGIN"));
    let secret = aws.secrets.salesforce("stack/secret").await.unwrap();
    assert!(matches!(secret, SalesforceSecret::ClientSecret(text) if text == "s-1"));
}

#[tokio::test]
async fn a_secret_that_is_missing_is_named() {
    let aws = Aws::with(Map::new()).await;
    let liveperson = aws.secrets.liveperson("stack/liveperson").await.err().unwrap();
    assert!(liveperson.to_string().contains("stack/liveperson"), "{liveperson}");
    let salesforce = aws.secrets.salesforce("stack/salesforce").await.err().unwrap();
    assert!(salesforce.to_string().contains("stack/salesforce"), "{salesforce}");
}

#[tokio::test]
async fn a_secret_of_the_wrong_shape_is_named_and_never_quoted() {
    let shapes = [
        json!({ "consumer_key": "hush", "consumer_secret": "hush" }),
        json!({ "consumer_key": ["hush"], "consumer_secret": 7, "access_token": "hush", "access_token_secret": "hush" }),
        json!({ "hush": "hush" }),
        json!({ "private_key": { "hush": "hush" } }),
        json!({ "private_key": "hush", "client_secret": "hush" }),
        json!("hush"),
        json!(["hush"]),
    ];
    for shape in shapes {
        let aws = holding(json!({ "stack/odd": shape })).await;
        let said = [
            aws.secrets.liveperson("stack/odd").await.err().unwrap(),
            aws.secrets.salesforce("stack/odd").await.err().unwrap(),
        ];
        for error in said {
            assert!(matches!(error, StoreError::Unreadable { item: "secret", .. }), "{shape}: {error:?}");
            let text = format!("{error} {error:?}");
            assert!(text.contains("stack/odd") && !text.contains("hush"), "{shape}: {text}");
        }
    }
}
