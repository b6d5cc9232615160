//! Tokens that nobody should take: each is refused by the real router, with the right challenge, and those that are not
//! good look all alike.

use std::time::Instant;

use aws_lc_rs::hmac;
use serde_json::{Value, json};

use crate::http_client::{Answer, modern_request, post_head, raw};
use crate::identity_provider::*;
use crate::running::{House, Running};

/// How a case must be refused.
#[derive(Clone, Copy, Debug, PartialEq)]
enum As {
    /// 401 invalid_token, and the one text.
    NotGood,
    /// 401 invalid_token, and how to get a token for us.
    Audience,
    /// 401 without an error: nothing was shown that could be judged.
    NoCredential,
    /// 400 invalid_request.
    Misplaced,
}

struct World {
    corp: IdentityProvider,
    partner: IdentityProvider,
    stranger: Key,
}

type Case = (&'static str, As, String);

fn bearer(token: impl AsRef<str>) -> String {
    format!("authorization: Bearer {}", token.as_ref())
}

fn replaced(token: &str, part: usize, with: impl Into<String>) -> String {
    let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    parts[part] = with.into();
    parts.join(".")
}

impl World {
    fn header(&self, name: &'static str, change: impl FnOnce(&mut Value)) -> Case {
        (name, As::NotGood, bearer(self.corp.token_with(|header, _| change(header))))
    }

    fn claim(&self, name: &'static str, claim: &str, value: Value) -> Case {
        (name, As::NotGood, bearer(self.corp.token_with(|_, claims| claims[claim] = value)))
    }

    fn without(&self, name: &'static str, claim: &str) -> Case {
        let token = self.corp.token_with(|_, claims| drop(claims.as_object_mut().unwrap().remove(claim)));
        (name, As::NotGood, bearer(token))
    }

    fn audience(&self, name: &'static str, value: Value) -> Case {
        (name, As::Audience, bearer(self.corp.token_with(|_, claims| claims["aud"] = value)))
    }

    /// These very texts, signed with the good key.
    fn text(&self, name: &'static str, header: &str, claims: &str) -> Case {
        (name, As::NotGood, bearer(signed(header, claims, &self.corp.key)))
    }

    /// Signed by HMAC with something that everybody knows.
    fn hmac(&self, name: &'static str, algorithm: &str, secret: &[u8]) -> Case {
        let header = json!({ "alg": algorithm, "typ": "at+jwt", "kid": "one" });
        let message = format!("{}.{}", base64url(header.to_string()), base64url(self.corp.claims().to_string()));
        let kind = match algorithm {
            "HS384" => hmac::HMAC_SHA384,
            "HS512" => hmac::HMAC_SHA512,
            _ => hmac::HMAC_SHA256,
        };
        let tag = hmac::sign(&hmac::Key::new(kind, secret), message.as_bytes());
        (name, As::NotGood, bearer(format!("{message}.{}", base64url(tag))))
    }

    fn algorithms(&self) -> Vec<Case> {
        let good = self.corp.token();
        let unsigned = |algorithm: Value| {
            let header = json!({ "alg": algorithm, "typ": "at+jwt", "kid": "one" });
            replaced(&good, 0, base64url(header.to_string()))
        };
        let jwk = self.corp.key.jwk("one");
        let modulus = jwk["n"].as_str().unwrap().to_owned();
        let pem = format!("-----BEGIN PUBLIC KEY-----\n{modulus}\n-----END PUBLIC KEY-----\n");
        let with_second_key = signed(
            &json!({ "alg": "ES256", "typ": "at+jwt", "kid": "one" }).to_string(),
            &self.corp.claims().to_string(),
            &self.corp.second,
        );
        vec![
            ("alg none without a signature", As::NotGood, bearer(replaced(&unsigned(json!("none")), 2, ""))),
            ("alg none with a signature", As::NotGood, bearer(unsigned(json!("none")))),
            ("alg None", As::NotGood, bearer(replaced(&unsigned(json!("None")), 2, "AA"))),
            ("alg nOnE", As::NotGood, bearer(replaced(&unsigned(json!("nOnE")), 2, "AA"))),
            ("alg in lower case", As::NotGood, bearer(unsigned(json!("rs256")))),
            ("alg with a blank", As::NotGood, bearer(unsigned(json!("RS256 ")))),
            ("alg empty", As::NotGood, bearer(unsigned(json!("")))),
            ("alg a number", As::NotGood, bearer(unsigned(json!(256)))),
            ("alg a list", As::NotGood, bearer(unsigned(json!(["RS256"])))),
            self.header("alg missing", |header| drop(header.as_object_mut().unwrap().remove("alg"))),
            self.hmac("HS256 with the modulus as the secret", "HS256", modulus.as_bytes()),
            self.hmac("HS256 with the public key as the secret", "HS256", pem.as_bytes()),
            self.hmac("HS256 with the JWK as the secret", "HS256", jwk.to_string().as_bytes()),
            self.hmac("HS256 with an empty secret", "HS256", b""),
            self.hmac("HS384 with the public key as the secret", "HS384", pem.as_bytes()),
            self.hmac("HS512 with the public key as the secret", "HS512", pem.as_bytes()),
            self.header("ES256 said of an RSA signature", |header| header["alg"] = json!("ES256")),
            ("ES256 with the id of the RSA key", As::NotGood, bearer(with_second_key)),
            self.header("PS256, which is not on the list", |header| header["alg"] = json!("PS256")),
            self.header("RS512, which is not on the list", |header| header["alg"] = json!("RS512")),
            self.header("EdDSA, which is not on the list", |header| header["alg"] = json!("EdDSA")),
        ]
    }

    fn keys(&self) -> Vec<Case> {
        let header = |more: Value| {
            let mut header = json!({ "alg": "RS256", "typ": "at+jwt", "kid": "one" });
            more.as_object().unwrap().iter().for_each(|(name, value)| header[name] = value.clone());
            header.to_string()
        };
        let strange = |more: Value| bearer(signed(&header(more), &self.corp.claims().to_string(), &self.stranger));
        let own = self.stranger.jwk("mine");
        vec![
            ("another key under a good id", As::NotGood, strange(json!({}))),
            ("another key with its own id", As::NotGood, strange(json!({ "kid": "mine" }))),
            ("an embedded key", As::NotGood, strange(json!({ "kid": "mine", "jwk": own }))),
            ("an embedded key under a good id", As::NotGood, strange(json!({ "jwk": own }))),
            (
                "jku to keys of its own",
                As::NotGood,
                strange(json!({ "jku": format!("{}{JWKS}", self.partner.issuer) })),
            ),
            ("x5u", As::NotGood, strange(json!({ "x5u": "https://evil.example/chain.pem" }))),
            ("x5c", As::NotGood, strange(json!({ "x5c": ["MIIB"] }))),
            self.header("an embedded key beside a good signature", |header| header["jwk"] = self.corp.key.jwk("one")),
            self.header("jku beside a good signature", |header| {
                header["jku"] = json!(format!("{}{JWKS}", self.corp.issuer))
            }),
            self.header("kid unknown", |header| header["kid"] = json!("three")),
            self.header("kid missing, of several keys", |header| drop(header.as_object_mut().unwrap().remove("kid"))),
            self.header("kid a number", |header| header["kid"] = json!(1)),
            self.header("kid null", |header| header["kid"] = Value::Null),
            self.header("kid empty", |header| header["kid"] = json!("")),
            self.header("kid a path", |header| header["kid"] = json!("../../../../dev/null")),
            self.header("kid an SQL injection", |header| header["kid"] = json!("one' OR '1'='1")),
            self.header("kid very long", |header| header["kid"] = json!("k".repeat(300))),
            self.header("kid of the other key", |header| header["kid"] = json!("two")),
            self.header("crit with a known name", |header| header["crit"] = json!(["exp"])),
            self.header("crit with an unknown name", |header| header["crit"] = json!(["http://example.com/UNDEFINED"])),
            self.header("crit empty", |header| header["crit"] = json!([])),
            self.header("b64 false", |header| header["b64"] = json!(false)),
            self.header("zip", |header| header["zip"] = json!("DEF")),
            self.header("enc", |header| header["enc"] = json!("A256GCM")),
            self.header("cty JWT, a token within a token", |header| header["cty"] = json!("JWT")),
            self.header("typ of a proof of possession", |header| header["typ"] = json!("dpop+jwt")),
            self.header("typ of a logout token", |header| header["typ"] = json!("logout+jwt")),
            self.header("typ of an event", |header| header["typ"] = json!("secevent+jwt")),
            self.header("typ a number", |header| header["typ"] = json!(1)),
        ]
    }

    fn claims(&self) -> Vec<Case> {
        let issuer = &self.corp.issuer;
        vec![
            self.claim("iss of nobody we know", "iss", json!("https://evil.example")),
            self.claim("iss with a slash more", "iss", json!(format!("{issuer}/"))),
            self.claim("iss in capitals", "iss", json!(issuer.to_uppercase())),
            self.claim("iss a list", "iss", json!([issuer])),
            self.without("iss missing", "iss"),
            self.claim("iss of another provider that is trusted", "iss", json!(self.partner.issuer)),
            (
                "a token of another server",
                As::Audience,
                bearer(self.partner.token_with(|_, claims| claims["aud"] = json!("https://other.example/mcp"))),
            ),
            self.audience("aud of others", json!("https://other.example")),
            self.audience("aud of several others", json!(["https://other.example", "account"])),
            self.audience("aud with a slash more", json!(format!("{AUDIENCE}/"))),
            self.audience("aud in capitals", json!(AUDIENCE.to_uppercase())),
            self.audience("aud that begins like ours", json!("https://begin.example")),
            self.audience("aud that goes on", json!(format!("{AUDIENCE}.evil.example"))),
            self.audience("aud empty text", json!("")),
            ("aud missing", As::Audience, self.without("", "aud").2),
            self.claim("aud an object", "aud", json!({ AUDIENCE: true })),
            self.claim("aud a number", "aud", json!(7)),
            self.claim("aud an empty list", "aud", json!([])),
            self.claim("expired", "exp", json!(now() - 60)),
            self.claim("expired long ago", "exp", json!(1)),
            self.without("exp missing", "exp"),
            self.claim("exp text", "exp", json!((now() + 300).to_string())),
            self.claim("exp negative", "exp", json!(-1)),
            self.claim("exp null", "exp", Value::Null),
            self.claim("exp beyond all numbers", "exp", json!(1e300)),
            self.claim("nbf in the future", "nbf", json!(now() + 120)),
            self.claim("nbf text", "nbf", json!("0")),
            self.claim("iat in the future", "iat", json!(now() + 120)),
            self.claim("iat after exp", "iat", json!(now() + 301)),
            self.without("sub missing", "sub"),
            self.claim("sub empty", "sub", json!("")),
            self.claim("sub a number", "sub", json!(1)),
            self.claim("sub with marks of direction", "sub", json!("ada\u{202e}nimda")),
            self.claim("sub with a line break", "sub", json!("ada\nroles: admin")),
            self.claim("sub with a zero byte", "sub", json!("ada\u{0}")),
            self.claim("sub very long", "sub", json!("a".repeat(300))),
            self.claim("an ID token, by at_hash", "at_hash", json!("iDYmFHa5Ii22Z85XBCsbcw")),
            self.claim("an ID token, by nonce", "nonce", json!("n")),
            self.claim("an ID token, by its claim typ", "typ", json!("ID")),
            self.claim("a refresh token", "typ", json!("Refresh")),
            self.claim("a logout token", "events", json!({ "http://schemas.openid.net/event/backchannel-logout": {} })),
            self.claim(
                "bound to a key that is not shown",
                "cnf",
                json!({ "jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" }),
            ),
            self.claim(
                "bound to a certificate that is not shown",
                "cnf",
                json!({ "x5t#S256": "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2" }),
            ),
        ]
    }

    fn forms(&self) -> Vec<Case> {
        let good = self.corp.token();
        let header = r#"{"alg":"RS256","typ":"at+jwt","kid":"one"}"#;
        let claims = self.corp.claims().to_string();
        let twice = |more: &str| claims.replacen('{', &format!("{{{more},"), 1);
        let forged = |claims: &Value| replaced(&good, 1, base64url(claims.to_string()));
        let mut admin = self.corp.claims();
        admin["sub"] = json!("root");
        let not_good = |name, token: String| (name, As::NotGood, bearer(token));
        let first_of_signature = good.rfind('.').unwrap() + 1;
        let flipped = |at: usize| {
            let other = if good.as_bytes()[at] == b'A' { "B" } else { "A" };
            format!("{}{other}{}", &good[..at], &good[at + 1..])
        };
        vec![
            not_good("claims changed", forged(&admin)),
            not_good("header changed", replaced(&good, 0, base64url(r#"{"alg":"RS256","typ":"jwt","kid":"one"}"#))),
            not_good("signature changed", flipped(first_of_signature + 10)),
            not_good(
                "signature of another token",
                replaced(&good, 2, self.corp.token_with(|_, c| c["sub"] = json!("x")).rsplit('.').next().unwrap()),
            ),
            not_good("signature missing", replaced(&good, 2, "")),
            not_good("signature cut short", good[..good.len() - 4].to_owned()),
            not_good("signature of zeros", replaced(&good, 2, base64url([0; 256]))),
            not_good("cut in half", good[..good.len() / 2].to_owned()),
            not_good("one part", base64url(header)),
            not_good("two parts", good[..first_of_signature - 1].to_owned()),
            not_good("four parts", format!("{good}.AAAA")),
            not_good("five parts, as if encrypted", format!("{good}.AAAA.AAAA")),
            not_good("dots alone", "..".to_owned()),
            not_good("padded", format!("{good}=")),
            not_good("the other alphabet of base64", replaced(&good, 2, "+/+/")),
            not_good(
                "loose bits at the end",
                format!("{}{}", &good[..good.len() - 1], if good.ends_with('B') { 'C' } else { 'B' }),
            ),
            not_good("too large", self.corp.token_with(|_, claims| claims["x"] = json!("x".repeat(7000)))),
            not_good("a million brackets deep", replaced(&good, 1, base64url("[".repeat(5000)))),
            self.text("a claim twice", header, &twice(r#""sub":"root""#)),
            self.text("an audience twice", header, &twice(r#""aud":"https://other.example""#)),
            self.text("a claim twice, once escaped", header, &twice(r#""s\u0075b":"root""#)),
            self.text("a member twice, deep down", header, &twice(r#""a":{"b":[{"c":1,"c":2}]}"#)),
            self.text("alg twice", r#"{"alg":"none","alg":"RS256","typ":"at+jwt","kid":"one"}"#, &claims),
            self.text("kid twice", r#"{"alg":"RS256","typ":"at+jwt","kid":"two","kid":"one"}"#, &claims),
            self.text("claims that are a list", header, "[]"),
            self.text("claims that are no JSON", header, "sub=ada"),
            self.text("claims after a mark of bytes", header, &format!("\u{feff}{claims}")),
            self.text("claims with more behind", header, &format!("{claims}{claims}")),
            self.text("a header that is a list", "[]", &claims),
            ("marks of direction in the token", As::NotGood, bearer(format!("{}\u{202e}{}", &good[..9], &good[9..]))),
            ("a blank in the token", As::NotGood, bearer(format!("{} {}", &good[..9], &good[9..]))),
            ("a tab before the token", As::NotGood, format!("authorization: Bearer \t{good}")),
            ("two tokens in one header", As::NotGood, bearer(format!("{good}, {good}"))),
            ("the token in quotes", As::NotGood, bearer(format!("\"{good}\""))),
            ("nothing behind Bearer", As::NotGood, "authorization: Bearer".to_owned()),
            ("a word", As::NotGood, bearer("admin")),
        ]
    }

    fn headers(&self) -> Vec<Case> {
        let good = self.corp.token();
        vec![
            ("no credential", As::NoCredential, "x-nothing: 1".to_owned()),
            ("Basic", As::NoCredential, "authorization: Basic YWRtaW46YWRtaW4=".to_owned()),
            ("Negotiate", As::NoCredential, "authorization: Negotiate YIIB".to_owned()),
            ("the token without its scheme", As::NoCredential, format!("authorization: {good}")),
            ("a proof-of-possession scheme", As::NoCredential, format!("authorization: DPoP {good}")),
            ("a session of the dashboard", As::NoCredential, "cookie: __Host-smart-begin-session=abc".to_owned()),
            ("the token in a cookie", As::NoCredential, format!("cookie: access_token={good}; token={good}")),
            ("the token in a header of another name", As::NoCredential, format!("x-access-token: {good}")),
            ("two headers", As::Misplaced, format!("{}\n{}", bearer(&good), bearer(&good))),
            ("two headers, one of them Basic", As::Misplaced, format!("authorization: Basic YTpi\n{}", bearer(&good))),
            ("a token of ours in no form", As::NotGood, bearer("sb_")),
            ("a token of ours with a wrong sum", As::NotGood, bearer(format!("sb_{}000000", "a".repeat(30)))),
            ("a token of ours that never was", As::NotGood, bearer(never_made())),
            ("a token of ours, too long", As::NotGood, bearer(format!("sb_{}", "a".repeat(9000)))),
        ]
    }
}

/// With a sum that fits, as the scanners of secrets check it.
fn never_made() -> String {
    format!("sb_{}{}", "0".repeat(30), "000000")
}

async fn ask(running: &Running, headers: &str) -> Answer {
    let (of_mcp, body) = modern_request("tools/list", json!({}));
    let body = body.to_string();
    raw(running.address, &post_head(running.address, &format!("{headers}\n{of_mcp}"), body.len()), body.as_bytes())
        .await
}

fn check(name: &str, expected: As, answer: &Answer, not_good: &Value) {
    let challenge = answer.header("www-authenticate").unwrap_or_else(|| panic!("{name}: no challenge in {answer:?}"));
    let start =
        "Bearer resource_metadata=\"https://begin.example/.well-known/oauth-protected-resource/mcp\", scope=\"openid\"";
    assert!(challenge.starts_with(start), "{name}: {challenge}");
    let error = match expected {
        As::NotGood | As::Audience => Some("invalid_token"),
        As::Misplaced => Some("invalid_request"),
        As::NoCredential => None,
    };
    let status = if expected == As::Misplaced { 400 } else { 401 };
    assert_eq!(answer.status, status, "{name}: {}", answer.text());
    match error {
        Some(error) => {
            assert!(challenge.contains(&format!(", error=\"{error}\", error_description=\"")), "{name}: {challenge}")
        }
        None => assert_eq!(challenge, start, "{name}"),
    }
    let body = answer.json();
    assert_eq!(
        (&body["jsonrpc"], &body["id"], &body["error"]["code"]),
        (&json!("2.0"), &Value::Null, &json!(-32600)),
        "{name}"
    );
    match expected {
        As::NotGood => assert_eq!(&body, not_good, "{name}: it tells more than the others"),
        As::Audience => {
            let message = body["error"]["message"].as_str().unwrap();
            assert!(message.contains(AUDIENCE) && message.contains("sign_in.providers."), "{name}: {message}");
        }
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forged_tokens_are_refused_and_look_all_alike() {
    let world =
        World { corp: IdentityProvider::start().await, partner: IdentityProvider::start().await, stranger: Key::rsa() };
    let mut partner = world.partner.settings();
    partner.name = "partner".to_owned();
    let mut config = config_with(vec![world.corp.settings(), partner]);
    config.sign_in.lockout.attempts = 100_000;
    let house = House::new();
    let running = Running::product_with(&house, config).await;
    assert_eq!(ask(&running, &bearer(world.corp.token())).await.status, 200, "what is good gets in");
    assert_eq!(ask(&running, &bearer(world.partner.token())).await.status, 200);
    let not_good = ask(&running, &bearer("x.y.z")).await.json();
    let cases =
        [world.algorithms(), world.keys(), world.claims(), world.forms(), world.headers()].into_iter().flatten();
    let mut names = std::collections::BTreeSet::new();
    for (name, expected, headers) in cases {
        assert!(names.insert(name), "{name} is there twice");
        check(name, expected, &ask(&running, &headers).await, &not_good);
    }
    println!("{} forged tokens refused", names.len());
    assert!(names.len() >= 100);
    let query = ask_with_query(&running, &world.corp.token()).await;
    check("the token in the address", As::Misplaced, &query, &not_good);
    assert_eq!(ask(&running, &bearer(world.corp.token())).await.status, 200, "and what is good still does");
}

async fn ask_with_query(running: &Running, token: &str) -> Answer {
    let (of_mcp, body) = modern_request("tools/list", json!({}));
    let body = body.to_string();
    let head =
        post_head(running.address, &of_mcp, body.len()).replacen("/mcp", &format!("/mcp?access_token={token}"), 1);
    raw(running.address, &head, body.as_bytes()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_only_tokens_of_the_standard_are_taken_others_are_not() {
    let corp = IdentityProvider::start().await;
    let config = corp.config_with(|provider| provider.token_types = vec!["at+jwt".to_owned()]);
    let house = House::new();
    let running = Running::product_with(&house, config).await;
    let with = |kind: Value| bearer(corp.token_with(|header, _| header["typ"] = kind));
    for good in ["at+jwt", "application/at+jwt", "AT+JWT"] {
        assert_eq!(ask(&running, &with(json!(good))).await.status, 200, "{good}");
    }
    for bad in [json!("JWT"), json!(""), json!("at+jwt2"), Value::Null] {
        assert_eq!(ask(&running, &with(bad.clone())).await.status, 401, "{bad}");
    }
    let without = corp.token_with(|header, _| drop(header.as_object_mut().unwrap().remove("typ")));
    assert_eq!(ask(&running, &bearer(without)).await.status, 401);
}

/// Printed, and held to a bound that is wide: a machine under load is not an attack.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn by_the_time_refusals_are_not_told_apart() {
    let corp = IdentityProvider::start().await;
    let mut config = corp.config();
    config.sign_in.lockout.attempts = 100_000;
    let house = House::new();
    let running = Running::product_with(&house, config).await;
    assert_eq!(ask(&running, &bearer(corp.token())).await.status, 200);
    let changed =
        |change: &dyn Fn(&mut Value, &mut Value)| bearer(corp.token_with(|header, claims| change(header, claims)));
    let good = corp.token();
    let cases = [
        ("malformed", bearer("x")),
        ("alg none", bearer(replaced(&good, 0, base64url(r#"{"alg":"none"}"#)))),
        ("unknown issuer", changed(&|_, claims| claims["iss"] = json!("https://evil.example"))),
        ("unknown key", changed(&|header, _| header["kid"] = json!("three"))),
        ("bad signature", bearer(replaced(&good, 2, base64url([7; 256])))),
        ("expired", changed(&|_, claims| claims["exp"] = json!(1))),
        ("wrong audience", changed(&|_, claims| claims["aud"] = json!("them"))),
        ("API token, bad sum", bearer(format!("sb_{}aaaaaa", "a".repeat(30)))),
        ("API token, unknown", bearer(never_made())),
    ];
    let mut times = vec![Vec::new(); cases.len()];
    for _ in 0..30 {
        for (index, (_, headers)) in cases.iter().enumerate() {
            let started = Instant::now();
            ask(&running, headers).await;
            times[index].push(started.elapsed().as_secs_f64() * 1000.0);
        }
    }
    let mut medians = Vec::new();
    for ((name, _), times) in cases.iter().zip(&mut times) {
        times.sort_by(f64::total_cmp);
        let median = times[times.len() / 2];
        println!("{name:>20}: median {median:.2} ms, least {:.2} ms, most {:.2} ms", times[0], times[times.len() - 1]);
        medians.push(median);
    }
    let (least, most) = (medians.iter().copied().fold(f64::MAX, f64::min), medians.iter().copied().fold(0.0, f64::max));
    assert!(least >= 10.0 && most - least < 10.0, "from {least} to {most} ms");
}
