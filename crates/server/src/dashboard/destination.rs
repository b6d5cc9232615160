//! Where somebody goes after signing in. Only places of ours can be said: whoever makes a link to the sign-in page must
//! not be able to send people elsewhere with it (open redirect).

use std::fmt;

/// The first page.
pub(super) const HOME: &str = "/dashboard";
/// One's tokens and sessions.
pub(super) const ACCOUNT: &str = "/dashboard/account";
const DOWNLOADS: &str = "/downloads/";

/// A page of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Destination(String);

impl Destination {
    /// The place that `text` says; none when it is no place of ours. Nothing is repaired: what needs repair was not
    /// written by us.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let is_page = [HOME, ACCOUNT].contains(&text);
        let plain =
            |rest: &str| !rest.is_empty() && rest.len() <= 100 && rest.bytes().all(|b| b.is_ascii_alphanumeric());
        let is_download = text.strip_prefix(DOWNLOADS).is_some_and(plain);
        (is_page || is_download).then(|| Self(text.to_owned()))
    }

    /// The place that `text` says, else the first page.
    pub(super) fn or_home(text: Option<&str>) -> Self {
        text.and_then(Self::parse).unwrap_or_else(|| Self(HOME.to_owned()))
    }

    /// Its path.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// The sign-in page that leads here.
    pub(crate) fn through_sign_in(&self) -> String {
        if self.0 == HOME { "/dashboard/sign-in".to_owned() } else { format!("/dashboard/sign-in?next={self}") }
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_places_of_ours_are_destinations() {
        for good in ["/dashboard", "/dashboard/account", "/downloads/0123abc"] {
            assert_eq!(Destination::parse(good).map(|place| place.to_string()).as_deref(), Some(good));
        }
        for bad in ["", "/", "/dashboard/sign-out", "/downloads/", "/downloads/a/b", "/downloads/%2f", "dashboard"] {
            assert_eq!(Destination::parse(bad), None, "{bad}");
        }
        assert_eq!(Destination::or_home(Some("//evil.example")).as_str(), HOME);
    }
}
