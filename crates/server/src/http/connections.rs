//! How many connections there are, and who makes way when there are too many: whoever holds one without using it.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use observe::{ConnectionRefused, Counted, Metrics};
use tokio::sync::Notify;

use crate::client::Neighbourhood;

/// The open connections of a listener.
pub(crate) struct Connections {
    most: usize,
    most_of_one: usize,
    metrics: Arc<Metrics>,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    next: u64,
    open: HashMap<u64, Entry>,
    /// Those without a request in flight, the longest idle first.
    idle: BTreeSet<(Instant, u64)>,
    of_one: HashMap<Neighbourhood, usize>,
    /// Told to close, but not closed yet.
    leaving: usize,
}

struct Entry {
    from: Option<Neighbourhood>,
    idle_since: Option<Instant>,
    leaving: bool,
    leave: Arc<Notify>,
}

/// The place of one connection; dropped with it.
pub(crate) struct Place {
    id: u64,
    table: Arc<Connections>,
    leave: Arc<Notify>,
    _counted: Counted,
}

impl Connections {
    pub(crate) fn new(most: usize, most_of_one: usize, metrics: Arc<Metrics>) -> Arc<Self> {
        Arc::new(Self { most, most_of_one, metrics, inner: Mutex::default() })
    }

    /// A place for a connection; `from` is `None` when its address is not bounded.
    pub(crate) fn admit(self: &Arc<Self>, from: Option<Neighbourhood>) -> Result<Place, ConnectionRefused> {
        let mut inner = self.lock();
        if from.is_some_and(|from| inner.of_one.get(&from).copied().unwrap_or(0) >= self.most_of_one) {
            return Err(ConnectionRefused::Address);
        }
        if inner.open.len() - inner.leaving >= self.most {
            if !inner.send_away() {
                return Err(ConnectionRefused::Full);
            }
            self.metrics.connection_refused(ConnectionRefused::MadeWay);
        }
        let (id, now, leave) = (inner.next, Instant::now(), Arc::new(Notify::new()));
        inner.next += 1;
        if let Some(from) = from {
            *inner.of_one.entry(from).or_insert(0) += 1;
        }
        let entry = Entry { from, idle_since: Some(now), leaving: false, leave: Arc::clone(&leave) };
        inner.open.insert(id, entry);
        inner.idle.insert((now, id));
        Ok(Place { id, table: Arc::clone(self), leave, _counted: self.metrics.connection_open() })
    }

    /// Ends all connections that have no request in flight.
    pub(crate) fn end_idle(&self) {
        let mut inner = self.lock();
        while inner.send_away() {}
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Tells the longest idle connection to close.
    fn send_away(&mut self) -> bool {
        let Some((_, id)) = self.idle.pop_first() else { return false };
        if let Some(entry) = self.open.get_mut(&id) {
            entry.leaving = true;
            entry.idle_since = None;
            entry.leave.notify_one();
            self.leaving += 1;
        }
        true
    }
}

impl Place {
    /// A request has come: this connection makes way for nobody.
    pub(crate) fn busy(&self) {
        let mut inner = self.table.lock();
        let Some(entry) = inner.open.get_mut(&self.id) else { return };
        let was_leaving = std::mem::take(&mut entry.leaving);
        let since = entry.idle_since.take();
        if was_leaving {
            inner.leaving -= 1;
        }
        if let Some(since) = since {
            inner.idle.remove(&(since, self.id));
        }
    }

    /// The answer is written.
    pub(crate) fn idle(&self) {
        let (mut inner, now) = (self.table.lock(), Instant::now());
        let Some(entry) = inner.open.get_mut(&self.id) else { return };
        if entry.idle_since.is_none() && !entry.leaving {
            entry.idle_since = Some(now);
            inner.idle.insert((now, self.id));
        }
    }

    /// Waits until this connection has to make way.
    pub(crate) async fn told_to_leave(&self) {
        loop {
            self.leave.notified().await;
            if self.table.lock().open.get(&self.id).is_none_or(|entry| entry.leaving) {
                return;
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut inner = self.table.lock();
        let Some(entry) = inner.open.remove(&self.id) else { return };
        if entry.leaving {
            inner.leaving -= 1;
        }
        if let Some(since) = entry.idle_since {
            inner.idle.remove(&(since, self.id));
        }
        if let Some(from) = entry.from
            && let Some(count) = inner.of_one.get_mut(&from)
        {
            *count -= 1;
            if *count == 0 {
                inner.of_one.remove(&from);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(most: usize, most_of_one: usize) -> Arc<Connections> {
        Connections::new(most, most_of_one, Arc::new(Metrics::new("test")))
    }

    fn from(text: &str) -> Option<Neighbourhood> {
        Some(Neighbourhood::of(text.parse().unwrap()))
    }

    async fn leaves(place: &Place) -> bool {
        let soon = std::time::Duration::from_millis(20);
        tokio::time::timeout(soon, place.told_to_leave()).await.is_ok()
    }

    #[tokio::test]
    async fn the_longest_idle_makes_way_and_the_busy_one_does_not() {
        let table = table(2, 9);
        let (busy, first) = (table.admit(from("10.0.0.1")).unwrap(), table.admit(from("10.0.0.2")).unwrap());
        busy.busy();
        let second = table.admit(from("10.0.0.3")).unwrap();
        assert!(leaves(&first).await && !leaves(&busy).await && !leaves(&second).await);
        drop(first);
        busy.idle();
        let _third = table.admit(from("10.0.0.4")).unwrap();
        assert!(leaves(&second).await && !leaves(&busy).await);
    }

    #[tokio::test]
    async fn a_request_that_comes_just_in_time_keeps_its_connection() {
        let table = table(1, 9);
        let first = table.admit(from("10.0.0.1")).unwrap();
        let _second = table.admit(from("10.0.0.2")).unwrap();
        first.busy();
        assert!(!leaves(&first).await);
    }

    #[test]
    fn when_all_are_busy_there_is_no_place() {
        let table = table(1, 9);
        let place = table.admit(from("10.0.0.1")).unwrap();
        place.busy();
        assert_eq!(table.admit(from("10.0.0.2")).err(), Some(ConnectionRefused::Full));
        drop(place);
        assert!(table.admit(from("10.0.0.2")).is_ok());
    }

    #[test]
    fn one_address_has_so_many_and_no_more() {
        let table = table(9, 2);
        let (one, _two) = (table.admit(from("10.0.0.1")).unwrap(), table.admit(from("10.0.0.1")).unwrap());
        assert_eq!(table.admit(from("10.0.0.1")).err(), Some(ConnectionRefused::Address));
        assert!(table.admit(from("10.0.0.2")).is_ok() && table.admit(None).is_ok());
        drop(one);
        let again = table.admit(from("10.0.0.1"));
        assert!(again.is_ok());
        drop((again, _two));
        assert!(table.lock().of_one.is_empty(), "nothing is kept of who has left");
    }
}
