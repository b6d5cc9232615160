//! Something that is going on, counted as long as it does.

use prometheus_client::metrics::gauge::Gauge;

/// Counted until it is dropped.
#[derive(Debug)]
#[must_use = "it is counted for as long as this lives"]
pub struct Counted(Gauge);

impl Counted {
    pub(crate) fn begin(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}
