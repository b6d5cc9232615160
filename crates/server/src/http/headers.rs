//! The security headers that every answer has, whoever makes it.

use axum::http::header::*;
use axum::http::{HeaderMap, HeaderName, HeaderValue};

const EVERYWHERE: [(HeaderName, HeaderValue); 4] = [
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
];

/// What data gets. A page may have set others.
const OF_DATA: [(HeaderName, HeaderValue); 4] = [
    (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
    ),
    (HeaderName::from_static("permissions-policy"), NO_PERMISSIONS),
];

const NO_PERMISSIONS: HeaderValue = HeaderValue::from_static(
    "accelerometer=(), camera=(), clipboard-read=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), \
     payment=(), usb=()",
);

/// Scripts, styles and pictures from this server alone; nothing inline, no other frame, no other form.
const OF_PAGES: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

/// A year: browsers speak TLS alone to this host and those beneath it from the first answer on.
const TLS_ONLY: HeaderValue = HeaderValue::from_static("max-age=31536000; includeSubDomains");

/// Sets the headers. Whatever data set under these names is replaced; a page keeps what it set of those that are its own.
pub(crate) fn secure(headers: &mut HeaderMap, page: bool, tls: bool) {
    for (name, value) in EVERYWHERE {
        headers.insert(name, value);
    }
    if page {
        headers.entry(CONTENT_SECURITY_POLICY).or_insert(OF_PAGES);
    }
    for (name, value) in OF_DATA {
        if page {
            headers.entry(name).or_insert(value);
        } else {
            headers.insert(name, value);
        }
    }
    if tls {
        headers.insert(STRICT_TRANSPORT_SECURITY, TLS_ONLY);
    }
}

/// Names an answer after the request.
pub(crate) fn name(headers: &mut HeaderMap, request_id: &str) {
    if let Ok(value) = HeaderValue::from_str(request_id) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
}
