//! Roles, times, browsers and states in words for people who run no servers.

use domain::{Credential, Permission, Policy};
use jiff::Timestamp;

/// A moment, as machines and as people say it.
pub(super) struct Moment {
    /// RFC 3339 in UTC.
    pub(super) exact: String,
    /// The day, as `24 December 2026`.
    pub(super) day: String,
    /// How long ago it was.
    pub(super) words: String,
}

impl Moment {
    /// The moment that `exact` says, seen from `now`.
    pub(super) fn new(exact: &str, now: Timestamp) -> Self {
        let Ok(at) = exact.parse::<Timestamp>() else {
            return Self { exact: exact.to_owned(), day: exact.to_owned(), words: exact.to_owned() };
        };
        let second = Timestamp::from_second(at.as_second()).unwrap_or(at);
        let day = at.strftime("%-d %B %Y").to_string();
        let words = ago(now.as_second().saturating_sub(at.as_second())).unwrap_or_else(|| day.clone());
        Self { exact: second.to_string(), day, words }
    }
}

/// Seconds in words; none where the date says it better.
fn ago(seconds: i64) -> Option<String> {
    let some = |count: i64, unit: &str| Some(format!("{count} {unit}{} ago", if count == 1 { "" } else { "s" }));
    match seconds {
        ..60 => Some("just now".to_owned()),
        60..3_600 => some(seconds / 60, "minute"),
        3_600..86_400 => some(seconds / 3_600, "hour"),
        86_400..604_800 => some(seconds / 86_400, "day"),
        _ => None,
    }
}

/// When something ends, seen from `now`.
pub(super) fn ends(moment: &Moment, now: Timestamp) -> String {
    let Ok(at) = moment.exact.parse::<Timestamp>() else { return moment.day.clone() };
    let left = at.as_second().saturating_sub(now.as_second());
    match left {
        ..1 => format!("ended on {}", moment.day),
        1..86_400 => "within a day".to_owned(),
        86_400..172_800 => "in 1 day".to_owned(),
        172_800..2_592_000 => format!("in {} days", left / 86_400),
        _ => format!("on {}", moment.day),
    }
}

/// A role with what it means.
#[derive(Clone)]
pub(super) struct Role {
    /// Its name in the configuration.
    pub(super) name: String,
    /// What somebody with it does.
    pub(super) meaning: String,
}

/// `roles` in words. What an operator made of a role is not told here, but by the list of what one may do.
pub(super) fn roles(roles: &[String], policy: &Policy) -> Vec<Role> {
    roles.iter().map(|name| Role { name: name.clone(), meaning: meaning(name, policy) }).collect()
}

fn meaning(role: &str, policy: &Policy) -> String {
    let words = match role {
        _ if policy.roles.get(role).is_none() => "This server has no such role, so it allows nothing.",
        "viewer" => "You look at projects.",
        "member" => "You begin projects and look after your own.",
        "operator" => "You keep the server running and look after who has access.",
        "auditor" => "You may look at everything and change nothing.",
        "admin" => "You may do everything.",
        _ => "A role that the operator of this server defined.",
    };
    words.to_owned()
}

/// How somebody came in.
pub(super) fn credential(credential: &Credential) -> &'static str {
    match credential {
        Credential::Session(_) => "You signed in with this browser.",
        Credential::Loopback => {
            "Without signing in: this server is in development and answers everybody on this computer."
        }
        Credential::Certificate => "With a certificate of your browser.",
        Credential::ApiToken(_) => "With an API token.",
        Credential::AccessToken(_) => "With an access token.",
        Credential::DataFolder => "As the owner of the data folder.",
    }
}

/// What a permission allows, said to the one who has it.
pub(super) fn permission(permission: Permission) -> String {
    permission.meaning().replace("oneself", "yourself").replace("one's", "your")
}

/// What a project is, in words where they are known.
pub(super) fn kind(template: &str, stack: &str) -> String {
    let template = match template {
        "api-service" => "API service",
        other => other,
    };
    let stack = match stack {
        "typescript" => "TypeScript",
        "python" => "Python",
        "rust" => "Rust",
        other => other,
    };
    format!("{template} in {stack}")
}

/// A project's state.
pub(super) fn state(state: &str) -> &str {
    match state {
        "finished" => "ready",
        "started" => "being written",
        "abandoned" => "not finished",
        other => other,
    }
}

/// A browser by what it calls itself: name and system where both are known, else what it says, cut.
pub(super) fn browser(agent: Option<&str>) -> String {
    let Some(agent) = agent.filter(|agent| !agent.trim().is_empty()) else { return "Unknown browser".to_owned() };
    // The order matters: most call themselves by the names of those before them, too.
    let names =
        [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];
    let systems = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "Mac"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    let find =
        |table: &[(&str, &'static str)]| table.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    match (find(&names), find(&systems)) {
        (Some(name), Some(system)) => format!("{name} on {system}"),
        _ => agent.chars().take(80).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_as_people_tell_them() {
        let now: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
        for (exact, words) in [
            ("2026-11-23T09:59:30.5Z", "just now"),
            ("2026-11-23T09:59:00Z", "1 minute ago"),
            ("2026-11-23T07:00:00Z", "3 hours ago"),
            ("2026-11-20T10:00:00Z", "3 days ago"),
            ("2026-10-01T10:00:00Z", "1 October 2026"),
            ("no time", "no time"),
        ] {
            assert_eq!(Moment::new(exact, now).words, words);
        }
        for (exact, words) in [
            ("2026-11-23T09:00:00Z", "ended on 23 November 2026"),
            ("2026-11-23T12:00:00Z", "within a day"),
            ("2026-11-24T12:00:00Z", "in 1 day"),
            ("2026-12-03T10:00:00Z", "in 10 days"),
            ("2027-02-21T10:00:00Z", "on 21 February 2027"),
        ] {
            assert_eq!(ends(&Moment::new(exact, now), now), words);
        }
    }

    #[test]
    fn browsers_are_called_by_their_names() {
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0";
        assert_eq!(browser(Some(edge)), "Edge on Windows");
        assert_eq!(browser(Some("curl/8.5")), "curl/8.5");
        assert_eq!(browser(None), "Unknown browser");
    }

    #[test]
    fn permissions_are_told_to_the_one_who_has_them() {
        for permission in Permission::ALL {
            let told = super::permission(*permission);
            assert!(!told.contains("one's") && !told.contains("oneself"), "{told}");
        }
    }

    #[test]
    fn every_shipped_role_is_told_in_words() {
        let policy = Policy::default();
        for (name, _) in policy.roles.iter() {
            assert!(!meaning(name, &policy).contains("the operator of this server defined"), "{name}");
        }
        assert!(meaning("chief", &policy).contains("no such role"));
    }
}
