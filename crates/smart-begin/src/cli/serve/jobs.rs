//! What the server does by itself, from the configuration: signs the audit log, takes it to second places, thins it out.

use std::sync::Arc;
use std::time::Duration;

use app::{Call, Checkpoints, Error, ErrorKind, Export, Jobs, LogPlace, Periodic, Quiet, Services};
use delivery::{
    Destination, Folder, JsonLines, Patience, S3, S3Config, Sink, Syslog, SyslogConfig, Webhook, WebhookConfig,
};
use domain::{ADMIN, Caller, Credential, Face, RequestId};
use observe::{DeliveryCounts, RotationCounts};
use outbound::Rules;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::config::{Key, Secrets, Settings, keys};
use crate::wire;

/// How long a server that stops waits for its jobs.
const LAST_WAIT: Duration = Duration::from_secs(5);

/// How long the jobs of a server that starts rest.
const FIRST_REST: Duration = Duration::from_secs(1);

const DAY: Duration = Duration::from_secs(86_400);

/// Jobs that run.
pub(super) struct Started {
    stop: CancellationToken,
    running: JoinHandle<()>,
}

impl Started {
    /// Runs `jobs` until they are finished.
    pub(super) fn new(jobs: Jobs, services: &Services, counts: DeliveryCounts) -> Self {
        let stop = CancellationToken::new();
        let (store, stopped) = (services.store.clone(), stop.clone());
        let running = tokio::spawn(async move {
            // Whoever waits for the first reply comes first.
            tokio::select! {
                () = stopped.cancelled() => return,
                () = tokio::time::sleep(FIRST_REST) => {}
            }
            jobs.run(store, counts, stopped).await;
        });
        Self { stop, running }
    }

    /// Ends them, and gives up what they held.
    pub(super) async fn finish(self) {
        self.stop.cancel();
        if tokio::time::timeout(LAST_WAIT, self.running).await.is_err() {
            tracing::warn!("background jobs did not end in time");
        }
    }
}

/// All jobs of this configuration, and why some of them cannot be done.
pub(in crate::cli) fn all(
    settings: &Settings,
    secrets: &Secrets,
    services: &Arc<Services>,
    rotations: &RotationCounts,
) -> (Jobs, Vec<Error>) {
    let (mut jobs, faults) = assemble(settings, secrets, services);
    jobs.others.push(app::rotation_job(Arc::clone(services), wire::outside(settings), rotations.clone()));
    jobs.others.push(app::rematch_job(Arc::clone(services)));
    if settings.switch(&keys::CHECK_DAILY_ADVISORIES) {
        jobs.others.push(app::advisories_job(Arc::clone(services)));
    }
    // `off` is no severity.
    if let Some(least) = settings.text(&keys::CHECK_PATCHES).and_then(|word| word.parse().ok()) {
        jobs.others.push(app::patches_job(Arc::clone(services), least));
    }
    (jobs, faults)
}

/// The jobs that have to do with the audit log.
fn assemble(settings: &Settings, secrets: &Secrets, services: &Arc<Services>) -> (Jobs, Vec<Error>) {
    let mut faults = Vec::new();
    let from = From { settings, secrets, rules: rules(settings) };
    let place = wire::log_place(settings).map_err(|fault| faults.push(fault)).ok();
    let origin = origin(settings, place.as_ref()).unwrap_or_else(|fault| {
        faults.push(fault);
        String::new()
    });
    let mut destinations = Vec::new();
    for name in settings.names(&keys::CHECKPOINT_KIND) {
        match from.destination(&name, &origin) {
            Ok(made) => destinations.push((name, made)),
            Err(fault) => faults.push(of_table(&keys::CHECKPOINT_KIND, &name, fault)),
        }
    }
    let mut exports = Vec::new();
    for name in settings.names(&keys::EXPORT_KIND) {
        match from.sink(&name, &origin) {
            Ok(sink) => exports.push(Export { name, sink }),
            Err(fault) => faults.push(of_table(&keys::EXPORT_KIND, &name, fault)),
        }
    }
    let every = settings.seconds(&keys::CHECKPOINT_SECONDS);
    let checkpoints = place.map(|place| Checkpoints { every, place, destinations });
    (Jobs { checkpoints, exports, others: retention(settings, services).into_iter().collect() }, faults)
}

/// The name of the log, which webhooks tell. Elsewhere nobody needs the keys before there is something to sign.
fn origin(settings: &Settings, place: Option<&LogPlace>) -> Result<String, Error> {
    let told = [&keys::CHECKPOINT_URL, &keys::EXPORT_URL]
        .into_iter()
        .any(|key: &'static Key| settings.names(key).iter().any(|name| settings.text(key.of(name)).is_some()));
    match place.filter(|_| told) {
        Some(place) => Ok(place.keys()?.signing().origin().to_owned()),
        None => Ok(String::new()),
    }
}

/// The same fault, with the table of the configuration that it is in.
fn of_table(key: &'static Key, name: &str, mut fault: Error) -> Error {
    fault.message = format!("{} {}", key.of(name).path().trim_end_matches(".kind"), fault.message);
    fault
}

fn rules(settings: &Settings) -> Rules {
    Rules {
        private_networks: settings.networks(&keys::PRIVATE_NETWORKS),
        authorities: settings.path(&keys::AUTHORITIES).map(Into::into),
        timeout: Duration::from_secs(15),
        retries: 0,
        ..Rules::default()
    }
}

/// Drops old texts once a day, where the policy of the house says so.
fn retention(settings: &Settings, services: &Arc<Services>) -> Option<Periodic> {
    let days = settings.whole(&keys::RETENTION_DAYS);
    let services = Arc::clone(services);
    let work = move || {
        let policy = services.policy.get();
        let caller = Caller::new(&policy, "smart-begin", vec![ADMIN.to_owned()], Face::Cli, Credential::DataFolder);
        let request = RequestId::random().map_err(Error::internal)?;
        let call = Call { caller: &caller, request: &request, watch: &Quiet };
        app::retain_audit(&services, &call, &format!("{days}d"), false).map(|retained| {
            tracing::info!(dropped = retained.dropped, held = retained.held, "texts of old audit entries were dropped");
        })
    };
    (days > 0).then(|| Periodic { name: "retention", every: DAY, work: Arc::new(work) })
}

struct From<'a> {
    settings: &'a Settings,
    secrets: &'a Secrets,
    rules: Rules,
}

impl From<'_> {
    fn destination(&self, name: &str, origin: &str) -> Result<Destination, Error> {
        match self.settings.text(keys::CHECKPOINT_KIND.of(name)) {
            Some("file") => {
                let folder = self.settings.path(keys::CHECKPOINT_FOLDER.of(name)).map(Into::into).unwrap_or_default();
                Ok(Destination::Folder(Folder::new(folder)))
            }
            Some("s3") => {
                let config = S3Config {
                    bucket: self.text(&keys::CHECKPOINT_BUCKET, name),
                    region: self.text(&keys::CHECKPOINT_REGION, name),
                    endpoint: self.settings.text(keys::CHECKPOINT_ENDPOINT.of(name)).map(str::to_owned),
                    prefix: self.text(&keys::CHECKPOINT_PREFIX, name),
                    access_key_id: self.text(&keys::CHECKPOINT_KEY_ID, name),
                    secret_access_key: self.secret(&keys::CHECKPOINT_ACCESS_KEY, name)?,
                };
                S3::new(&config, &self.rules, Patience::default()).map(Destination::S3).map_err(unusable)
            }
            _ => {
                let keys = [&keys::CHECKPOINT_URL, &keys::CHECKPOINT_SECRET, &keys::CHECKPOINT_OLDER_SECRET];
                self.webhook(keys, name, origin).map(Destination::Webhook)
            }
        }
    }

    fn sink(&self, name: &str, origin: &str) -> Result<Sink, Error> {
        let path = |key: &'static Key| self.settings.path(key.of(name)).map(Into::into);
        match self.settings.text(keys::EXPORT_KIND.of(name)) {
            Some("jsonl") => Ok(Sink::JsonLines(JsonLines::new(path(&keys::EXPORT_FILE).unwrap_or_default()))),
            Some("syslog") => {
                let config = SyslogConfig {
                    host: self.text(&keys::EXPORT_HOST, name),
                    port: u16::try_from(self.settings.whole(keys::EXPORT_PORT.of(name))).unwrap_or(u16::MAX),
                    authorities: path(&keys::EXPORT_AUTHORITIES),
                    identity: path(&keys::EXPORT_CERTIFICATE).zip(path(&keys::EXPORT_CERTIFICATE_KEY)),
                    own_host: own_host(),
                    resend: self.settings.size(keys::EXPORT_RESEND.of(name)),
                };
                let syslog = Syslog::new(config, &self.rules, Patience::default()).map_err(unusable)?;
                Ok(Sink::Syslog(Box::new(syslog)))
            }
            _ => {
                let keys = [&keys::EXPORT_URL, &keys::EXPORT_SECRET, &keys::EXPORT_OLDER_SECRET];
                self.webhook(keys, name, origin).map(|receiver| Sink::Webhook(Box::new(receiver)))
            }
        }
    }

    fn webhook(&self, keys: [&'static Key; 3], name: &str, origin: &str) -> Result<Webhook, Error> {
        let [url, secret, older] = keys;
        let mut secrets = vec![self.secret(secret, name)?];
        if self.settings.secret(older.of(name)).is_some() {
            secrets.push(self.secret(older, name)?);
        }
        let config = WebhookConfig { url: self.text(url, name), secrets, origin: origin.to_owned() };
        Webhook::new(config, &self.rules, Patience::default()).map_err(unusable)
    }

    fn text(&self, key: &'static Key, name: &str) -> String {
        self.settings.text(key.of(name)).unwrap_or_default().to_owned()
    }

    fn secret(&self, key: &'static Key, name: &str) -> Result<secrecy::SecretString, Error> {
        self.secrets.get(key.of(name)).cloned().ok_or_else(|| {
            let message = format!("cannot be used: the secret of {} was not found.", key.of(name).path());
            Error::new(ErrorKind::Invalid, message, "Look where its reference leads: smart-begin config show")
        })
    }
}

fn unusable(fault: delivery::Error) -> Error {
    Error::new(ErrorKind::Invalid, format!("cannot be used: {fault}."), fault.advice()).because(fault)
}

/// What the kernel calls this machine.
fn own_host() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default().trim().to_owned()
}
