//! Judges what came back.

use app::Seen;

use super::ask::{Answer, Question};

/// Judges the answers.
type Judge = fn(&[Answer]) -> Seen;

/// What holds however the server is configured.
pub(super) const EVERYWHERE: [(&str, Judge); 10] = [
    ("security-headers", security_headers),
    ("page-policy", page_policy),
    ("cookies", cookies),
    ("no-cors", no_cors),
    ("content-types", content_types),
    ("foreign-origin", foreign_origin),
    ("foreign-host", foreign_host),
    ("methods", methods),
    ("large-body-refused", large_body),
    ("operations-apart", operations_apart),
];

const OURS: &str = "This is a fault of smart-begin or of its build: report it (SECURITY.md).";

/// Headers that every answer has, each with what its value must have in it.
const DEMANDED: [(&str, &[&str]); 7] = [
    ("x-content-type-options", &["nosniff"]),
    ("x-frame-options", &["DENY"]),
    ("content-security-policy", &["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"]),
    ("cross-origin-resource-policy", &["same-origin"]),
    ("cross-origin-opener-policy", &["same-origin"]),
    ("referrer-policy", &[""]),
    ("permissions-policy", &["camera=()"]),
];

fn security_headers(answers: &[Answer]) -> Seen {
    for answer in answers {
        for (name, parts) in DEMANDED {
            let value = answer.header(name);
            if value.is_empty() || !parts.iter().all(|part| value.contains(part)) {
                return Seen::bad(format!("An answer ({:?}) lacks {name}, or all of it.", answer.question), OURS);
            }
        }
        if !answer.header("cache-control").contains("no-store") {
            return Seen::bad(format!("An answer ({:?}) may be kept by caches.", answer.question), OURS);
        }
        if !answer.header("server").is_empty() {
            return Seen::bad("Answers tell which server this is.", OURS);
        }
    }
    some(answers, Seen::good(format!("All {} answers asked for have them, errors included.", answers.len())))
}

fn page_policy(answers: &[Answer]) -> Seen {
    let mut pages = answers.iter().filter(|answer| answer.is_page()).peekable();
    if pages.peek().is_none() {
        return Seen::bad("No page came back.", OURS);
    }
    let loose = pages.find(|page| {
        let policy = page.header("content-security-policy");
        ["unsafe-inline", "unsafe-eval", "*", "http:", "https:", "data:"].iter().any(|word| policy.contains(word))
            || !policy.contains("form-action 'self'")
    });
    match loose {
        Some(_) => Seen::bad("A page lets in what is not our own.", OURS),
        None => Seen::good("Pages let in our own style and pictures, no script and nothing inline."),
    }
}

fn cookies(answers: &[Answer]) -> Seen {
    let set = || answers.iter().flat_map(|answer| answer.headers.get_all("set-cookie"));
    let careful = |cookie: &str| {
        cookie.starts_with("__Host-")
            && ["Secure", "HttpOnly", "SameSite=", "Path=/"].iter().all(|part| cookie.contains(part))
    };
    match set().count() {
        0 => Seen::bad("The sign-in page set no cookie, so that none could be looked at.", OURS),
        count if set().all(|cookie| cookie.to_str().is_ok_and(careful)) => {
            Seen::good(format!("Cookies set: {count}; all for this host alone, Secure, HttpOnly and SameSite."))
        }
        _ => Seen::bad("A cookie could be planted, read by scripts or sent in the clear.", OURS),
    }
}

fn no_cors(answers: &[Answer]) -> Seen {
    let open = answers.iter().any(|answer| !answer.header("access-control-allow-origin").is_empty());
    some(
        answers,
        Seen::when(
            !open,
            "No answer allows another origin to read it.",
            "An answer allows another origin to read it.",
            OURS,
        ),
    )
}

fn content_types(answers: &[Answer]) -> Seen {
    let told = |answer: &&Answer| {
        let kind = answer.header("content-type");
        !kind.is_empty() && (!kind.starts_with("text/") || kind.contains("charset=utf-8"))
    };
    match answers.iter().find(|answer| !told(answer)) {
        Some(answer) => Seen::bad(format!("An answer ({:?}) does not say what it is.", answer.question), OURS),
        None => some(answers, Seen::good("Every answer says what it is, texts with their character set.")),
    }
}

fn foreign_origin(answers: &[Answer]) -> Seen {
    status(answers, Question::ForeignOrigin, &[403], "A page of another origin is refused.", "server.allowed_origins")
}

fn foreign_host(answers: &[Answer]) -> Seen {
    status(
        answers,
        Question::ForeignHost,
        &[403, 421],
        "A request for another host is refused.",
        "server.allowed_hosts",
    )
}

fn methods(answers: &[Answer]) -> Seen {
    status(answers, Question::Trace, &[404, 405], "TRACE is refused.", "the router")
}

fn large_body(answers: &[Answer]) -> Seen {
    status(answers, Question::Large, &[413], "A message over limits.body_bytes is refused.", "limits.body_bytes")
}

fn operations_apart(answers: &[Answer]) -> Seen {
    status(answers, Question::Metrics, &[404], "Where clients are there are no metrics.", "the router")
}

/// Whether clients are told to use HTTPS alone.
pub(super) fn hsts(answers: &[Answer], tls: bool) -> Seen {
    let told = |answer: &Answer| {
        let value = answer.header("strict-transport-security");
        let age = value.split(';').find_map(|part| part.trim().strip_prefix("max-age=")?.parse::<u64>().ok());
        age.is_some_and(|age| age >= 31_536_000) && value.contains("includeSubDomains")
    };
    if !tls {
        let why = "Another program speaks HTTPS here: its Strict-Transport-Security must have a year or more and includeSubDomains.";
        return Seen::unknown(why, "the operator of the proxy");
    }
    let all = answers.iter().all(told);
    some(
        answers,
        Seen::when(all, "Every answer says so, for a year and for subdomains.", "An answer does not say so.", OURS),
    )
}

/// Whether somebody without a credential is told how to get one.
pub(super) fn challenge(answers: &[Answer], required: bool) -> Seen {
    if !required {
        return Seen::bad("Nobody has to sign in.", "Set sign_in.required = true.");
    }
    let Some(answer) = answers.iter().find(|answer| answer.question == Question::Call) else { return none() };
    let said = answer.header("www-authenticate");
    let good = answer.status == 401 && said.starts_with("Bearer ") && said.contains("resource_metadata=");
    let bad = format!("It was answered with status {}.", answer.status);
    Seen::when(good, "A call without a credential is answered with 401 and the way to get one.", bad, OURS)
}

fn status(answers: &[Answer], question: Question, wanted: &[u16], good: &str, place: &str) -> Seen {
    let Some(answer) = answers.iter().find(|answer| answer.question == question) else { return none() };
    let advice = format!("Look at {place}; if it says nothing of the kind, report it (SECURITY.md).");
    let bad = format!("Not so: it was answered with status {}.", answer.status);
    Seen::when(wanted.contains(&answer.status), good, bad, advice)
}

fn some(answers: &[Answer], seen: Seen) -> Seen {
    if answers.is_empty() { none() } else { seen }
}

fn none() -> Seen {
    Seen::unknown("The question was not answered.", "whoever maintains smart-begin")
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderName, HeaderValue};

    use super::*;

    fn is_good(seen: &Seen) -> bool {
        matches!(seen, Seen::Good(_))
    }

    /// An answer as it should be, but for the headers that are `changed`; an empty one is taken away.
    fn answer(question: Question, status: u16, changed: &[(&'static str, &'static str)]) -> Answer {
        let good = [
            ("content-type", "application/json"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            (
                "content-security-policy",
                "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
            ),
            ("cross-origin-resource-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("referrer-policy", "no-referrer"),
            ("permissions-policy", "camera=()"),
            ("cache-control", "no-store"),
            ("strict-transport-security", "max-age=31536000; includeSubDomains"),
        ];
        let mut headers = HeaderMap::new();
        for (name, value) in good.iter().chain(changed) {
            let name = HeaderName::from_static(name);
            if value.is_empty() {
                headers.remove(name);
            } else {
                headers.insert(name, HeaderValue::from_static(value));
            }
        }
        Answer { question, status, headers }
    }

    fn with(judge: impl Fn(&[Answer]) -> Seen, name: &'static str, value: &'static str) -> bool {
        is_good(&judge(&[answer(Question::Health, 200, &[]), answer(Question::Page, 200, &[(name, value)])]))
    }

    #[test]
    fn every_probe_is_evidence_for_some_row() {
        let table = app::Catalogues::read().unwrap();
        for name in EVERYWHERE.map(|(name, _)| name).into_iter().chain(["hsts", "challenge"]) {
            assert!(table.probes().contains(name), "{name}");
        }
    }

    #[test]
    fn a_header_that_lacks_or_is_weak_fails() {
        for (name, _) in DEMANDED {
            assert!(!with(security_headers, name, ""), "{name}");
        }
        assert!(with(security_headers, "x-other", "1"));
        assert!(!with(security_headers, "content-security-policy", "default-src *"));
        assert!(!with(security_headers, "cache-control", "public"));
        assert!(!with(security_headers, "server", "smart-begin/1"));
        assert!(!with(no_cors, "access-control-allow-origin", "*") && with(no_cors, "x-other", "1"));
        assert!(!with(content_types, "content-type", "text/plain") && with(content_types, "x-other", "1"));
        assert!(!with(|all| hsts(all, true), "strict-transport-security", "max-age=60; includeSubDomains"));
        assert!(!with(|all| hsts(all, true), "strict-transport-security", "max-age=31536000"));
        assert!(with(|all| hsts(all, true), "x-other", "1"));
        assert!(matches!(hsts(&[], false), Seen::Unknown { .. }));
    }

    #[test]
    fn a_page_or_cookie_that_lets_others_in_fails() {
        let page =
            |name, value| [answer(Question::Page, 200, &[("content-type", "text/html; charset=utf-8"), (name, value)])];
        assert!(is_good(&page_policy(&page("x-other", "1"))));
        let loose = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'";
        assert!(!is_good(&page_policy(&page("content-security-policy", loose))));
        assert!(!is_good(&page_policy(&[])) && !is_good(&cookies(&page("x-other", "1"))));
        for (cookie, good) in [
            ("__Host-a=b; HttpOnly; SameSite=Lax; Secure; Path=/", true),
            ("a=b; HttpOnly; SameSite=Lax; Secure; Path=/", false),
            ("__Host-a=b; SameSite=Lax; Secure; Path=/", false),
            ("__Host-a=b; HttpOnly; SameSite=Lax; Path=/", false),
        ] {
            assert_eq!(is_good(&cookies(&page("set-cookie", cookie))), good, "{cookie}");
        }
    }

    #[test]
    fn what_should_be_refused_and_is_answered_fails() {
        let cases: [(Judge, Question, u16); 5] = [
            (foreign_origin, Question::ForeignOrigin, 403),
            (foreign_host, Question::ForeignHost, 403),
            (methods, Question::Trace, 405),
            (large_body, Question::Large, 413),
            (operations_apart, Question::Metrics, 404),
        ];
        for (judge, question, refused) in cases {
            assert!(is_good(&judge(&[answer(question, refused, &[])])), "{question:?}");
            assert!(matches!(judge(&[answer(question, 200, &[])]), Seen::Bad { .. }), "{question:?}");
            assert!(matches!(judge(&[]), Seen::Unknown { .. }), "{question:?}");
        }
        let told = [("www-authenticate", "Bearer resource_metadata=\"https://begin.example/x\"")];
        assert!(is_good(&challenge(&[answer(Question::Call, 401, &told)], true)));
        assert!(!is_good(&challenge(&[answer(Question::Call, 401, &[])], true)));
        assert!(!is_good(&challenge(&[answer(Question::Call, 200, &told)], true)));
        assert!(!is_good(&challenge(&[answer(Question::Call, 401, &told)], false)));
    }
}
