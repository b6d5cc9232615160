//! Client certificates beside tokens: which of the two counts, and tokens that are good with one certificate alone.

use aws_lc_rs::digest::{SHA256, digest};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde_json::json;
use server::{ClientCertificates, Grant};

use crate::edge::{Authority, Edge, ask, connect};
use crate::http_client::{MODERN, modern_request};
use crate::identity_provider::{IdentityProvider, base64url};

fn request(token: Option<&str>) -> String {
    let (_, body) = modern_request("tools/list", json!({}));
    let body = body.to_string();
    let authorization = token.map(|token| format!("authorization: Bearer {token}\n")).unwrap_or_default();
    format!(
        "POST /mcp HTTP/1.1\nhost: localhost\ncontent-type: application/json\naccept: application/json, text/event-stream\n\
         mcp-protocol-version: {MODERN}\nmcp-method: tools/list\n{authorization}content-length: {}\n\n{body}",
        body.len()
    )
}

#[tokio::test]
async fn a_token_decides_and_one_that_is_bound_needs_its_certificate() {
    let authority = Authority::new();
    for name in ["one", "ada", "eve"] {
        authority.issue(name, 2100);
    }
    let corp = IdentityProvider::start().await;
    let mut config = corp.config();
    config.tls = Some(authority.tls("one", ClientCertificates::Optional(authority.file())));
    config.sign_in.certificate_grants = vec![Grant {
        claim: "common_name".to_owned(),
        value: "ada".to_owned(),
        roles: vec!["member".to_owned()],
        teams: Vec::new(),
    }];
    let edge = Edge::start(config).await;
    let fingerprint = |name: &str| {
        let certificate = CertificateDer::from_pem_file(authority.path(&format!("{name}.pem"))).unwrap();
        base64url(digest(&SHA256, &certificate))
    };
    let bound = corp.token_with(|_, claims| claims["cnf"] = json!({ "x5t#S256": fingerprint("ada") }));
    let also = corp.token_with(|_, claims| claims["cnf"] = json!({ "x5t#S256": fingerprint("ada"), "jkt": "x" }));
    let nobody = corp.token_with(|_, claims| claims["roles"] = json!([]));
    let good = corp.token();
    for (certificate, token, status, why) in [
        (Some("ada"), None, 200, "the certificate alone"),
        (Some("eve"), None, 401, "a certificate that nothing is granted to is no credential"),
        (Some("eve"), Some(&good), 200, "but it does not harm a token"),
        (Some("ada"), Some(&nobody), 403, "what the certificate gives is not added to the token"),
        (Some("ada"), Some(&"forged".to_owned()), 401, "nor does it stand in for a bad one"),
        (Some("ada"), Some(&bound), 200, "a bound token with its certificate"),
        (Some("eve"), Some(&bound), 401, "a bound token with another"),
        (None, Some(&bound), 401, "a bound token without"),
        (Some("ada"), Some(&also), 401, "a token that is also bound to what is not checked"),
    ] {
        let mut stream = connect(&authority.client(certificate), edge.main).await.unwrap();
        let answer = ask(&mut stream, &request(token.map(String::as_str))).await.unwrap();
        assert_eq!(answer.status, status, "{why}: {}", answer.text());
    }
    for (method, outcome, least) in
        [("certificate", "accepted", 1), ("access_token", "accepted", 2), ("access_token", "refused", 4)]
    {
        let series = format!("sign_ins_total{{method=\"{method}\",outcome=\"{outcome}\"}}");
        assert!(edge.counted(&series) >= least, "{series}");
    }
}
