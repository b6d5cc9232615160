//! The messages that go to both servers, and whether what comes back is the whole plan.

use serde_json::{Value, json};

use crate::Failure;

/// The revision of the protocol, the stateless one.
pub(super) const VERSION: &str = "2026-07-28";

/// A request on its own: it carries all that a stateless server needs.
pub(super) fn request(method: &str, params: Value) -> Value {
    let mut params = params;
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": VERSION,
        "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": { "name": "bench", "version": "1.0.0" },
    });
    json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params })
}

/// What a client asks first.
pub(super) fn discover() -> Value {
    request("server/discover", json!({}))
}

/// A call that plans and writes nothing.
pub(super) fn plan(arguments: &Value) -> Value {
    request("tools/call", json!({ "name": "smart_begin", "arguments": arguments }))
}

/// The result in an answer, when it is one.
pub(super) fn result(answer: &str) -> Result<Value, Failure> {
    let answer: Value =
        serde_json::from_str(answer).map_err(|fault| Failure::because("an answer is not JSON", fault))?;
    let result = &answer["result"];
    if !result.is_object() || result["isError"] == true {
        return Err(Failure::because("an answer is an error", answer));
    }
    Ok(result.clone())
}

/// That a result holds a whole plan of so many files: its hash.
pub(super) fn plan_hash(result: &Value, files: usize) -> Result<String, Failure> {
    let report = &result["structuredContent"];
    let listed = report["projectStructure"]["files"].as_array().map_or(0, Vec::len);
    match report["planHash"].as_str() {
        Some(hash) if listed == files && report["applied"] == false => Ok(hash.to_owned()),
        _ => Err(Failure(format!("an answer lists {listed} files of {files}, or is no plan"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_not_taken_for_an_answer() {
        let errors = [
            json!({ "error": { "code": -32602 } }),
            json!({ "result": { "isError": true, "content": [] } }),
            json!({ "result": null }),
        ];
        for answer in errors {
            assert!(result(&answer.to_string()).is_err(), "{answer}");
        }
        assert!(result("no JSON").is_err());
    }

    #[test]
    fn a_plan_that_is_not_whole_is_refused() {
        let report = json!({ "planHash": "sha256:0", "applied": false, "projectStructure": { "files": ["a", "b"] } });
        let answer = json!({ "structuredContent": report });
        assert_eq!(plan_hash(&answer, 2).unwrap(), "sha256:0");
        assert!(plan_hash(&answer, 3).is_err());
        assert!(plan_hash(&json!({}), 0).is_err());
    }
}
