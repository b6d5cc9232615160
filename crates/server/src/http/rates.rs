//! How often somebody may ask, as tokens that come back with time.

use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::config::Rate;

/// The most whose use is remembered; about 10 MB.
const MOST: usize = 100_000;

/// After so many questions the rested are forgotten.
const SWEEP: u32 = 1_024;

/// The use that each `K` has made of its rate.
pub(crate) struct Rates<K: Hash + Eq + Clone> {
    rate: Rate,
    quota: Option<Quota>,
    asked: AtomicU32,
    used: RwLock<Arc<DefaultKeyedRateLimiter<K>>>,
}

impl<K: Hash + Eq + Clone> Rates<K> {
    pub(crate) fn new(rate: Rate) -> Self {
        let quota = quota(rate);
        let unused = RateLimiter::keyed(quota.unwrap_or(Quota::per_second(NonZeroU32::MIN)));
        Self { rate, quota, asked: AtomicU32::new(0), used: RwLock::new(Arc::new(unused)) }
    }

    pub(crate) fn rate(&self) -> Rate {
        self.rate
    }

    /// Whether `who` may ask now, else how long to wait.
    pub(crate) fn take(&self, who: &K) -> Result<(), Duration> {
        let Some(quota) = self.quota else { return Ok(()) };
        let used = Arc::clone(&self.used.read().unwrap_or_else(PoisonError::into_inner));
        if self.asked.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1 {
            self.sweep(&used, quota);
        }
        used.check_key(who).map_err(|until| until.wait_time_from(DefaultClock::default().now()))
    }

    /// Forgets the rested. When even the others are too many, all are forgotten: somebody asks from a hundred thousand
    /// addresses then, and for those a bound on each is none.
    fn sweep(&self, used: &DefaultKeyedRateLimiter<K>, quota: Quota) {
        used.retain_recent();
        if used.len() > MOST {
            *self.used.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(RateLimiter::keyed(quota));
        }
    }
}

fn quota(rate: Rate) -> Option<Quota> {
    let per_minute = NonZeroU32::new(rate.per_minute)?;
    let burst = NonZeroU32::new(rate.burst).unwrap_or(NonZeroU32::MIN);
    Some(Quota::with_period(Duration::from_secs(60) / per_minute.get())?.allow_burst(burst))
}

/// Whole seconds for `Retry-After`, at least one.
pub(crate) fn retry_after(wait: Duration) -> u64 {
    wait.as_millis().div_ceil(1_000).max(1).try_into().unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_the_burst_one_waits_and_another_does_not() {
        let rates = Rates::new(Rate { per_minute: 60, burst: 3 });
        for _ in 0..3 {
            assert_eq!(rates.take(&"a"), Ok(()));
        }
        let wait = rates.take(&"a").unwrap_err();
        assert!(wait > Duration::from_millis(500) && wait <= Duration::from_secs(1), "{wait:?}");
        assert_eq!(rates.take(&"b"), Ok(()));
        assert_eq!((retry_after(wait), retry_after(Duration::ZERO)), (1, 1));
        assert_eq!(retry_after(Duration::from_millis(1_001)), 2);
    }

    #[test]
    fn no_rate_is_no_bound() {
        let rates = Rates::new(Rate { per_minute: 0, burst: 0 });
        assert!((0..9_999).all(|_| rates.take(&"a").is_ok()));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let rates = Rates::new(Rate { per_minute: 1, burst: 1 });
        for who in 0..(MOST as u32 * 2) {
            let _ = rates.take(&who);
            assert!(rates.used.read().unwrap().len() <= MOST + SWEEP as usize + 1);
        }
        let quick = Rates::new(Rate { per_minute: 60_000_000, burst: 1 });
        for who in 0..SWEEP * 3 {
            let _ = quick.take(&who);
        }
        assert!(quick.used.read().unwrap().len() <= SWEEP as usize, "the rested are forgotten");
    }
}
