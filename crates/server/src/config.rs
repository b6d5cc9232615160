//! What an operator may set about the server, with safe values for everything.

use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use secrecy::SecretString;

/// Everything about the listeners and who may use them.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where people reach this server, as `https://begin.example`: for download links, sign-in and the audience of
    /// access tokens. By default the address it listens on.
    pub public_url: Option<String>,
    /// `Host` values that are served, each with or without a port.
    pub allowed_hosts: Vec<String>,
    /// `Origin` values that are served: `scheme://host:port`, with `*` for any port.
    pub allowed_origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// The certificate, where the listener speaks TLS.
    pub tls: Option<Tls>,
    /// How much and how long.
    pub limits: Limits,
    /// Who may come in.
    pub sign_in: SignIn,
}

impl Default for Config {
    fn default() -> Self {
        let loopback = ["localhost", "127.0.0.1", "[::1]"];
        Self {
            public_url: None,
            allowed_hosts: loopback.map(str::to_owned).to_vec(),
            allowed_origins: loopback.map(|host| format!("http://{host}:*")).to_vec(),
            trusted_proxies: Vec::new(),
            tls: None,
            limits: Limits::default(),
            sign_in: SignIn::default(),
        }
    }
}

/// TLS on the listener.
#[derive(Clone, Debug)]
pub struct Tls {
    /// The certificate chain, PEM. Read again on reload.
    pub certificate: PathBuf,
    /// Its private key, PEM; readable by this program's user alone. Read again on reload.
    pub key: PathBuf,
    /// Whether clients show certificates.
    pub clients: ClientCertificates,
}

/// Whether clients show certificates, and who signs them.
#[derive(Clone, Debug)]
pub enum ClientCertificates {
    /// They are not asked for one.
    Off,
    /// They may show one that these authorities (PEM) signed.
    Optional(PathBuf),
    /// Without one that these authorities (PEM) signed there is no connection.
    Required(PathBuf),
}

/// How much and how long.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Largest request body, and largest message on stdio.
    pub body_bytes: usize,
    /// Largest sum of a request's header names and values.
    pub header_bytes: usize,
    /// Longest path with query.
    pub url_bytes: usize,
    /// How deep the arrays and objects of a message may be nested.
    pub json_depth: usize,
    /// Longest string in a message, in bytes.
    pub string_bytes: usize,
    /// Most entries of an array or object in a message.
    pub array_items: usize,
    /// Connections held open at once. When there are as many, the one that has been idle longest makes way.
    pub connections: usize,
    /// Connections held open at once from one address (a /64 for IPv6); further ones are closed.
    pub connections_per_address: usize,
    /// Requests worked on at once; further ones are told to come back.
    pub concurrent_requests: usize,
    /// How long the TLS handshake may take.
    pub handshake_timeout: Duration,
    /// How long a client may take to send a request's head.
    pub head_timeout: Duration,
    /// How long a connection may rest between two requests.
    pub idle_timeout: Duration,
    /// How long a client may take to send a request's body.
    pub body_timeout: Duration,
    /// How long a request may take until its answer begins.
    pub request_timeout: Duration,
    /// How long a client may take none of an answer that is waiting for it.
    pub write_timeout: Duration,
    /// How long requests in flight may go on after the listener was told to stop.
    pub drain_timeout: Duration,
    /// Requests of one caller.
    pub per_caller: Rate,
    /// Requests from one address (a /64 for IPv6), whoever makes them.
    pub per_address: Rate,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 1 << 20,
            header_bytes: 16 << 10,
            url_bytes: 4 << 10,
            json_depth: 32,
            string_bytes: 64 << 10,
            array_items: 1_000,
            connections: 1_024,
            connections_per_address: 128,
            concurrent_requests: 128,
            handshake_timeout: Duration::from_secs(10),
            head_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(75),
            body_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(60),
            write_timeout: Duration::from_secs(30),
            drain_timeout: Duration::from_secs(20),
            per_caller: Rate { per_minute: 600, burst: 120 },
            per_address: Rate { per_minute: 1_200, burst: 240 },
        }
    }
}

/// How often something may happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// In the long run, in a minute; 0 means without bound.
    pub per_minute: u32,
    /// At once, after a rest.
    pub burst: u32,
}

/// Who may come in, and how.
#[derive(Clone, Debug, Default)]
pub struct SignIn {
    /// Whether everybody must show a credential. Without, whoever reaches the loopback listener is `local`, a member.
    pub required: bool,
    /// The identity providers whose access tokens are taken, and where people sign in to the dashboard.
    pub providers: Vec<Provider>,
    /// What the holders of client certificates are.
    pub certificate_grants: Vec<Grant>,
    /// What happens after failures.
    pub lockout: Lockout,
    /// How long sessions of the dashboard live.
    pub sessions: Sessions,
    /// Networks that providers may be in although they are private; loopback for tests.
    pub private_networks: Vec<IpNet>,
    /// Authorities (PEM) that vouch for providers, beside the system's.
    pub authorities: Option<PathBuf>,
}

/// An OpenID Connect provider.
#[derive(Clone, Debug)]
pub struct Provider {
    /// What it is called here: principals are `NAME:SUBJECT`.
    pub name: String,
    /// Its issuer, exactly as it stands in its tokens.
    pub issuer: String,
    /// Audiences of access tokens; a token must be for one of them. By default the address of `/mcp`.
    pub audiences: Vec<String>,
    /// Signature algorithms that are taken, such as `RS256`. Only asymmetric ones can be.
    pub algorithms: Vec<String>,
    /// Values of `typ` in the header of access tokens that are taken, in lower case; empty takes any that is no other
    /// kind of token's.
    pub token_types: Vec<String>,
    /// How far its clock may be off.
    pub leeway: Duration,
    /// The dashboard's client there; none when nobody signs in to the dashboard with it.
    pub client: Option<Client>,
    /// Whether `scope` of a token bounds what it can be used for, by the names of permissions.
    pub scopes_bound: bool,
    /// The scopes that clients are told to ask it for; by default `openid`, or with `scopes_bound` what members need.
    pub scopes: Vec<String>,
    /// Roles that everybody has who signs in with it.
    pub default_roles: Vec<String>,
    /// The claim that tells people's names to show; `preferred_username` or `email`, for example.
    pub name_claim: String,
    /// What claims give.
    pub grants: Vec<Grant>,
}

/// The dashboard as a client of a provider.
#[derive(Clone, Debug)]
pub struct Client {
    /// Its id there.
    pub id: String,
    /// Its secret there, where it has one.
    pub secret: Option<SecretString>,
}

/// What a claim with a value gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The claim, with dots between the levels, such as `realm_access.roles`. Of certificates: `common_name`, `dns`,
    /// `email` or `uri`.
    pub claim: String,
    /// The value that it must have, or hold where it is a list.
    pub value: String,
    /// The roles that this gives.
    pub roles: Vec<String>,
    /// The teams that this gives.
    pub teams: Vec<String>,
}

/// What happens after failed sign-ins: each failure beyond the allowed ones doubles the wait.
#[derive(Clone, Debug)]
pub struct Lockout {
    /// Failures in a row without consequence.
    pub attempts: u32,
    /// The first wait.
    pub first: Duration,
    /// The longest wait.
    pub longest: Duration,
}

impl Default for Lockout {
    fn default() -> Self {
        Self { attempts: 10, first: Duration::from_secs(1), longest: Duration::from_secs(15 * 60) }
    }
}

/// How long sessions of the dashboard live.
#[derive(Clone, Debug)]
pub struct Sessions {
    /// Without a request.
    pub idle: Duration,
    /// At all.
    pub longest: Duration,
    /// Until the cookie is replaced.
    pub rotate: Duration,
}

impl Default for Sessions {
    fn default() -> Self {
        Self {
            idle: Duration::from_secs(30 * 60),
            longest: Duration::from_secs(12 * 60 * 60),
            rotate: Duration::from_secs(15 * 60),
        }
    }
}
