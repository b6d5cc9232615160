//! How much is taken of anybody.

use app::Seen;

use crate::config::{Key, Loaded, keys};

/// The most that each bound may be raised to before it is none.
const CEILINGS: [(&Key, u64); 10] = [
    (&keys::BODY_BYTES, 16 << 20),
    (&keys::HEADER_BYTES, 64 << 10),
    (&keys::URL_BYTES, 16 << 10),
    (&keys::STRING_BYTES, 16 << 20),
    (&keys::ARRAY_ITEMS, 100_000),
    (&keys::HANDSHAKE_TIMEOUT, 60),
    (&keys::HEAD_TIMEOUT, 60),
    (&keys::BODY_TIMEOUT, 120),
    (&keys::REQUEST_TIMEOUT, 600),
    (&keys::WRITE_TIMEOUT, 120),
];

pub(super) fn request_limits(loaded: &Loaded) -> Seen {
    for (key, ceiling) in CEILINGS {
        let now = loaded.settings.whole(key);
        if now > ceiling {
            let what = format!("{} is {now}: whoever can call can hold the server up.", key.path);
            return Seen::bad(what, format!("Set it to {ceiling} or less."));
        }
    }
    Seen::good("Size, depth and time of every request are bounded.")
}

pub(super) fn rate_limits(loaded: &Loaded) -> Seen {
    let (caller, address) = (loaded.settings.whole(&keys::CALLER_RATE), loaded.settings.whole(&keys::ADDRESS_RATE));
    Seen::when(
        caller > 0 && address > 0,
        format!("Requests in a minute: {caller} of one caller, {address} from one address."),
        "A caller or an address may ask as often as it likes.",
        "Set limits.requests_per_minute_per_caller and limits.requests_per_minute_per_address above 0.",
    )
}

pub(super) fn quotas(loaded: &Loaded) -> Seen {
    let most = loaded.settings.whole(&keys::PROJECTS);
    Seen::when(
        most <= 100_000,
        format!("One caller keeps {most} projects at most, of bounded size."),
        format!("One caller may keep {most} projects, which is no bound."),
        "Set limits.projects_per_caller to 100000 or less.",
    )
}
