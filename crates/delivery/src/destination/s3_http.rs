//! Lets `object_store` ask through `outbound`, so that its requests keep to the same rules as all others.

use std::pin::Pin;

use http_body_util::BodyExt as _;
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService,
};
use outbound::Client;

/// Hands out the one client, whatever the options say.
#[derive(Clone, Debug)]
pub(super) struct Connector(pub(super) Client);

impl HttpConnector for Connector {
    fn connect(&self, _options: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

impl HttpService for Connector {
    fn call<'own, 'call>(
        &'own self,
        request: HttpRequest,
    ) -> Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'call>>
    where
        'own: 'call,
        Self: 'call,
    {
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let body = body.collect().await?.to_bytes().to_vec();
            let answer = self.0.exchange(http::Request::from_parts(head, body)).await;
            answer.map(|answer| answer.map(Into::into)).map_err(|error| HttpError::new(kind(&error), error))
        })
    }
}

fn kind(error: &outbound::Error) -> HttpErrorKind {
    match error {
        outbound::Error::TimedOut => HttpErrorKind::Timeout,
        outbound::Error::Unreachable(_) | outbound::Error::Name(..) => HttpErrorKind::Connect,
        _ => HttpErrorKind::Unknown,
    }
}
