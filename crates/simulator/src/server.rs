//! Opening a floor: on a loopback port, or as a service in memory.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::floor::Floor;
use crate::handle::Handle;
use crate::http;
use crate::settings::{Credentials, Settings, StartError};

/// How long open requests may take to end when the floor closes.
const FAREWELL: Duration = Duration::from_millis(500);

/// A floor that listens on 127.0.0.1, and on no other address.
///
/// Dropping it closes it at once; [`Simulator::stop`] lets running requests end first.
pub struct Simulator {
    handle: Handle,
    server: JoinHandle<()>,
    close: Option<oneshot::Sender<()>>,
}

impl Simulator {
    /// Opens a floor.
    ///
    /// # Errors
    /// The port is taken or may not be used, or the scenario is about somebody who is not here.
    pub async fn start(mut settings: Settings) -> Result<Self, StartError> {
        let port = settings.port;
        let listen_error = |source| StartError::Listen { port, source };
        let listener = TcpListener::bind(("127.0.0.1", port))
            .await
            .map_err(listen_error)?;
        let address = listener.local_addr().map_err(listen_error)?;
        tracing::info!(%address, agents = settings.agents, seed = settings.seed, "practice floor open");
        let scenario = settings.scenario.take();
        let floor = Floor::open(settings, format!("http://{address}"));
        if let Some(scenario) = scenario {
            floor.with(|state| state.world.play(scenario))?;
        }
        let router = http::router(Arc::clone(&floor));
        let (close, closed) = oneshot::channel::<()>();
        let server = tokio::spawn(async move {
            let serving = axum::serve(listener, router).with_graceful_shutdown(async {
                // A dropped sender means the same as a message: close.
                let _ = closed.await;
            });
            if let Err(error) = serving.await {
                tracing::warn!(%error, "the practice floor stopped serving");
            }
        });
        Ok(Self {
            handle: Handle::new(floor),
            server,
            close: Some(close),
        })
    }

    /// Typed control of this floor.
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// `http://127.0.0.1:PORT/api/v2`.
    pub fn base_url(&self) -> String {
        self.handle.base_url()
    }

    /// `http://127.0.0.1:PORT/simulator`.
    pub fn control_url(&self) -> String {
        self.handle.control_url()
    }

    /// Token of the control API.
    pub fn control_token(&self) -> &str {
        self.handle.control_token()
    }

    /// How the first supervisor signs in.
    pub fn supervisor(&self) -> Credentials {
        self.handle.supervisor()
    }

    /// Closes the floor: no new connections, held connects end, and what still runs after half a second is cut.
    pub async fn stop(mut self) {
        self.handle.expire_sessions();
        self.close.take();
        let _ = tokio::time::timeout(FAREWELL, &mut self.server).await;
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// A floor without a socket, for tests in memory. Call it within a tokio runtime; with a paused clock the whole
/// floor runs on that clock.
pub fn service(settings: Settings) -> (Router, Handle) {
    let floor = Floor::open(settings, "http://127.0.0.1:8080".to_owned());
    (http::router(Arc::clone(&floor)), Handle::new(floor))
}
