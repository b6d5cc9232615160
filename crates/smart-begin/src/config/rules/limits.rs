//! Rules on how bounds fit together.

use super::complaint::Complaint;
use crate::config::key::Key;
use crate::config::keys::{
    ADDRESS_BURST, ADDRESS_RATE, BODY_BYTES, CALLER_BURST, CALLER_RATE, CONNECTIONS, CONNECTIONS_PER_ADDRESS,
    HEADER_BYTES, LOCKOUT_FIRST, LOCKOUT_LONGEST, SESSION_IDLE, SESSION_LONGEST, SESSION_ROTATE, STRING_BYTES,
    URL_BYTES,
};
use crate::config::settings::Settings;

pub(super) fn fit(settings: &Settings) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    let pairs: [(&'static Key, &'static Key, u64); 6] = [
        (&CONNECTIONS_PER_ADDRESS, &CONNECTIONS, 1),
        (&STRING_BYTES, &BODY_BYTES, 1),
        (&URL_BYTES, &HEADER_BYTES, 1),
        (&LOCKOUT_FIRST, &LOCKOUT_LONGEST, 1),
        (&SESSION_ROTATE, &SESSION_LONGEST, 60),
        (&SESSION_IDLE, &SESSION_LONGEST, 60),
    ];
    for (smaller, larger, times) in pairs {
        if settings.whole(smaller) > settings.whole(larger).saturating_mul(times) {
            // Told where somebody said something.
            let told = if settings.is_said(smaller) { smaller } else { larger };
            let message = format!("{} is more than {}.", smaller.path, larger.path);
            complaints.push(Complaint::new(told.path, message, "Lower the one or raise the other."));
        }
    }
    for (rate, burst) in [(&CALLER_RATE, &CALLER_BURST), (&ADDRESS_RATE, &ADDRESS_BURST)] {
        if settings.whole(rate) > 0 && settings.whole(burst) == 0 {
            let message = "With nothing at once, no request is ever served.";
            complaints.push(Complaint::new(
                burst.path,
                message,
                format!("Set it to 1 or more, or {} to 0.", rate.path),
            ));
        }
    }
    complaints
}

pub(super) fn unbounded_rate(settings: &Settings) -> Vec<Complaint> {
    let open = [&CALLER_RATE, &ADDRESS_RATE].into_iter().filter(|rate| settings.whole(*rate) == 0);
    open.map(|rate| {
        let message = "There is no bound, so one client can take all there is.";
        Complaint::new(rate.path, message, "Leave it out for the default, unless a proxy has bounds of its own.")
    })
    .collect()
}
