//! What every MCP call gets, whatever it asks for: an identity, a line in the log, and our name in the answer.
//!
//! The library knows no caller, supports versions that we do not, names the server in some answers only and takes a
//! standard method with malformed parameters for an unknown one; all that is put right here, for any handler.

use std::borrow::Cow;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Instant;

use axum::http::request::Parts;
use domain::{Caller, RequestId};
use rmcp::model::*;
use rmcp::service::{NotificationContext, RequestContext, RoleServer, SubscriptionContext};
use rmcp::{ErrorData, ServerHandler};
use serde_json::Value;

use super::cache::LONG_TTL_MS;
use super::malformed;
use super::reply::Reply;
use crate::auth::operations::for_log;
use crate::call::{Identity, Logged, record};

/// The protocol revisions that this server speaks.
pub(crate) const VERSIONS: &[ProtocolVersion] =
    &[ProtocolVersion::V_2025_06_18, ProtocolVersion::V_2025_11_25, ProtocolVersion::V_2026_07_28];

/// A handler with everything around it that all calls have in common. Cheap to clone.
pub(crate) struct Envelope<H> {
    inner: Arc<H>,
    server_info: Arc<Value>,
}

impl<H> Clone for Envelope<H> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner), server_info: Arc::clone(&self.server_info) }
    }
}

impl<H: ServerHandler> Envelope<H> {
    pub(crate) fn new(inner: H) -> Self {
        let server_info = serde_json::to_value(inner.get_info().server_info).unwrap_or_default();
        Self { inner: Arc::new(inner), server_info: Arc::new(server_info) }
    }

    async fn around<T: Reply, F: Future<Output = Result<T, ErrorData>>>(
        &self,
        operation: String,
        mut context: RequestContext<RoleServer>,
        run: impl FnOnce(RequestContext<RoleServer>) -> F,
    ) -> Result<T, ErrorData> {
        let started = Instant::now();
        let identity = identify(&mut context.extensions)?;
        let modern = is_modern(&context);
        let cancelled = context.ct.clone();
        let mut result = unbroken(run(context), &identity).await;
        match &mut result {
            Ok(reply) if modern => reply.stamp(&self.server_info),
            // The library's text is the name of the method alone.
            Err(error) if error.code == ErrorCode::METHOD_NOT_FOUND && !error.message.contains(' ') => {
                error.message = format!("This server has no method {}.", error.message).into();
            }
            _ => {}
        }
        let code;
        let outcome = match &result {
            _ if cancelled.is_cancelled() => "cancelled",
            Ok(reply) => reply.outcome(),
            Err(error) => {
                code = error.code.0.to_string();
                &code
            }
        };
        record(&identity, &operation, started, outcome);
        result
    }
}

/// Whether the request belongs to the stateless era of the protocol.
pub(crate) fn is_modern(context: &RequestContext<RoleServer>) -> bool {
    context.protocol_version().is_some_and(|version| version.as_str() >= ProtocolVersion::V_2026_07_28.as_str())
}

/// Runs `call`; a panic in it becomes an answer, which the library would wait for without end.
async fn unbroken<T>(call: impl Future<Output = Result<T, ErrorData>>, identity: &Identity) -> Result<T, ErrorData> {
    let mut call = pin!(call);
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(context))) {
        Ok(poll) => poll,
        Err(_) => {
            let request = &identity.request;
            tracing::error!(request_id = request.as_str(), kind = "internal", "a call panicked");
            let message = format!("Something went wrong inside smart-begin. Try again; report it if it happens again. (Request {request}.)");
            Poll::Ready(Err(ErrorData::internal_error(message, None)))
        }
    })
    .await
}

/// Finds out who calls: the standard streams' transport says so itself, HTTP's sign-in layer left it with the request.
/// A request that no sign-in layer has seen is refused.
fn identify(extensions: &mut Extensions) -> Result<Identity, ErrorData> {
    if let Some(identity) = extensions.get::<Identity>() {
        return Ok(identity.clone());
    }
    let found = extensions.get::<Parts>().and_then(|parts| {
        if let Some(logged) = parts.extensions.get::<Logged>() {
            logged.set();
        }
        let caller = parts.extensions.get::<Caller>()?.clone();
        let request = parts.extensions.get::<RequestId>()?.clone();
        Some(Identity { caller, request })
    });
    let identity = found.ok_or_else(|| ErrorData::internal_error("The caller is not known.", None))?;
    extensions.insert(identity.clone());
    Ok(identity)
}

/// Forwards a method of the handler through [`Envelope::around`].
macro_rules! forward {
    ($($method:ident($params:ty) -> $reply:ty, $operation:expr;)*) => {
        $(async fn $method(&self, params: $params, context: RequestContext<RoleServer>) -> Result<$reply, ErrorData> {
            let name: fn(&$params) -> String = $operation;
            self.around(name(&params), context, |context| self.inner.$method(params, context)).await
        })*
    };
}

#[expect(deprecated, reason = "clients of the older revisions still use these methods; a handler may serve them")]
impl<H: ServerHandler> ServerHandler for Envelope<H> {
    forward! {
        call_tool(CallToolRequestParams) -> CallToolResponse, |call| for_log("tools/call", &call.name);
        list_tools(Option<PaginatedRequestParams>) -> ListToolsResult, |_| "tools/list".to_owned();
        list_resources(Option<PaginatedRequestParams>) -> ListResourcesResult, |_| "resources/list".to_owned();
        list_resource_templates(Option<PaginatedRequestParams>) -> ListResourceTemplatesResult, |_| "resources/templates/list".to_owned();
        read_resource(ReadResourceRequestParams) -> ReadResourceResponse, |read| for_log("resources/read", &read.uri);
        list_prompts(Option<PaginatedRequestParams>) -> ListPromptsResult, |_| "prompts/list".to_owned();
        get_prompt(GetPromptRequestParams) -> GetPromptResponse, |get| for_log("prompts/get", &get.name);
        complete(CompleteRequestParams) -> CompleteResult, |_| "completion/complete".to_owned();
        set_level(SetLevelRequestParams) -> (), |_| "logging/setLevel".to_owned();
        subscribe(SubscribeRequestParams) -> (), |_| "resources/subscribe".to_owned();
        unsubscribe(UnsubscribeRequestParams) -> (), |_| "resources/unsubscribe".to_owned();
    }

    /// Agrees on one of our versions; the handler's own list is the library's.
    async fn initialize(
        &self,
        params: InitializeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<InitializeResult, ErrorData> {
        self.around("initialize".to_owned(), context, |context| async move {
            context.peer.set_peer_info(params.clone());
            self.negotiate_initialize(&params)
        })
        .await
    }

    async fn discover(&self, context: RequestContext<RoleServer>) -> Result<DiscoverResult, ErrorData> {
        let versions = VERSIONS.to_vec();
        let found = |info| DiscoverResult::from_server_info(versions, info).with_ttl_ms(LONG_TTL_MS);
        self.around("server/discover".to_owned(), context, |_| async {
            Ok(found(self.inner.get_info()).with_cache_scope(CacheScope::Public))
        })
        .await
    }

    async fn ping(&self, context: RequestContext<RoleServer>) -> Result<(), ErrorData> {
        self.around("ping".to_owned(), context, |context| self.inner.ping(context)).await
    }

    async fn on_custom_request(
        &self,
        request: CustomRequest,
        context: RequestContext<RoleServer>,
    ) -> Result<CustomResult, ErrorData> {
        let modern = is_modern(&context);
        self.around(for_log(&request.method, ""), context, |context| async {
            match malformed::explain(&request, modern) {
                Some(error) => Err(error),
                None => self.inner.on_custom_request(request, context).await,
            }
        })
        .await
    }

    fn supported_protocol_versions(&self) -> Cow<'static, [ProtocolVersion]> {
        Cow::Borrowed(VERSIONS)
    }

    fn get_info(&self) -> ServerConfig {
        self.inner.get_info()
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        self.inner.get_tool(name)
    }

    fn accepted_subscription_filter(&self, requested: &SubscriptionFilter) -> Option<SubscriptionFilter> {
        self.inner.accepted_subscription_filter(requested)
    }

    async fn listen(&self, context: SubscriptionContext) -> Result<(), ErrorData> {
        self.inner.listen(context).await
    }

    async fn on_cancelled(&self, params: CancelledNotificationParam, context: NotificationContext<RoleServer>) {
        self.inner.on_cancelled(params, context).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gap_1_a_request_without_a_caller_is_refused() {
        let (mut parts, ()) = axum::http::Request::new(()).into_parts();
        parts.extensions.insert(RequestId::random().unwrap());
        let mut extensions = Extensions::new();
        extensions.insert(parts.clone());
        assert!(identify(&mut extensions).is_err());
        parts.extensions.insert(Caller::local(&domain::Policy::default()));
        extensions.insert(parts);
        assert_eq!(identify(&mut extensions).unwrap().caller, Caller::local(&domain::Policy::default()));
    }
}
