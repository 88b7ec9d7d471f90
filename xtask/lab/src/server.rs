//! The server, which answers the student's own browser on this machine and refuses everybody else.

mod access;
mod routes;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;

pub use access::Access;

use crate::state::LabState;

/// How many connections may be open at once. A page has one for events and up to five others.
const MOST_CONNECTIONS: usize = 64;

/// How long a connection may take to send the head of a request, and so how long it may idle.
const PATIENCE: Duration = Duration::from_secs(5);

/// Answers requests for ever.
pub async fn serve(listener: TcpListener, access: Access, state: Arc<LabState>) -> Infallible {
    let router = routes::router(access, state);
    let mut connections = Connections::default();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let trust = Trust::default();
                let answers = tokio::spawn(answer(stream, router.clone().layer(Extension(trust.clone()))));
                connections.add(Connection { trust, answers: answers.abort_handle() });
            }
            // For example because too many files are open; other connections will end.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

/// Answers the requests of one connection.
async fn answer(stream: TcpStream, router: Router) {
    // A picture is sent in several parts, and no part may wait for the next.
    let _ = stream.set_nodelay(true);
    let mut connection = http1::Builder::new();
    connection.timer(TokioTimer::new()).header_read_timeout(PATIENCE);
    // A client that disconnects needs no answer.
    let _ = connection.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router)).await;
}

/// Whether a connection has shown the key.
#[derive(Debug, Clone, Default)]
struct Trust(Arc<AtomicBool>);

impl Trust {
    fn give(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn is_given(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// The open connections, the oldest first.
#[derive(Debug, Default)]
struct Connections(VecDeque<Connection>);

#[derive(Debug)]
struct Connection {
    trust: Trust,
    answers: AbortHandle,
}

impl Connections {
    /// Adds a connection. If there are too many, closes the oldest one that has not shown the key, so that no number of
    /// strangers can keep a page waiting.
    fn add(&mut self, connection: Connection) {
        self.0.retain(|open| !open.answers.is_finished());
        if self.0.len() >= MOST_CONNECTIONS {
            let stranger = self.0.iter().position(|open| !open.trust.is_given());
            if let Some(oldest) = self.0.remove(stranger.unwrap_or(0)) {
                oldest.answers.abort();
            }
        }
        self.0.push_back(connection);
    }
}
