//! The server: it answers the student's own browser on this machine, and refuses everybody else.

mod door;
mod routes;
#[cfg(test)]
mod tests;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub use door::Door;

use crate::classroom::Classroom;

/// How many connections are open at once; further ones wait. A page has one for events and up to five more.
const MOST_CONNECTIONS: usize = 64;

/// How long a connection may take for the head of a request, and so how long it may idle.
const PATIENCE: Duration = Duration::from_secs(5);

/// Answers requests for ever.
pub async fn serve(listener: TcpListener, door: Door, classroom: Arc<Classroom>) -> Infallible {
    let router = routes::router(door, classroom);
    let room = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    loop {
        let Ok(place) = Arc::clone(&room).acquire_owned().await else { continue };
        match listener.accept().await {
            Ok((stream, _)) => drop(tokio::spawn(answer(stream, router.clone(), place))),
            // There is no file left for a connection, say. Others will end.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

/// Answers the requests of one connection.
async fn answer(stream: TcpStream, router: Router, _place: OwnedSemaphorePermit) {
    // A picture is sent in several parts; none of them is to wait for the next.
    let _ = stream.set_nodelay(true);
    let mut connection = http1::Builder::new();
    connection.timer(TokioTimer::new()).header_read_timeout(PATIENCE);
    // Whoever goes away in between needs no answer.
    let _ = connection.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router)).await;
}
