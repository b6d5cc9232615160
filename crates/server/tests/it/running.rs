//! Servers to test: the product on a folder of its own, or any handler behind the product's layers.

use std::net::SocketAddr;
use std::sync::Arc;

use app::Services;
use blueprint::Catalogue;
use domain::{Caller, Face, Policy};
use rmcp::ServerHandler;
use safe_fs::Roots;
use server::{Config, Error, Limits};
use store::Store;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// The use cases on a store and a root of their own.
pub(crate) struct House {
    pub(crate) folder: TempDir,
    pub(crate) services: Arc<Services>,
}

impl House {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("projects");
        std::fs::create_dir(&root).unwrap();
        let store = Store::open(&folder.path().join("data")).unwrap();
        let roots = Roots::open(&[root], None).unwrap();
        let services = Arc::new(Services::new(store, roots, Catalogue::open().unwrap(), Policy::default()));
        Self { folder, services }
    }

    pub(crate) fn project(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join("projects").join(name)
    }
}

/// The operating-system user, on stdio.
pub(crate) fn data_owner() -> Caller {
    Caller::data_owner(&Policy::default(), Face::Stdio)
}

/// The safe defaults, but for these limits.
pub(crate) fn with(limits: Limits) -> Config {
    Config { limits, ..Config::default() }
}

/// A server on a port of its own.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) shutdown: CancellationToken,
    pub(crate) task: JoinHandle<Result<(), Error>>,
}

impl Running {
    pub(crate) async fn product(house: &House) -> Self {
        Self::product_with(house, Config::default()).await
    }

    pub(crate) async fn product_with(house: &House, config: Config) -> Self {
        let services = Arc::clone(&house.services);
        Self::start(|listener, stop| server::serve_http(services, listener, config, stop)).await
    }

    pub(crate) async fn handler(handler: impl ServerHandler, config: Config) -> Self {
        Self::start(|listener, stop| server::serve_handler_http(handler, listener, config, stop)).await
    }

    async fn start<F>(serve: impl FnOnce(TcpListener, CancellationToken) -> F) -> Self
    where
        F: Future<Output = Result<(), Error>> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shutdown = CancellationToken::new();
        let task = tokio::spawn(serve(listener, shutdown.clone()));
        Self { address, shutdown, task }
    }

    /// Stops it and waits for its end.
    pub(crate) async fn stop(self) -> Result<(), Error> {
        self.shutdown.cancel();
        self.task.await.unwrap()
    }
}
