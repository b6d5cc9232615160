//! Every key of the configuration there is. The reader of files and variables, the schema for editors, `config show`, the
//! page in docs and the list of what needs a restart all come from here.

use super::key::Effect::{Reload, Restart};
use super::key::Kind::{
    Address, Choice, Filter, Grants, Host, Issuer, Line, List, Network, Path, Permission, Receiver, Role, Secret,
    Service, Switch, Url, VaultKey, WebOrigin, Whole,
};
use super::key::{Key, Kind, NAME};

macro_rules! keys {
    ($($name:ident = $path:literal: $kind:expr, $default:literal $(or $otherwise:literal)?, $effect:ident, $meaning:literal;)+) => {
        $(pub(crate) static $name: Key = Key {
            path: $path,
            kind: $kind,
            default: $default,
            otherwise: concat!($($otherwise)?),
            effect: $effect,
            meaning: $meaning,
        };)+

        /// All of them, in the order in which people read them.
        pub(crate) static ALL: &[&Key] = &[$(&$name),+];
    };
}

/// Each table, with what it is about.
pub(crate) const TABLES: [(&str, &str); 20] = [
    ("server", "Where the server listens and which requests it takes."),
    ("server.tls", "HTTPS. With neither a certificate nor a key the server speaks plain HTTP."),
    ("limits", "How much and how long, each with a safe value."),
    ("sign_in", "Who may come in."),
    ("sign_in.lockout", "What happens after failed sign-ins."),
    ("sign_in.sessions", "How long sessions of the dashboard live."),
    (
        "sign_in.providers.NAME",
        "An OpenID Connect provider whose access tokens are taken. NAME is yours: people are called NAME:SUBJECT here.",
    ),
    ("access", "Who may do what, beyond the shipped roles."),
    (
        "access.roles.NAME",
        "A role of your own, or a shipped one defined anew (all but admin, which may do everything).",
    ),
    ("openbao", "Where references that begin with bao: lead: a server of OpenBao or Vault."),
    ("audit", "The audit log: how it is signed and how long its texts stay."),
    (
        "audit.checkpoints.NAME",
        "A second place for signed checkpoints, best off this machine: who holds only one place can rewrite all of it. NAME is yours.",
    ),
    (
        "audit.exports.NAME",
        "A second place for the entries of the audit log. By NAME, which is yours, it goes on where it ended; under a new one it begins with the first entry.",
    ),
    ("vault", "What the secrets of projects are sealed with (docs/secrets.md)."),
    ("vault.transit", "A key that OpenBao or Vault keeps in its transit engine."),
    ("checks", "How projects are checked for secrets, vulnerable packages and missing safeguards."),
    (
        "checks.sla",
        "Within how many days vulnerabilities of registered projects are to be cleared (docs/vulnerabilities.md).",
    ),
    (
        "checks.engines.NAME",
        "Another scanner that may look as well. NAME is gitleaks, betterleaks, trufflehog, kingfisher or osv-scanner.",
    ),
    ("log", "What is logged, and where it is kept."),
    ("data", "The program's own records."),
];

/// The fields of a grant, with what they mean.
pub(crate) const GRANT: [(&str, &str); 4] = [
    (
        "claim",
        "The claim, with dots between the levels, as realm_access.roles. Of certificates: common_name, dns, email or uri.",
    ),
    ("value", "The value that it must have, or hold where it is a list."),
    ("roles", "The roles that this gives."),
    ("teams", "The teams that this gives."),
];

const ALGORITHMS: &[&str] = &["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"];
const SECONDS: Kind = Whole { least: 1, most: 3_600 };
const SLA_DAYS: Kind = Whole { least: 1, most: 3_650 };
const RATE: Kind = Whole { least: 0, most: 1_000_000 };

keys! {
    LISTEN = "server.listen": Address, "\"127.0.0.1:8080\"", Restart, "Where `serve --http` listens when the flag names no address.";
    REDIRECT_LISTEN = "server.redirect_listen": Address, "" or "nothing listens", Restart, "Where plain HTTP is answered with a redirect to HTTPS, and nothing else.";
    OPERATIONS_LISTEN = "server.operations_listen": Address, "" or "nothing listens", Restart, "Where health and metrics are served, apart from everything else, without sign-in, to private networks alone.";
    PUBLIC_URL = "server.public_url": Url, "" or "the address it listens on", Restart, "Where people reach this server. Links, sign-in and the audience of access tokens use it.";
    ALLOWED_HOSTS = "server.allowed_hosts": List(&Host), "" or "the host of public_url, and the names of this machine", Reload, "Values of `Host` that are served.";
    ALLOWED_ORIGINS = "server.allowed_origins": List(&WebOrigin), "" or "public_url; in development the origins of this machine as well", Reload, "Values of `Origin` that are served.";
    TRUSTED_PROXIES = "server.trusted_proxies": List(&Network), "[]", Reload, "Proxies whose `X-Forwarded-For` is believed.";
    READ_ONLY = "server.read_only": Switch, "false", Reload, "Whether everything that changes projects or grants access is refused.";
    ROOTS = "server.roots": List(&Path), "[]" or "none over HTTP; on stdio the working folder", Restart, "Folders beneath which projects may be written.";
    CERTIFICATE = "server.tls.certificate": Path, "" or "no HTTPS", Reload, "The certificate chain, PEM. Switching HTTPS on or off needs a restart.";
    KEY = "server.tls.key": Path, "" or "no HTTPS", Reload, "Its private key, PEM. Nobody but this program's user and group may read it.";
    CLIENT_CERTIFICATES = "server.tls.client_certificates": Choice(&["off", "optional", "required"]), "\"off\"", Reload, "Whether clients show certificates.";
    CLIENT_AUTHORITIES = "server.tls.client_authorities": Path, "" or "none", Reload, "Who signs clients' certificates, PEM.";
    BODY_BYTES = "limits.body_bytes": Whole { least: 1_024, most: 1 << 30 }, "1048576", Reload, "Largest request body, and largest message on stdio.";
    HEADER_BYTES = "limits.header_bytes": Whole { least: 1_024, most: 1 << 20 }, "16384", Reload, "Largest sum of a request's header names and values.";
    URL_BYTES = "limits.url_bytes": Whole { least: 256, most: 1 << 16 }, "4096", Reload, "Longest path with query.";
    JSON_DEPTH = "limits.json_depth": Whole { least: 8, most: 128 }, "32", Reload, "How deep the arrays and objects of a message may be nested.";
    STRING_BYTES = "limits.string_bytes": Whole { least: 256, most: 1 << 30 }, "65536", Reload, "Longest string in a message.";
    ARRAY_ITEMS = "limits.array_items": Whole { least: 16, most: 1_000_000 }, "1000", Reload, "Most entries of an array or object in a message.";
    CONNECTIONS = "limits.connections": Whole { least: 1, most: 1_000_000 }, "1024", Restart, "Connections held open at once.";
    CONNECTIONS_PER_ADDRESS = "limits.connections_per_address": Whole { least: 1, most: 1_000_000 }, "128", Restart, "Connections held open at once from one address.";
    CONCURRENT_REQUESTS = "limits.concurrent_requests": Whole { least: 1, most: 100_000 }, "128", Restart, "Requests worked on at once.";
    HANDSHAKE_TIMEOUT = "limits.handshake_timeout_seconds": SECONDS, "10", Reload, "How long the TLS handshake may take.";
    HEAD_TIMEOUT = "limits.head_timeout_seconds": SECONDS, "10", Reload, "How long a client may take to send a request's head.";
    IDLE_TIMEOUT = "limits.idle_timeout_seconds": SECONDS, "75", Reload, "How long a connection may rest between two requests.";
    BODY_TIMEOUT = "limits.body_timeout_seconds": SECONDS, "10", Reload, "How long a client may take to send a request's body.";
    REQUEST_TIMEOUT = "limits.request_timeout_seconds": SECONDS, "60", Reload, "How long a request may take until its answer begins.";
    WRITE_TIMEOUT = "limits.write_timeout_seconds": SECONDS, "30", Reload, "How long a client may take none of an answer that is waiting for it.";
    DRAIN_TIMEOUT = "limits.drain_timeout_seconds": SECONDS, "20", Restart, "How long requests in flight may go on after the server was told to stop.";
    CALLER_RATE = "limits.requests_per_minute_per_caller": RATE, "600", Reload, "Requests of one caller in the long run; 0 is without bound.";
    CALLER_BURST = "limits.burst_per_caller": RATE, "120", Reload, "Requests of one caller at once, after a rest.";
    ADDRESS_RATE = "limits.requests_per_minute_per_address": RATE, "1200", Reload, "Requests from one address in the long run, whoever makes them; 0 is without bound.";
    ADDRESS_BURST = "limits.burst_per_address": RATE, "240", Reload, "Requests from one address at once, after a rest.";
    PROJECTS = "limits.projects_per_caller": Whole { least: 1, most: 1_000_000 }, "1000", Reload, "Projects of one caller on record.";
    PROJECT_BYTES = "limits.project_bytes_per_caller": Whole { least: 1 << 20, most: 1 << 50 }, "1073741824", Reload, "Bytes of all files of one caller's projects, as planned.";
    SIGN_IN_REQUIRED = "sign_in.required": Switch, "false", Restart, "Whether everybody must show a credential. Without, whoever reaches the loopback listener is `local`, a member.";
    PRIVATE_NETWORKS = "sign_in.private_networks": List(&Network), "[]", Restart, "Networks that providers, OpenBao and the receivers of the audit log may be in although they are private.";
    AUTHORITIES = "sign_in.authorities": Path, "" or "the system's alone", Restart, "Authorities (PEM) that vouch for providers, OpenBao and the receivers of the audit log, beside the system's.";
    LOCKOUT_ATTEMPTS = "sign_in.lockout.attempts": Whole { least: 1, most: 1_000 }, "10", Restart, "Failures in a row without consequence. Each further one doubles the wait.";
    LOCKOUT_FIRST = "sign_in.lockout.first_seconds": Whole { least: 1, most: 86_400 }, "1", Restart, "The first wait.";
    LOCKOUT_LONGEST = "sign_in.lockout.longest_seconds": Whole { least: 1, most: 604_800 }, "900", Restart, "The longest wait.";
    SESSION_IDLE = "sign_in.sessions.idle_minutes": Whole { least: 1, most: 1_440 }, "30", Restart, "How long a session lives without a request.";
    SESSION_LONGEST = "sign_in.sessions.longest_hours": Whole { least: 1, most: 168 }, "12", Restart, "How long a session lives at all.";
    SESSION_ROTATE = "sign_in.sessions.rotate_minutes": Whole { least: 1, most: 1_440 }, "15", Restart, "When a session gets another cookie.";
    ISSUER = "sign_in.providers.NAME.issuer": Issuer, "" or "it must be there", Restart, "The issuer, exactly as it stands in the provider's tokens.";
    AUDIENCES = "sign_in.providers.NAME.audiences": List(&Line), "" or "public_url with /mcp", Restart, "Audiences of access tokens; a token must be for one of them.";
    ALGORITHMS_TAKEN = "sign_in.providers.NAME.algorithms": List(&Choice(ALGORITHMS)), "[\"RS256\", \"PS256\", \"ES256\", \"EdDSA\"]", Restart, "Signature algorithms that are taken.";
    TOKEN_TYPES = "sign_in.providers.NAME.token_types": List(&Line), "[]", Restart, "Values of `typ` in the header of access tokens that are taken; empty takes any that is no other kind of token's.";
    LEEWAY = "sign_in.providers.NAME.leeway_seconds": Whole { least: 0, most: 300 }, "30", Restart, "How far the provider's clock may be off.";
    CLIENT_ID = "sign_in.providers.NAME.client_id": Line, "" or "nobody signs in to the dashboard with it", Restart, "The id of the dashboard's client at the provider.";
    CLIENT_SECRET = "sign_in.providers.NAME.client_secret": Secret, "" or "a public client", Restart, "The secret of the dashboard's client.";
    SCOPES_BOUND = "sign_in.providers.NAME.scopes_bound": Switch, "false", Restart, "Whether the scopes of a token bound what it can be used for, by the names of permissions.";
    SCOPES = "sign_in.providers.NAME.scopes": List(&Line), "" or "openid; with scopes_bound what members need", Restart, "Scopes that clients are told to ask the provider for.";
    DEFAULT_ROLES = "sign_in.providers.NAME.default_roles": List(&Role), "[]", Restart, "Roles that everybody has who signs in with it.";
    NAME_CLAIM = "sign_in.providers.NAME.name_claim": Line, "\"preferred_username\"", Restart, "The claim that tells the name to show.";
    PROVIDER_GRANTS = "sign_in.providers.NAME.grants": Grants, "[]", Restart, "What claims give.";
    CERTIFICATE_GRANTS = "sign_in.certificate_grants": Grants, "[]", Restart, "What the holders of client certificates are.";
    EXECUTE_OVER_HTTP = "access.execute_over_http": Switch, "false", Reload, "Whether projects' code may be run for callers over HTTP.";
    PERMISSIONS = "access.roles.NAME.permissions": List(&Permission), "" or "it must be there", Reload, "The permissions of the role.";
    BAO_ADDRESS = "openbao.address": Service, "" or "there is none", Reload, "Where it is.";
    BAO_TOKEN = "openbao.token": Secret, "" or "there is none", Reload, "The token to read with.";
    CHECKPOINT_SECONDS = "audit.checkpoint_seconds": Whole { least: 1, most: 86_400 }, "60", Restart, "How often the audit log is signed, if it has grown.";
    RETENTION_DAYS = "audit.retention_days": Whole { least: 0, most: 36_500 }, "0", Restart, "How long the texts of entries stay; 0 keeps them all. Hashes stay always.";
    PSEUDONYM_KEY = "audit.pseudonym_key": Secret, "" or "names and addresses are in clear", Restart, "With it names and addresses stand in the log as an HMAC: whoever holds it can tell whose they are.";
    SIGNING_KEYS = "audit.signing_keys": Secret, "" or "keys of its own in the data folder", Restart, "The private keys that sign checkpoints, a line each, the newest first.";
    CHECKPOINT_KIND = "audit.checkpoints.NAME.kind": Choice(&["file", "s3", "webhook"]), "" or "it must be there", Restart, "What kind of place it is.";
    CHECKPOINT_FOLDER = "audit.checkpoints.NAME.folder": Path, "" or "it must be there for file", Restart, "file: the folder, which must exist.";
    CHECKPOINT_BUCKET = "audit.checkpoints.NAME.bucket": Line, "" or "it must be there for s3", Restart, "s3: the bucket.";
    CHECKPOINT_REGION = "audit.checkpoints.NAME.region": Line, "\"us-east-1\"", Restart, "s3: its region.";
    CHECKPOINT_ENDPOINT = "audit.checkpoints.NAME.endpoint": Service, "" or "Amazon's", Restart, "s3: where it is, if not at Amazon.";
    CHECKPOINT_PREFIX = "audit.checkpoints.NAME.prefix": Line, "" or "none", Restart, "s3: what the names of objects begin with.";
    CHECKPOINT_KEY_ID = "audit.checkpoints.NAME.access_key_id": Line, "" or "it must be there for s3", Restart, "s3: the id of the access key.";
    CHECKPOINT_ACCESS_KEY = "audit.checkpoints.NAME.secret_access_key": Secret, "" or "it must be there for s3", Restart, "s3: the access key. Credentials of the machine are never asked for.";
    CHECKPOINT_URL = "audit.checkpoints.NAME.url": Receiver, "" or "it must be there for webhook", Restart, "webhook: the address of the receiver.";
    CHECKPOINT_SECRET = "audit.checkpoints.NAME.secret": Secret, "" or "it must be there for webhook", Restart, "webhook: what signs, `whsec_` and base64.";
    CHECKPOINT_OLDER_SECRET = "audit.checkpoints.NAME.older_secret": Secret, "" or "none", Restart, "webhook: signs as well while the receiver changes to the new one.";
    EXPORT_KIND = "audit.exports.NAME.kind": Choice(&["jsonl", "syslog", "webhook"]), "" or "it must be there", Restart, "What kind of place it is.";
    EXPORT_FILE = "audit.exports.NAME.file": Path, "" or "it must be there for jsonl", Restart, "jsonl: the file, whose folder must exist.";
    EXPORT_HOST = "audit.exports.NAME.host": Line, "" or "it must be there for syslog", Restart, "syslog: the name of the receiver; its certificate must be for it.";
    EXPORT_PORT = "audit.exports.NAME.port": Whole { least: 1, most: 65_535 }, "6514", Restart, "syslog: its port.";
    EXPORT_AUTHORITIES = "audit.exports.NAME.authorities": Path, "" or "the system's", Restart, "syslog: who vouches for its certificate, PEM.";
    EXPORT_CERTIFICATE = "audit.exports.NAME.certificate": Path, "" or "none", Restart, "syslog: the certificate that this server shows, PEM.";
    EXPORT_CERTIFICATE_KEY = "audit.exports.NAME.certificate_key": Path, "" or "none", Restart, "syslog: its private key, PEM.";
    EXPORT_RESEND = "audit.exports.NAME.resend": Whole { least: 0, most: 100_000 }, "1000", Restart, "syslog: how many entries are sent once more after a connection that broke.";
    EXPORT_URL = "audit.exports.NAME.url": Receiver, "" or "it must be there for webhook", Restart, "webhook: the address of the receiver.";
    EXPORT_SECRET = "audit.exports.NAME.secret": Secret, "" or "it must be there for webhook", Restart, "webhook: what signs, `whsec_` and base64.";
    EXPORT_OLDER_SECRET = "audit.exports.NAME.older_secret": Secret, "" or "none", Restart, "webhook: signs as well while the receiver changes to the new one.";
    VAULT_KEY = "vault.key": VaultKey, "" or "in development the key of smart-begin key create; else there is none", Reload, "The key-encryption key that seals secrets.";
    VAULT_PREVIOUS_KEYS = "vault.previous_keys": List(&VaultKey), "[]", Reload, "Older keys, which open what they sealed until smart-begin key rotate has put everything under vault.key.";
    VAULT_TRANSIT_ADDRESS = "vault.transit.address": Service, "" or "openbao.address", Reload, "Where the server is.";
    VAULT_TRANSIT_TOKEN = "vault.transit.token": Secret, "" or "openbao.token", Reload, "The token to use the key with; its file is read for each call, so that an agent can renew it.";
    VAULT_TRANSIT_MOUNT = "vault.transit.mount": Line, "\"transit\"", Reload, "Where the engine is mounted.";
    VAULT_TRANSIT_KEY = "vault.transit.key": Line, "\"smart-begin\"", Reload, "The name of the key; it must be there.";
    CHECK_FAIL_ON = "checks.fail_on": Choice(&["low", "medium", "high", "critical"]), "\"medium\"", Restart, "The severity from which a finding fails a check, and a secret or a vulnerable package stops a project that is to be begun.";
    CHECK_RULES = "checks.rules": Path, "" or "the shipped rules", Restart, "Your own rules for secrets, a file in the form of gitleaks.toml; with [extend] useDefault the shipped ones hold, too.";
    CHECK_GITLEAKS_KNOWN = "checks.gitleaks_known": List(&Path), "[]", Restart, "Files with what gitleaks was told to leave alone: in the form of .gitleaksignore, or JSON reports of gitleaks. What they know is only listed.";
    CHECK_ARCHIVES = "checks.archives": Switch, "false", Restart, "Whether zip, tar and gzip files are looked into for secrets, within bounds.";
    CHECK_HONOUR_COMMENTS = "checks.honour_comments": Switch, "false", Restart, "Whether a line with gitleaks:allow is only listed. It is written by whoever writes what is checked.";
    CHECK_HONOUR_IGNORES = "checks.honour_ignores": Switch, "true", Restart, "Whether what the osv-scanner.toml at the root of what is checked names is only listed.";
    CHECK_ADVISORIES_URL = "checks.advisories_url": Receiver, "\"https://osv-vulnerabilities.storage.googleapis.com\"", Restart, "Where smart-begin advisories update fetches advisories: laid out as OSV publishes them, ECOSYSTEM/all.zip.";
    CHECK_OSV_API = "checks.osv_api": Receiver, "" or "nobody is asked", Restart, "A server that speaks the API of OSV, above /v1. Checks ask it for packages whose ecosystem has no advisories here, unless with --offline; the names and versions of those packages are sent to it.";
    CHECK_SLA_CRITICAL = "checks.sla.critical": SLA_DAYS, "7", Restart, "Within how many days a critical vulnerability of a registered project is to be cleared.";
    CHECK_SLA_HIGH = "checks.sla.high": SLA_DAYS, "30", Restart, "The same for a high one.";
    CHECK_SLA_MEDIUM = "checks.sla.medium": SLA_DAYS, "90", Restart, "The same for a medium one, and for one whose severity nobody told.";
    CHECK_SLA_LOW = "checks.sla.low": SLA_DAYS, "180", Restart, "The same for a low one.";
    CHECK_DAILY_ADVISORIES = "checks.daily_advisories": Switch, "false", Restart, "Whether a server fetches newer advisories once a day by itself.";
    CHECK_PATCHES = "checks.patches": Choice(&["off", "low", "medium", "high", "critical"]), "\"off\"", Restart, "From which severity a server makes upgrades once a day by itself, each on a branch that people merge.";
    CHECK_FIX = "checks.fix": Choice(&["plan", "refresh", "gates"]), "\"gates\"", Restart, "How far smart-begin fix may go for those who have the permission execute: it plans, it has the package managers bring lockfiles up to date, or it runs the project's own gates as well, which are its code.";
    CHECK_FIX_NETWORK = "checks.fix_network": Choice(&["nothing", "refresh", "gates"]), "\"refresh\"", Restart, "What of a fix may use the network: nothing, the package managers to ask their registries, or the project's own gates as well.";
    CHECK_ENGINE_PATH = "checks.engines.NAME.path": Path, "" or "it is looked for on PATH", Restart, "Where its program is.";
    CHECK_ENGINE_SHA256 = "checks.engines.NAME.sha256": Line, "" or "any program of that name is run", Restart, "The SHA-256 of its program in 64 hex digits: another one is not run.";
    LOG_FILTER = "log.filter": Filter, "\"info,rmcp=warn\"", Reload, "What is logged, on stderr as JSON.";
    LOG_FILES = "log.files": Switch, "true", Restart, "Whether a server writes its log to files as well, which smart-begin logs reads; on stdio only where this key is set, since the client keeps the log.";
    LOG_FOLDER = "log.folder": Path, "" or "logs in the data folder", Restart, "The folder of the log files, of its own: nobody but its owner may write there.";
    LOG_ROTATE_BYTES = "log.rotate_bytes": Whole { least: 65_536, most: 1 << 30 }, "16777216", Restart, "A log file of this size is closed and compressed.";
    LOG_ROTATE_HOURS = "log.rotate_hours": Whole { least: 1, most: 8_760 }, "24", Restart, "A log file this old is closed and compressed.";
    LOG_KEEP_BYTES = "log.keep_bytes": Whole { least: 1 << 20, most: 1 << 50 }, "1073741824", Restart, "All log files together; beyond this the oldest are removed.";
    LOG_KEEP_DAYS = "log.keep_days": Whole { least: 1, most: 3_650 }, "30", Restart, "How long a closed log file is kept.";
    DATA_FOLDER = "data.folder": Path, "" or "smart-begin in the data folder of the XDG rules", Restart, "The folder for the program's own records.";
}

/// What a path leads to.
pub(crate) enum Found {
    /// A key.
    Key(&'static Key),
    /// A table.
    Table,
    /// Nothing.
    Nothing,
}

/// What the parts of a path lead to.
pub(crate) fn find(parts: &[&str]) -> Found {
    let mut table = false;
    for key in ALL {
        let mut known = key.path.split('.');
        if parts.iter().all(|part| known.next().is_some_and(|name| name == *part || name == NAME)) {
            match known.next() {
                None => return Found::Key(key),
                Some(_) => table = true,
            }
        }
    }
    if table { Found::Table } else { Found::Nothing }
}

/// The names that may follow the parts of a path; [`NAME`] where the operator chooses.
pub(crate) fn following(parts: &[&str]) -> Vec<&'static str> {
    let mut names: Vec<&'static str> = Vec::new();
    for key in ALL {
        let mut known = key.path.split('.');
        if parts.iter().all(|part| known.next().is_some_and(|name| name == *part || name == NAME))
            && let Some(next) = known.next()
            && !names.contains(&next)
        {
            names.push(next);
        }
    }
    names
}
