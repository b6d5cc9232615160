//! Each layer of the configuration wins over those below, for every key there is, and every value tells where it is from.

use serde_json::{Value, json};

use crate::configured::Configured;
use crate::program::Home;

const LAYERS: [&str; 3] = ["base.toml", "staging.toml", "variables"];

/// A key, with the part of the schema that describes it.
struct Key {
    path: String,
    schema: Value,
}

/// All keys of the schema; the names that operators choose are `company` for providers and `deputy` for roles.
fn keys(home: &Home) -> Vec<Key> {
    let schema = home.call(["config", "schema"]).run().expect_ok();
    let mut keys = Vec::new();
    walk(&serde_json::from_str(&schema.stdout).unwrap(), "", &mut keys);
    assert!(keys.len() > 60, "{}", keys.len());
    keys
}

fn walk(schema: &Value, path: &str, keys: &mut Vec<Key>) {
    if schema["type"] != "object" {
        return keys.push(Key { path: path.to_owned(), schema: schema.clone() });
    }
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    for (name, part) in schema["properties"].as_object().unwrap() {
        walk(part, &below(name), keys);
    }
    for part in schema["patternProperties"].as_object().unwrap().values() {
        walk(part, &below(if path == "access.roles" { "deputy" } else { "company" }), keys);
    }
}

/// The `number`th value for a key; neighbours differ.
fn sample(key: &Key, number: u64) -> Value {
    let text = |schema: &Value| match (schema["enum"].as_array(), key.path.rsplit('.').next().unwrap()) {
        (Some(words), _) => words[usize::try_from(number).unwrap() % words.len()].clone(),
        (_, "listen" | "redirect_listen" | "operations_listen") => {
            json!(format!("127.0.0.1:{}", 1_000 + 10 * key.path.len() as u64 + number))
        }
        (_, "public_url" | "address" | "issuer" | "endpoint" | "url" | "advisories_url" | "osv_api") => {
            json!(format!("https://n{number}.example"))
        }
        (_, "allowed_origins") => json!(format!("https://n{number}.example:8443")),
        (_, "allowed_hosts") => json!(format!("n{number}.example")),
        (_, "trusted_proxies" | "private_networks") => json!(format!("10.0.{number}.0/24")),
        (
            _,
            "client_secret" | "token" | "pseudonym_key" | "signing_keys" | "secret_access_key" | "secret"
            | "older_secret" | "previous_keys",
        ) => json!(format!("file:/there/is/none/{number}")),
        // In `vault` it names a secret, elsewhere a file.
        (_, "key") if key.path == "vault.key" => json!(format!("file:/there/is/none/{}", 10 + number)),
        (_, "default_roles") => json!(["viewer", "member"][usize::try_from(number).unwrap() % 2]),
        (_, "filter") => json!(format!("info,n{number}=warn")),
        (
            _,
            "certificate" | "certificate_key" | "file" | "key" | "client_authorities" | "authorities" | "folder"
            | "roots" | "rules" | "path" | "gitleaks_known",
        ) => {
            json!(format!("/there/is/none/{number}"))
        }
        _ => json!(format!("n{number}")),
    };
    match key.schema["type"].as_str().unwrap() {
        "boolean" => json!(number.is_multiple_of(2)),
        "integer" => json!(key.schema["minimum"].as_u64().unwrap() + number),
        "array" if key.schema["items"]["type"] == "object" => {
            json!([{ "claim": "groups", "value": format!("n{number}"), "roles": ["viewer"], "teams": [] }])
        }
        "array" => json!([text(&key.schema["items"])]),
        _ => text(&key.schema),
    }
}

/// As TOML on one line. What we write has nothing that JSON and TOML escape differently.
fn toml(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(toml).collect::<Vec<_>>().join(", ")),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| format!("{name} = {}", toml(value)));
            format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

fn variable(path: &str) -> String {
    format!("SMART_BEGIN_{}", path.to_uppercase().replace('.', "__"))
}

#[test]
fn each_layer_wins_over_those_below_for_every_key_and_tells_the_place() {
    let keys = keys(&Home::new());
    // The layers up to `top` say something about each key.
    for (top, highest) in LAYERS.into_iter().enumerate() {
        let mut place = Configured::new("staging");
        for (number, file) in LAYERS.iter().enumerate().take((top + 1).min(2)) {
            let lines: String =
                keys.iter().map(|key| format!("{} = {}\n", key.path, toml(&sample(key, number as u64 + 1)))).collect();
            place = place.file(file, &lines);
        }
        for key in keys.iter().filter(|_| highest == "variables") {
            let value = sample(key, 3);
            let value = value.as_str().map_or_else(|| toml(&value), str::to_owned);
            place = place.set(&variable(&key.path), &value);
        }
        // Older names would win.
        let shown = place.call(&["config", "show", "--format", "json"]).env("SMART_BEGIN_DATA_DIR", "").run();
        let shown = crate::program::answer(&shown)["values"].as_array().unwrap().clone();
        assert_eq!(shown.len(), keys.len());
        for (line, key) in (1..).zip(&keys) {
            let found = shown.iter().find(|value| value["key"] == key.path).unwrap_or_else(|| panic!("{}", key.path));
            assert_eq!(found["value"], sample(key, top as u64 + 1), "{} with {}", key.path, highest);
            if highest == "variables" {
                assert_eq!(found["origin"], format!("variable {}", variable(&key.path)));
            } else {
                assert_eq!(found["line"], line, "{found}");
                assert!(found["file"].as_str().unwrap().ends_with(highest), "{found}");
            }
        }
    }
}

#[test]
fn without_any_layer_every_key_has_its_default_and_says_so() {
    let place = Configured::new("development").file("base.toml", "");
    for value in place.show() {
        let key = value["key"].as_str().unwrap();
        let expected = match key {
            "server.allowed_hosts" | "server.allowed_origins" => "follows from server.public_url",
            // Told to every call of these tests.
            "data.folder" => "variable SMART_BEGIN_DATA_DIR",
            _ => "default",
        };
        assert_eq!(value["origin"], expected, "{key}");
    }
}

#[test]
fn flags_and_the_older_variables_win_over_everything() {
    let place = Configured::new("development")
        .file("development.toml", "[log]\nfilter = \"warn\"\n[data]\nfolder = \"/one\"\n")
        .set("SMART_BEGIN_LOG__FILTER", "error")
        .set("SMART_BEGIN_DATA__FOLDER", "/two");
    assert_eq!(place.value("log.filter")["value"], "error");
    let place = place.set("SMART_BEGIN_LOG", "info,store=warn");
    assert_eq!(place.value("log.filter")["origin"], "variable SMART_BEGIN_LOG");
    assert_eq!(place.value("data.folder")["origin"], "variable SMART_BEGIN_DATA_DIR");
    let shown = place.call(&["config", "show", "--origin", "--data-dir", "/three"]).run().expect_ok();
    assert!(shown.stdout.contains("data.folder = \"/three\"  # flag --data-dir\n"), "{}", shown.stdout);
}

#[test]
fn paths_begin_at_the_folder_of_their_file_and_lists_are_read_both_ways() {
    let place = Configured::new("development")
        .file("base.toml", "[server]\nroots = [\"projects\"]\ntrusted_proxies = [\"10.0.0.1\"]\n")
        .set("SMART_BEGIN_SERVER__ALLOWED_HOSTS", " a.example, [::1] ,b.example:8080")
        .set("SMART_BEGIN_SERVER__ALLOWED_ORIGINS", "[\"https://a.example\", \"https://b.example\"]")
        .set("SMART_BEGIN_SIGN_IN__PROVIDERS__MY_COMPANY__ISSUER", "https://sso.example/x");
    assert_eq!(place.value("server.roots")["value"], json!([place.folder().join("projects")]));
    assert_eq!(place.value("server.trusted_proxies")["value"], json!(["10.0.0.1/32"]));
    assert_eq!(place.value("server.allowed_hosts")["value"], json!(["a.example", "[::1]", "b.example:8080"]));
    assert_eq!(place.value("server.allowed_origins")["value"], json!(["https://a.example", "https://b.example"]));
    assert_eq!(place.value("sign_in.providers.my-company.issuer")["value"], "https://sso.example/x");
    // A variable that begins with a bracket and is no TOML.
    let place = place.set("SMART_BEGIN_SERVER__ALLOWED_HOSTS", "[::1],localhost");
    assert_eq!(place.value("server.allowed_hosts")["value"], json!(["[::1]", "localhost"]));
    // Taken away again.
    let place = place.file("development.toml", "server.operations_listen = \"127.0.0.1:9090\"");
    assert_eq!(place.value("server.operations_listen")["value"], "127.0.0.1:9090");
    let place = place.set("SMART_BEGIN_SERVER__OPERATIONS_LISTEN", "");
    assert_eq!(place.value("server.operations_listen")["value"], Value::Null);
}

#[test]
fn what_is_served_follows_from_the_public_address() {
    let place = Configured::new("production").set("SMART_BEGIN_SERVER__PUBLIC_URL", "https://begin.example/");
    assert_eq!(place.value("server.public_url")["value"], "https://begin.example");
    assert_eq!(
        place.value("server.allowed_hosts")["value"],
        json!(["localhost", "127.0.0.1", "[::1]", "begin.example"])
    );
    assert_eq!(place.value("server.allowed_origins")["value"], json!(["https://begin.example"]));
    assert_eq!(place.value("server.allowed_origins")["origin"], "follows from server.public_url");
}

#[test]
fn environments_are_the_built_in_ones_unless_a_folder_is_named_and_their_differences_are_told() {
    let place = Configured::new("production");
    let required = place.value("sign_in.required");
    assert_eq!((&required["value"], &required["file"]), (&json!(true), &json!("config/production.toml (built in)")));
    let diff = place.call(&["config", "diff", "development", "production", "--format", "json"]).run().expect_ok();
    let differences = crate::program::answer(&diff)["differences"].as_array().unwrap().clone();
    let required = differences.iter().find(|difference| difference["key"] == "sign_in.required").unwrap();
    assert_eq!((&required["development"]["value"], &required["production"]["value"]), (&json!(false), &json!(true)));
    let same = place.call(&["config", "diff", "staging", "production"]).run().expect_ok();
    assert_eq!(same.stdout, "Nothing differs.\n");
    // A folder replaces the built-in files altogether.
    let place = place.file("base.toml", "");
    assert_eq!(place.value("sign_in.required")["origin"], "default");
    let by_variable = place.home.call(["config", "show"]).env("SMART_BEGIN_ENVIRONMENT", "staging").run();
    assert!(by_variable.stdout.starts_with("# staging: "), "{}", by_variable.stdout);
}
