//! Makes requests within the rules.

use std::fs;
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Certificate, ClientBuilder, Method, RequestBuilder, Response};
use url::{Host, Url};

use crate::error::{Error, cause};
use crate::resolver::Resolver;
use crate::rules::{Reach, Rules};
use crate::stream::Stream;

const JSON: &str = "application/json";
/// How long the next piece of a long answer may take.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(200);

/// The client. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Client {
    secure: (reqwest::Client, Reach),
    plain: (reqwest::Client, Reach),
    body_bytes: usize,
    patience: Duration,
    retries: u32,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Client {
    /// A client within `rules`.
    ///
    /// # Errors
    /// When the authorities cannot be read.
    pub fn new(rules: &Rules) -> Result<Self, Error> {
        // The one provider of this program; whoever comes second keeps the first, which is the same.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let (secure, plain) = (Reach::secure(rules), Reach::plain(rules));
        let build = |reach: &Reach| builder(rules, reach.clone());
        let authorities = authorities(rules)?;
        let https = build(&secure).https_only(true).tls_certs_merge(authorities).build().map_err(Error::Tls)?;
        // It has no use for authorities: what it reaches has no TLS.
        let http = build(&plain).tls_certs_only([]).build().map_err(Error::Tls)?;
        Ok(Self {
            secure: (https, secure),
            plain: (http, plain),
            body_bytes: rules.body_bytes,
            patience: PATIENCE.min(rules.timeout),
            retries: rules.retries,
        })
    }

    /// Whether `address` could be asked, as far as that shows before its name is resolved.
    ///
    /// # Errors
    /// When it is no address of the web, is not `https`, or is an IP address that may not be reached.
    pub fn check(&self, address: &str) -> Result<Url, Error> {
        self.choose(address).map(|(_, url)| url)
    }

    /// Asks for JSON.
    ///
    /// # Errors
    /// When the address may not be reached, or nothing whole comes back.
    pub async fn get(&self, address: &str) -> Result<Answer, Error> {
        self.ask(address, |request| request).await
    }

    /// Asks for JSON, and shows `secret` in the header `name`.
    ///
    /// # Errors
    /// As [`Client::get`], and when the secret cannot stand in a header.
    pub async fn get_with_secret(&self, address: &str, name: &'static str, secret: &str) -> Result<Answer, Error> {
        let value = sensitive(name, secret)?;
        self.ask(address, |request| request.header(name, value.clone())).await
    }

    /// Posts JSON, once, and shows `secret` in the header `name`.
    ///
    /// # Errors
    /// When the address may not be reached, the secret cannot stand in a header, or nothing whole comes back.
    pub async fn post_json_with_secret(
        &self,
        address: &str,
        name: &'static str,
        secret: &str,
        body: Vec<u8>,
    ) -> Result<Answer, Error> {
        let value = sensitive(name, secret)?;
        let fill = |request: RequestBuilder| request.header(name, value).header(CONTENT_TYPE, JSON).body(body);
        self.send(Method::POST, address, fill).await
    }

    /// Posts JSON, once.
    ///
    /// # Errors
    /// When the address may not be reached, or nothing whole comes back.
    pub async fn post_json(&self, address: &str, body: Vec<u8>) -> Result<Answer, Error> {
        self.send(Method::POST, address, |request| request.header(CONTENT_TYPE, JSON).body(body)).await
    }

    async fn ask(&self, address: &str, fill: impl Fn(RequestBuilder) -> RequestBuilder) -> Result<Answer, Error> {
        let mut left = self.retries;
        loop {
            let answer = self.send(Method::GET, address, &fill).await;
            let again = match &answer {
                Ok(answer) => answer.status >= 500,
                Err(error) => error.may_pass(),
            };
            if !again || left == 0 {
                return answer;
            }
            left -= 1;
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Posts a form, once; `user` names itself by HTTP Basic where there is one.
    ///
    /// # Errors
    /// When the address may not be reached, or nothing whole comes back.
    pub async fn post_form(
        &self,
        address: &str,
        form: &[(&str, &str)],
        user: Option<(&str, &str)>,
    ) -> Result<Answer, Error> {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        self.send(Method::POST, address, |request| {
            let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body);
            match user {
                Some((name, password)) => request.basic_auth(name, Some(password)),
                None => request,
            }
        })
        .await
    }

    /// Makes `request` once, as it is, and answers with what came back, whatever its status but a redirect.
    ///
    /// # Errors
    /// When the address may not be reached, or nothing whole comes back.
    pub async fn exchange(&self, request: http::Request<Vec<u8>>) -> Result<http::Response<Vec<u8>>, Error> {
        let (head, body) = request.into_parts();
        let (client, url) = self.choose(&head.uri.to_string())?;
        let response = client.request(head.method, url).headers(head.headers).body(body).send().await.map_err(cause)?;
        if response.status().is_redirection() {
            return Err(Error::Redirect(response.status().as_u16()));
        }
        let (status, headers) = (response.status(), response.headers().clone());
        let mut whole = http::Response::new(self.read(response).await?.body);
        *whole.status_mut() = status;
        *whole.headers_mut() = headers;
        Ok(whole)
    }

    /// Asks for what is at `address` with `headers`, and answers as soon as the body begins.
    ///
    /// # Errors
    /// When the address may not be reached, or no answer begins.
    pub async fn open(&self, address: &str, headers: http::HeaderMap) -> Result<Stream, Error> {
        let (client, url) = self.choose(address)?;
        let response = client.request(Method::GET, url).headers(headers).send().await.map_err(cause)?;
        // 304 leads nowhere: it says that nothing has changed.
        if response.status().is_redirection() && response.status() != http::StatusCode::NOT_MODIFIED {
            return Err(Error::Redirect(response.status().as_u16()));
        }
        Ok(Stream::new(response, self.patience))
    }

    async fn send(
        &self,
        method: Method,
        address: &str,
        fill: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Result<Answer, Error> {
        let (client, url) = self.choose(address)?;
        let request = fill(client.request(method, url).header(ACCEPT, JSON));
        let response = request.send().await.map_err(cause)?;
        if response.status().is_redirection() {
            return Err(Error::Redirect(response.status().as_u16()));
        }
        self.read(response).await
    }

    async fn read(&self, mut response: Response) -> Result<Answer, Error> {
        let status = response.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(cause)? {
            if body.len() + chunk.len() > self.body_bytes {
                return Err(Error::TooLarge(self.body_bytes));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, body })
    }

    fn choose(&self, address: &str) -> Result<(&reqwest::Client, Url), Error> {
        let url = Url::parse(address).map_err(|_| Error::Address("it is malformed"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Error::Address("it holds a user name or a password"));
        }
        let (client, reach) = match url.scheme() {
            "https" => &self.secure,
            "http" => &self.plain,
            _ => return Err(Error::NotHttps),
        };
        let literal = match url.host() {
            Some(Host::Ipv4(address)) => Some(address.into()),
            Some(Host::Ipv6(address)) => Some(address.into()),
            Some(Host::Domain(_)) => None,
            None => return Err(Error::Address("it names no host")),
        };
        match literal {
            // No name is resolved for it, so that it is judged here.
            Some(address) if !reach.permits(address) => match url.scheme() {
                "http" if crate::is_public(address) => Err(Error::NotHttps),
                _ => Err(Error::Private(address.to_string())),
            },
            None if url.scheme() == "http" && reach.is_nowhere() => Err(Error::NotHttps),
            _ => Ok((client, url)),
        }
    }
}

/// A header that its `Debug` hides.
fn sensitive(name: &'static str, secret: &str) -> Result<HeaderValue, Error> {
    let mut value = HeaderValue::from_str(secret).map_err(|_| Error::Header(name))?;
    value.set_sensitive(true);
    Ok(value)
}

fn builder(rules: &Rules, reach: Reach) -> ClientBuilder {
    reqwest::Client::builder()
        .user_agent(concat!("smart-begin/", env!("CARGO_PKG_VERSION")))
        .dns_resolver(Resolver::new(reach))
        .redirect(Policy::none())
        .no_proxy()
        .referer(false)
        .retry(reqwest::retry::never())
        .connect_timeout(rules.connect_timeout)
        .timeout(rules.timeout)
        .pool_max_idle_per_host(1)
        .pool_idle_timeout(Duration::from_secs(30))
}

fn authorities(rules: &Rules) -> Result<Vec<Certificate>, Error> {
    let Some(file) = &rules.authorities else { return Ok(Vec::new()) };
    let fault = |why: String| Error::Authorities(file.clone(), why);
    let pem = fs::read(file).map_err(|cause| fault(cause.to_string()))?;
    let found = Certificate::from_pem_bundle(&pem).map_err(|cause| fault(cause.to_string()))?;
    if found.is_empty() { Err(fault("there is no certificate in it".to_owned())) } else { Ok(found) }
}
