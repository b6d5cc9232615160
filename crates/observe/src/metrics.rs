//! The counters and gauges themselves, and their text for Prometheus.

use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

use crate::audit::AuditCounts;
use crate::checks::CheckCounts;
use crate::delivery::DeliveryCounts;
use crate::guard::Counted;
use crate::labels::*;
use crate::rotation::RotationCounts;

/// Seconds. 0.1 is what answers are measured against; the last is what a request may take by default.
const DURATIONS: [f64; 14] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0, 60.0];

/// Everything that is counted. One for a process, handed to whoever counts.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<OfAnswer, Counter>,
    durations: Family<OfRoute, Histogram>,
    in_flight: Gauge,
    connections: Gauge,
    connections_refused: Family<OfConnection, Counter>,
    requests_refused: Family<OfRefusal, Counter>,
    certificate_not_after: Gauge,
    certificate_reloads: Family<OfReload, Counter>,
    sign_ins: Family<OfSignIn, Counter>,
}

impl Metrics {
    /// Nothing counted yet, by the program of this version.
    #[must_use]
    pub fn new(version: &'static str) -> Self {
        let mut metrics = Self {
            registry: Registry::default(),
            requests: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(DURATIONS)),
            in_flight: Gauge::default(),
            connections: Gauge::default(),
            connections_refused: Family::default(),
            requests_refused: Family::default(),
            certificate_not_after: Gauge::default(),
            certificate_reloads: Family::default(),
            sign_ins: Family::default(),
        };
        metrics.register(version);
        metrics.begin_at_zero();
        metrics
    }

    fn register(&mut self, version: &'static str) {
        let registry = &mut self.registry;
        registry.register("build", "The program that runs", Info::new(OfBuild { version }));
        registry.register(
            "http_server_requests",
            "HTTP requests that were answered, by route, method and class of the status",
            self.requests.clone(),
        );
        registry.register(
            "http_server_request_duration_seconds",
            "How long HTTP requests took until their answer began",
            self.durations.clone(),
        );
        registry.register(
            "http_server_requests_in_flight",
            "HTTP requests that are being worked on",
            self.in_flight.clone(),
        );
        registry.register("http_server_connections", "Connections that are open", self.connections.clone());
        registry.register(
            "http_server_connections_refused",
            "Connections that were closed before they were of use",
            self.connections_refused.clone(),
        );
        registry.register(
            "http_server_requests_refused",
            "HTTP requests that were refused before anything was done for them",
            self.requests_refused.clone(),
        );
        registry.register(
            "tls_certificate_not_after_seconds",
            "When the certificate in use ends, in seconds since 1970; 0 without TLS",
            self.certificate_not_after.clone(),
        );
        registry.register(
            "tls_certificate_reloads",
            "How often the certificate was read again, and whether it was taken",
            self.certificate_reloads.clone(),
        );
        registry.register("sign_ins", "Sign-ins by method and outcome", self.sign_ins.clone());
    }

    /// An alert on a counter that appears with its first event would miss that event.
    fn begin_at_zero(&self) {
        for reason in ConnectionRefused::ALL {
            drop(self.connections_refused.get_or_create(&OfConnection { reason: *reason }));
        }
        for reason in RequestRefused::ALL {
            drop(self.requests_refused.get_or_create(&OfRefusal { reason: *reason }));
        }
        for outcome in ["ok", "failed"] {
            drop(self.certificate_reloads.get_or_create(&OfReload { outcome }));
        }
        for method in SignInMethod::ALL {
            for outcome in SignInOutcome::ALL {
                drop(self.sign_ins.get_or_create(&OfSignIn { method: *method, outcome: *outcome }));
            }
        }
    }

    /// The same, with what is counted of background jobs.
    #[must_use]
    pub fn with_delivery(mut self, counts: &DeliveryCounts) -> Self {
        counts.register(&mut self.registry);
        self
    }

    /// The same, with what is counted of the rotation of secrets.
    #[must_use]
    pub fn with_rotation(mut self, counts: &RotationCounts) -> Self {
        counts.register(&mut self.registry);
        self
    }

    /// The same, with what is counted of checks.
    #[must_use]
    pub fn with_checks(mut self, counts: &CheckCounts) -> Self {
        counts.register(&mut self.registry);
        self
    }

    /// The same, with what is counted of the audit log.
    #[must_use]
    pub fn with_audit(mut self, counts: &AuditCounts) -> Self {
        counts.register(&mut self.registry);
        self
    }

    /// A request to `route` (the pattern, never the path) was answered with `status`.
    pub fn request_answered(&self, route: &'static str, method: HttpMethod, status: u16, took: Duration) {
        let of_answer = OfAnswer { route, method, status: class(status) };
        self.requests.get_or_create(&of_answer).inc();
        self.durations.get_or_create(&OfRoute { route, method }).observe(took.as_secs_f64());
    }

    /// A request is being worked on.
    pub fn request_in_flight(&self) -> Counted {
        Counted::begin(&self.in_flight)
    }

    /// A connection is open.
    pub fn connection_open(&self) -> Counted {
        Counted::begin(&self.connections)
    }

    /// A connection was closed before it was of use.
    pub fn connection_refused(&self, reason: ConnectionRefused) {
        self.connections_refused.get_or_create(&OfConnection { reason }).inc();
    }

    /// A request was refused before anything was done for it.
    pub fn request_refused(&self, reason: RequestRefused) {
        self.requests_refused.get_or_create(&OfRefusal { reason }).inc();
    }

    /// The certificate in use ends then, in seconds since 1970.
    pub fn certificate_not_after(&self, seconds: i64) {
        self.certificate_not_after.set(seconds);
    }

    /// The certificate was read again; `taken` when the new one is in use.
    pub fn certificate_reloaded(&self, taken: bool) {
        let outcome = if taken { "ok" } else { "failed" };
        self.certificate_reloads.get_or_create(&OfReload { outcome }).inc();
    }

    /// Somebody signed in, or tried to.
    pub fn sign_in(&self, method: SignInMethod, outcome: SignInOutcome) {
        self.sign_ins.get_or_create(&OfSignIn { method, outcome }).inc();
    }

    /// All of it in the text format of OpenMetrics.
    #[must_use]
    pub fn to_open_metrics(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

fn class(status: u16) -> &'static str {
    match status {
        100..=199 => "1xx",
        200..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        _ => "5xx",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::JobOutcome;

    #[test]
    fn what_is_counted_of_background_jobs_is_in_the_text() {
        let counts = DeliveryCounts::default();
        let metrics = Metrics::new("1.2.3").with_delivery(&counts);
        counts.ran("checkpoint", JobOutcome::Done);
        counts.checkpoint(JobOutcome::Contradicted);
        counts.last_checkpoint(42, 1_800_000_000);
        counts.export_lag("siem", 7);
        counts.exported("siem", 5);
        let text = metrics.to_open_metrics();
        for line in [
            "background_jobs_total{job=\"checkpoint\",outcome=\"done\"} 1",
            "audit_checkpoints_total{outcome=\"contradicted\"} 1",
            "audit_checkpoints_published_total{outcome=\"failed\"} 0",
            "audit_last_checkpoint_size 42",
            "audit_last_checkpoint_timestamp_seconds 1800000000",
            "audit_export_lag_entries{export=\"siem\"} 7",
            "audit_exported_entries_total{export=\"siem\"} 5",
            "audit_export_failures_total{export=\"siem\"} 0",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
        }
    }

    #[test]
    fn what_is_counted_of_the_audit_log_is_in_the_text_whoever_counts() {
        let counts = AuditCounts::default();
        counts.appended(2);
        let metrics = Metrics::new("1.2.3").with_audit(&counts);
        counts.clone().appended(1);
        counts.refusal_folded();
        let text = metrics.to_open_metrics();
        for line in ["audit_entries_total 3", "audit_refusals_folded_total 1", "access_log_lines_dropped_total 0"] {
            assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
        }
    }

    #[test]
    fn what_is_overdue_is_in_the_text_and_begins_at_zero() {
        let counts = RotationCounts::default();
        let metrics = Metrics::new("1.2.3").with_rotation(&counts);
        let has = |line: &str| metrics.to_open_metrics().lines().any(|found| found == line);
        assert!(has("secrets_overdue 0") && has("secret_rotations_total{outcome=\"failed\"} 0"));
        counts.overdue(3);
        counts.rotated(2, 1);
        assert!(has("secrets_overdue 3") && has("secret_rotations_total{outcome=\"failed\"} 1"));
        assert!(has("secret_rotations_total{outcome=\"done\"} 2"));
    }

    #[test]
    fn what_was_counted_is_in_the_text() {
        let metrics = Metrics::new("1.2.3");
        metrics.request_answered("/mcp", HttpMethod::Post, 204, Duration::from_millis(30));
        metrics.request_refused(RequestRefused::AddressRate);
        metrics.certificate_not_after(1_800_000_000);
        let held = metrics.connection_open();
        let text = metrics.to_open_metrics();
        for line in [
            "build_info{version=\"1.2.3\"} 1",
            "http_server_requests_total{route=\"/mcp\",method=\"POST\",status=\"2xx\"} 1",
            "http_server_request_duration_seconds_bucket{le=\"0.025\",route=\"/mcp\",method=\"POST\"} 0",
            "http_server_request_duration_seconds_bucket{le=\"0.05\",route=\"/mcp\",method=\"POST\"} 1",
            "http_server_requests_refused_total{reason=\"address_rate\"} 1",
            "http_server_requests_refused_total{reason=\"lockout\"} 0",
            "tls_certificate_not_after_seconds 1800000000",
            "tls_certificate_reloads_total{outcome=\"failed\"} 0",
            "sign_ins_total{method=\"api_token\",outcome=\"refused\"} 0",
            "http_server_connections 1",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
        }
        drop(held);
        assert!(metrics.to_open_metrics().contains("http_server_connections 0"));
        assert!(text.ends_with("# EOF\n"));
    }
}
