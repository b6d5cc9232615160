//! Trying again what failed for a reason that may pass.

use std::time::Duration;

use crate::error::Error;

/// How long to persist.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// How often something is tried in all.
    pub attempts: u32,
    /// The longest pause after the first failure; it doubles with each.
    pub first: Duration,
    /// The longest pause.
    pub longest: Duration,
    /// How long one attempt may take.
    pub attempt: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            attempts: 4,
            first: Duration::from_millis(250),
            longest: Duration::from_secs(5),
            attempt: Duration::from_secs(20),
        }
    }
}

impl Patience {
    /// Tries until it succeeds, fails for good, or patience ends; the last failure is the answer.
    pub(crate) async fn persist<T, F>(&self, mut attempt: impl FnMut() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let mut tried = 0;
        loop {
            let outcome = tokio::time::timeout(self.attempt, attempt()).await.unwrap_or(Err(Error::TimedOut));
            tried += 1;
            match outcome {
                Err(error) if error.may_pass() && tried < self.attempts => {
                    tracing::debug!(error = %error, tried, "a delivery failed and is tried again");
                    tokio::time::sleep(self.pause(tried, random())).await;
                }
                done => return done,
            }
        }
    }

    /// Anything up to a bound that doubles: so that those who failed together do not come back together.
    fn pause(&self, tried: u32, random: u32) -> Duration {
        let doubled = 1_u32.checked_shl(tried.saturating_sub(1)).unwrap_or(u32::MAX);
        self.first.saturating_mul(doubled).min(self.longest).mul_f64(f64::from(random) / f64::from(u32::MAX))
    }
}

/// Without randomness there is no jitter, and nothing else is lost.
fn random() -> u32 {
    getrandom::u32().unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUICK: Patience = Patience {
        attempts: 4,
        first: Duration::from_millis(1),
        longest: Duration::from_millis(4),
        attempt: Duration::from_millis(50),
    };

    #[tokio::test]
    async fn what_may_pass_is_tried_again_and_nothing_else() {
        let mut tried = 0;
        let mut run = async |status: u16, good_from: u32| {
            tried = 0;
            let outcome = QUICK
                .persist(|| {
                    tried += 1;
                    let outcome = if tried < good_from { Err(Error::NotConfirmed(status)) } else { Ok(()) };
                    std::future::ready(outcome)
                })
                .await;
            (outcome.is_ok(), tried)
        };
        assert_eq!(run(503, 3).await, (true, 3));
        assert_eq!(run(429, 9).await, (false, 4));
        assert_eq!(run(400, 2).await, (false, 1));
    }

    #[tokio::test]
    async fn an_attempt_that_hangs_is_given_up() {
        let outcome = QUICK.persist(std::future::pending::<Result<(), Error>>).await;
        assert!(matches!(outcome, Err(Error::TimedOut)));
    }

    #[test]
    fn pauses_double_to_a_bound_and_are_spread() {
        let longest: Vec<_> = (1..=6).map(|tried| QUICK.pause(tried, u32::MAX).as_millis()).collect();
        assert_eq!(longest, [1, 2, 4, 4, 4, 4]);
        assert_eq!(QUICK.pause(3, 0), Duration::ZERO);
        assert_eq!(QUICK.pause(90, u32::MAX), QUICK.longest);
    }
}
