//! Values that follow from others where nobody said anything.

use url::Url;

use super::key::At;
use super::keys::{ALLOWED_HOSTS, ALLOWED_ORIGINS, AUDIENCES, PUBLIC_URL};
use super::settings::Settings;
use super::value::Value;

/// The names under which a machine reaches itself.
const THIS_MACHINE: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Fills them in.
pub(crate) fn fill_in(settings: &mut Settings) {
    let public = settings.text(&PUBLIC_URL).map(str::to_owned);
    let mut hosts: Vec<String> = THIS_MACHINE.map(str::to_owned).to_vec();
    let here = |host: &str| format!("http://{host}:*");
    let mut origins: Vec<String> =
        if settings.environment.is_guarded() { Vec::new() } else { THIS_MACHINE.map(here).to_vec() };
    if let Some(url) = &public {
        hosts.extend(host(url).filter(|host| !THIS_MACHINE.contains(&host.as_str())));
        origins.push(url.clone());
        let audience = Value::List(vec![Value::Text(format!("{url}/mcp"))]);
        for name in settings.names(&AUDIENCES) {
            settings.follow(AUDIENCES.of(&name), &PUBLIC_URL, audience.clone());
        }
    }
    let texts = |texts: Vec<String>| Value::List(texts.into_iter().map(Value::Text).collect());
    settings.follow(At::from(&ALLOWED_HOSTS), &PUBLIC_URL, texts(hosts));
    settings.follow(At::from(&ALLOWED_ORIGINS), &PUBLIC_URL, texts(origins));
}

/// The host of an address, as it stands in `Host` without a port.
pub(crate) fn host(url: &str) -> Option<String> {
    Url::parse(url).ok()?.host_str().map(str::to_owned)
}
