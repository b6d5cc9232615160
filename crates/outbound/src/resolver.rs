//! Resolves names, and keeps of the answers only what may be reached. The connection goes to exactly these addresses, so
//! that a second answer to the same question (DNS rebinding) changes nothing.

use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::error::Error;
use crate::rules::{Reach, keep};

#[derive(Clone, Debug)]
pub(crate) struct Resolver(Arc<Reach>);

impl Resolver {
    pub(crate) fn new(reach: Reach) -> Self {
        Self(Arc::new(reach))
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = Arc::clone(&self.0);
        Box::pin(async move {
            let host = name.as_str();
            let answers = tokio::net::lookup_host((host, 0)).await;
            let answers = answers.map_err(|cause| Error::Name(host.to_owned(), cause))?;
            let kept = keep(&reach, host, answers)?;
            Ok(Box::new(kept.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::*;
    use crate::rules::Rules;

    fn kept(rules: &Rules, plain: bool, answers: &[&str]) -> Vec<String> {
        let reach = if plain { Reach::plain(rules) } else { Reach::secure(rules) };
        let answers = answers.iter().map(|answer| SocketAddr::new(answer.parse().unwrap(), 0));
        keep(&reach, "name", answers).map_or(Vec::new(), |kept| kept.iter().map(|one| one.ip().to_string()).collect())
    }

    #[test]
    fn private_answers_are_dropped_unless_they_are_allowed() {
        let answers = ["10.1.2.3", "1.1.1.1", "::ffff:192.168.0.1", "169.254.169.254", "64:ff9b::a01:203"];
        assert_eq!(kept(&Rules::default(), false, &answers), ["1.1.1.1"]);
        assert_eq!(kept(&Rules::default(), false, &answers[3..]), [""; 0]);
        let allowed = Rules { private_networks: vec!["10.0.0.0/8".parse().unwrap()], ..Rules::default() };
        assert_eq!(kept(&allowed, false, &answers), ["10.1.2.3", "1.1.1.1"]);
        assert_eq!(kept(&allowed, true, &answers), ["10.1.2.3"], "without TLS the public ones are out of reach too");
    }
}
