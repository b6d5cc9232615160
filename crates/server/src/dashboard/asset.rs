//! The style sheet and the icon. Their names hold a hash of what is in them, so that browsers may keep them for a year
//! and still never show a page in the clothes of another version.

use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// A file that pages refer to.
pub(super) struct Asset {
    /// Its address, with the hash.
    pub(super) address: String,
    media_type: &'static str,
    bytes: &'static [u8],
}

impl Asset {
    fn new(stem: &str, ending: &str, media_type: &'static str, bytes: &'static [u8]) -> Self {
        let hash = URL_SAFE_NO_PAD.encode(&digest(&SHA256, bytes).as_ref()[..9]);
        Self { address: format!("/dashboard/assets/{stem}-{hash}.{ending}"), media_type, bytes }
    }
}

/// How all pages look.
pub(super) static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("style", "css", "text/css; charset=utf-8", include_bytes!("../../templates/assets/style.css"))
});
/// The mark beside the name.
pub(super) static ICON: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("icon", "svg", "image/svg+xml", include_bytes!("../../templates/assets/icon.svg")));

/// The asset that is called `name`, as an answer.
pub(super) fn find(name: &str) -> Option<Response> {
    let asset = [&*STYLE, &*ICON].into_iter().find(|asset| asset.address.ends_with(&format!("/{name}")))?;
    let mut response = asset.bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.media_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    Some(response)
}
