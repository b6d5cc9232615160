//! A handler whose calls last as long as a test wants, and that tells how they ended.

use std::sync::Arc;
use std::time::Duration;

use rmcp::model::*;
use rmcp::service::{RequestContext, RoleServer};
use rmcp::{ErrorData, ServerHandler};
use tokio::sync::Notify;

/// `wait` answers when told to, or notes that it was cancelled; `panic` panics.
#[derive(Clone, Default)]
pub(crate) struct Fixture {
    pub(crate) started: Arc<Notify>,
    pub(crate) go: Arc<Notify>,
    pub(crate) cancelled: Arc<Notify>,
}

impl ServerHandler for Fixture {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }

    async fn call_tool(
        &self,
        params: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        assert_ne!(params.name, "panic", "the detail of a panic");
        if let Some(token) = context.meta.get_progress_token() {
            let progress = ProgressNotificationParam::new(token, 1.0);
            let _ = context.peer.notify_progress(progress).await;
        }
        self.started.notify_one();
        tokio::select! {
            () = self.go.notified() => Ok(CallToolResult::success(vec![ContentBlock::text("went on")]).into()),
            () = context.ct.cancelled() => {
                self.cancelled.notify_one();
                Err(ErrorData::internal_error("cancelled", None))
            }
        }
    }
}

/// Waits for `signal`, but not for ever.
pub(crate) async fn soon(signal: &Notify) {
    tokio::time::timeout(Duration::from_secs(10), signal.notified()).await.expect("it happens within 10 seconds");
}
