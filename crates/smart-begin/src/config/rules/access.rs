//! Rules on roles, secrets and what is logged.

use domain::ADMIN;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

use super::complaint::Complaint;
use crate::config::key::Key;
use crate::config::keys::{
    BAO_ADDRESS, BAO_TOKEN, CERTIFICATE_GRANTS, DEFAULT_ROLES, EXECUTE_OVER_HTTP, LOG_FILTER, PERMISSIONS,
    PROVIDER_GRANTS, VAULT_TRANSIT_ADDRESS, VAULT_TRANSIT_TOKEN,
};
use crate::config::reach::is_this_machine;
use crate::config::reference::Reference;
use crate::config::settings::Settings;
use crate::config::value::{Value, unknown};

pub(super) fn quiet_log(settings: &Settings) -> Vec<Complaint> {
    let filter = settings.text(&LOG_FILTER).and_then(|filter| EnvFilter::try_new(filter).ok());
    let talks = |filter: EnvFilter| filter.max_level_hint().is_none_or(|level| level > LevelFilter::INFO);
    if !filter.is_some_and(talks) {
        return Vec::new();
    }
    let message = "Lines at debug and trace may hold what people typed, and cost time.";
    vec![Complaint::new(LOG_FILTER.path, message, "Log at info, warn or error; a module without a level means trace.")]
}

pub(super) fn https_openbao(settings: &Settings) -> Vec<Complaint> {
    let plain = |key: &&'static Key| {
        let said = settings.text(*key);
        said.is_some_and(|address| !address.starts_with("https://") && !is_this_machine(address))
    };
    let complain =
        |key: &Key| Complaint::new(key.path, "Secrets would travel in plain text.", "Use its https:// address.");
    let keys: [&'static Key; 2] = [&BAO_ADDRESS, &VAULT_TRANSIT_ADDRESS];
    keys.into_iter().filter(plain).map(complain).collect()
}

pub(super) fn known_roles(settings: &Settings) -> Vec<Complaint> {
    let roles = settings.policy().roles;
    let known: Vec<&str> = roles.iter().map(|(name, _)| name).collect();
    let mut complaints = Vec::new();
    let mut look = |path: String, line: Option<usize>, role: &str| {
        if !known.contains(&role) {
            let (message, hint) = unknown("role", role, &known);
            let message = message.replacen("there", "There", 1) + ".";
            complaints.push(Complaint { line, ..Complaint::new(path, message, hint) });
        }
    };
    for name in settings.names(&DEFAULT_ROLES) {
        for role in settings.texts(DEFAULT_ROLES.of(&name)) {
            look(DEFAULT_ROLES.of(&name).path(), None, &role);
        }
    }
    let grants: [&'static Key; 2] = [&PROVIDER_GRANTS, &CERTIFICATE_GRANTS];
    for key in grants {
        for name in settings.names(key) {
            for grant in settings.grants(key.of(&name)) {
                grant.roles.iter().for_each(|role| look(key.of(&name).path(), grant.line, role));
            }
        }
    }
    complaints
}

pub(super) fn role_has_permissions(settings: &Settings) -> Vec<Complaint> {
    let without = settings
        .names(&PERMISSIONS)
        .into_iter()
        .filter(|name| settings.at(&PERMISSIONS.of(name).path()).is_none_or(|setting| setting.value.is_none()));
    without
        .map(|name| {
            let path = PERMISSIONS.of(&name).path();
            let hint = "List its permissions; docs/configuration.md names them all.";
            Complaint::new(path, "The role does not say what it permits.", hint)
        })
        .collect()
}

pub(super) fn admin_stays(settings: &Settings) -> Vec<Complaint> {
    if !settings.names(&PERMISSIONS).iter().any(|name| name == ADMIN) {
        return Vec::new();
    }
    let message = "admin may do everything, and stays so.";
    vec![Complaint::new(PERMISSIONS.of(ADMIN).path(), message, "Define a role of another name.")]
}

pub(super) fn openbao_complete(settings: &Settings) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    let is_bao = |value: &Option<Value>| matches!(value, Some(Value::Secret(Reference::Bao { .. })));
    for setting in settings.iter().filter(|setting| is_bao(&setting.value)) {
        if [BAO_TOKEN.path, VAULT_TRANSIT_TOKEN.path].contains(&setting.key.path) {
            let message = "The token to read OpenBao with cannot be read from OpenBao.";
            complaints.push(Complaint::new(setting.key.path, message, "Use file:/path or cred:NAME."));
        } else if settings.text(&BAO_ADDRESS).is_none() || settings.secret(&BAO_TOKEN).is_none() {
            let message = "The reference leads to OpenBao, and it is not said where that is or how to read it.";
            complaints.push(Complaint::new(&setting.path, message, "Set openbao.address and openbao.token."));
        }
    }
    complaints
}

pub(super) fn execute_over_http(settings: &Settings) -> Vec<Complaint> {
    if !settings.switch(&EXECUTE_OVER_HTTP) {
        return Vec::new();
    }
    let message = "Callers over HTTP who have the permission execute can let other people's code run on this machine.";
    vec![Complaint::new(EXECUTE_OVER_HTTP.path, message, "Leave it off unless this machine holds nothing else.")]
}
