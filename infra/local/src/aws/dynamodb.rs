//! DynamoDB: the embedded `dynoxide`, reached through this one file.

use axum::{
    body::Bytes,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use dynoxide::Database;
use std::{io, net::Ipv4Addr, path::Path};
use tokio::{net::TcpListener, task::JoinHandle};

/// A DynamoDB of our own, on a port of its own that nobody else needs to know.
pub struct DynamoDb {
    http: reqwest::Client,
    address: String,
    server: JoinHandle<()>,
}

impl DynamoDb {
    /// Opens the database in that file and serves it.
    ///
    /// # Errors
    /// When the file is not a database or loopback has no port left.
    pub async fn open(file: &Path) -> io::Result<DynamoDb> {
        let path = file.to_str().ok_or_else(|| io::Error::other("the data folder's path is not Unicode"))?;
        DynamoDb::serve(Database::new(path).map_err(io::Error::other)?).await
    }

    /// A database that ends with the process.
    ///
    /// # Errors
    /// When loopback has no port left.
    pub async fn in_memory() -> io::Result<DynamoDb> {
        DynamoDb::serve(Database::memory().map_err(io::Error::other)?).await
    }

    async fn serve(database: Database) -> io::Result<DynamoDb> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = format!("http://{}", listener.local_addr()?);
        let server = tokio::spawn(dynoxide::server::serve_on(listener, database));
        Ok(DynamoDb { http: reqwest::Client::new(), address, server })
    }

    pub(crate) async fn forward(&self, target: &str, headers: &HeaderMap, body: Bytes) -> Response {
        let mut request = self.http.post(&self.address).header("x-amz-target", target).body(body);
        for name in [header::CONTENT_TYPE, header::AUTHORIZATION] {
            if let Some(value) = headers.get(&name) {
                request = request.header(name, value);
            }
        }
        match request.header("x-amz-date", "20260101T000000Z").send().await {
            Ok(answer) => {
                let status = answer.status();
                let kept = answer
                    .headers()
                    .iter()
                    .filter(|(name, _)| name.as_str().starts_with("x-am") || **name == header::CONTENT_TYPE);
                let kept: HeaderMap = kept.map(|(name, value)| (name.clone(), value.clone())).collect();
                match answer.bytes().await {
                    Ok(body) => (status, kept, body).into_response(),
                    Err(_) => StatusCode::BAD_GATEWAY.into_response(),
                }
            }
            Err(_) => StatusCode::BAD_GATEWAY.into_response(),
        }
    }
}

impl Drop for DynamoDb {
    fn drop(&mut self) {
        self.server.abort();
    }
}
