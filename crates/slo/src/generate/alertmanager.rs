//! Routing for Alertmanager: pages to whoever is on call, all else to a list of work.

use super::text::{HEAD, quoted};
use crate::slos::Slos;

/// The whole file. The receivers are examples: their addresses are the operator's.
pub(super) fn file(slos: &Slos) -> String {
    let job = quoted(&format!("job={}", quoted(&slos.scrape_job)));
    format!(
        "{HEAD}# The addresses of the receivers are examples: put yours in their place.
route:
  receiver: tickets
  group_by: [alertname, job]
  group_wait: 30s
  group_interval: 5m
  repeat_interval: 24h
  routes:
    - receiver: pages
      matchers:
        - 'severity=\"page\"'
      group_wait: 10s
      repeat_interval: 4h

inhibit_rules:
  # Where the budget of an objective burns fast, that it burns at all is no news.
  - source_matchers:
      - 'severity=\"page\"'
      - 'objective!=\"\"'
    target_matchers:
      - 'severity=\"ticket\"'
      - 'objective!=\"\"'
    equal: [objective]
  # A server that does not answer has no other news.
  - source_matchers:
      - 'alertname=\"SmartBeginServerDown\"'
    target_matchers:
      - 'alertname!=\"SmartBeginServerDown\"'
      - 'instance!=\"\"'
    equal: [instance]

receivers:
  - name: pages
    webhook_configs:
      - url: http://127.0.0.1:9095/pages
        send_resolved: true
  - name: tickets
    webhook_configs:
      - url: http://127.0.0.1:9095/tickets
        send_resolved: true

# In prometheus.yml, so that the rules find the metrics:
#   scrape_configs:
#     - job_name: {job_name}
#       static_configs:
#         - targets: [\"127.0.0.1:9090\"]  # server.operations_listen
# All series then bear {job}.
",
        job_name = slos.scrape_job,
    )
}
