//! The four addresses of the local stack.

use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::TcpListener;

/// Port of the pages when nobody says otherwise; the others follow it.
pub const DEFAULT_BASE: u16 = 8080;

/// The addresses, from the base port up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ports {
    base: u16,
}

/// A port is taken, or there is none of that number.
#[derive(Debug, thiserror::Error)]
pub enum PortError {
    /// Another program listens there.
    #[error(
        "port {port} on 127.0.0.1 is in use ({what}); stop the program that uses it, or choose other ports with --port-base"
    )]
    InUse {
        /// The port.
        port: u16,
        /// What we wanted it for.
        what: &'static str,
    },
    /// Anything else.
    #[error("cannot listen on port {port} of 127.0.0.1 for {what}: {source}")]
    Unusable {
        /// The port.
        port: u16,
        /// What we wanted it for.
        what: &'static str,
        /// What the system says.
        source: std::io::Error,
    },
}

impl Ports {
    /// Four ports from `base` up.
    #[must_use]
    pub fn new(base: u16) -> Ports {
        Ports { base }
    }

    /// Pages and APIs of the HTTP functions.
    #[must_use]
    pub fn pages(self) -> u16 {
        self.base
    }

    /// LivePerson simulator.
    #[must_use]
    pub fn liveperson(self) -> u16 {
        self.base + 1
    }

    /// Salesforce simulator.
    #[must_use]
    pub fn salesforce(self) -> u16 {
        self.base + 2
    }

    /// AWS operations.
    #[must_use]
    pub fn aws(self) -> u16 {
        self.base + 3
    }
}

/// `http://127.0.0.1:PORT`.
#[must_use]
pub fn url(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

/// Listens on an address of this machine.
///
/// # Errors
/// [`PortError`], naming the port and its use.
pub async fn listen(address: SocketAddr, what: &'static str) -> Result<TcpListener, PortError> {
    let port = address.port();
    TcpListener::bind(address).await.map_err(|source| match source.kind() {
        std::io::ErrorKind::AddrInUse => PortError::InUse { port, what },
        _ => PortError::Unusable { port, what, source },
    })
}

/// Listens on a port of loopback.
///
/// # Errors
/// [`PortError`].
pub async fn listen_on(port: u16, what: &'static str) -> Result<TcpListener, PortError> {
    listen(SocketAddr::from((Ipv4Addr::LOCALHOST, port)), what).await
}
