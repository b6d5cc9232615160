//! What was learnt a moment ago, so that it need not be asked for again.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Beyond this everything is forgotten, which costs some questions and no more.
const MAX_ENTRIES: usize = 10_000;

/// A bounded map whose entries know when they were made.
pub(super) struct Memory<K, V>(Mutex<HashMap<K, (Instant, V)>>);

impl<K, V> Default for Memory<K, V> {
    fn default() -> Self {
        Self(Mutex::new(HashMap::new()))
    }
}

impl<K: Eq + Hash, V: Clone> Memory<K, V> {
    /// What was put in less than `longest` ago.
    pub(super) fn get(&self, key: &K, longest: Duration) -> Option<V> {
        let map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        map.get(key).filter(|(since, _)| since.elapsed() < longest).map(|(_, value)| value.clone())
    }

    /// Puts it in, as of now.
    pub(super) fn put(&self, key: K, value: V) {
        let mut map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if map.len() >= MAX_ENTRIES && !map.contains_key(&key) {
            map.clear();
        }
        map.insert(key, (Instant::now(), value));
    }

    /// Forgets it; whether it was there.
    pub(super) fn take(&self, key: &K) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(key).is_some()
    }
}
