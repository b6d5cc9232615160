//! Clients we did not write list and call the tool over both transports.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use testkit::Run;

use crate::listener::Listener;
use crate::program::{Home, PROGRAM};

/// What a client's plan-only call must bring back.
#[track_caller]
pub(crate) fn is_a_plan(answer: &Value, client: &str) {
    let plan = find(answer, "planHash").and_then(Value::as_str);
    assert!(plan.is_some_and(|hash| hash.starts_with("sha256:")), "{client}: {answer}");
    assert_eq!(find(answer, "projectName").and_then(Value::as_str), Some("client-demo"), "{client}");
}

/// The first value of `key` anywhere in `value`: clients wrap the result each in their own way.
pub(crate) fn find<'a>(value: &'a Value, key: &str) -> Option<&'a Value> {
    match value {
        Value::Object(map) => map.get(key).or_else(|| map.values().find_map(|inner| find(inner, key))),
        Value::Array(items) => items.iter().find_map(|inner| find(inner, key)),
        _ => None,
    }
}

#[track_caller]
pub(crate) fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in {text}"))
}

const INSPECTOR_CALL: [&str; 12] = [
    "--method",
    "tools/call",
    "--tool-name",
    "smart_begin",
    "--tool-arg",
    "projectName=client-demo",
    "--tool-arg",
    "apply=false",
    "--tool-arg",
    "stack=python",
    "--format",
    "json",
];

#[test]
fn the_inspector_lists_and_calls_over_both_transports() {
    let Some(inspector) = testkit::tool("mcp-inspector") else { return };
    let home = Home::new();
    let listener = Listener::start(&home, &[]);
    let url = format!("{}/mcp", listener.base);
    let stdio = |more: &[&str]| {
        home.house(Run::new(&inspector)).args(["--cli", PROGRAM, "serve"]).args(more).run().expect_ok().stdout
    };
    let http = |era: &str, more: &[&str]| {
        let run = home.house(Run::new(&inspector)).args(["--cli", &url, "--transport", "http", "--protocol-era", era]);
        run.args(more).run().expect_ok().stdout
    };
    let list = ["--method", "tools/list", "--format", "json"];
    for (client, listed, called) in [
        ("stdio", stdio(&list), stdio(&INSPECTOR_CALL)),
        ("http, modern", http("modern", &list), http("modern", &INSPECTOR_CALL)),
        ("http, legacy", http("legacy", &list), http("legacy", &INSPECTOR_CALL)),
    ] {
        assert_eq!(find(&json(&listed), "name").and_then(Value::as_str), Some("smart_begin"), "{client}");
        is_a_plan(&json(&called), client);
    }
}

#[test]
fn fastmcp_lists_and_calls_over_both_transports() {
    let Some(fastmcp) = testkit::tool("fastmcp") else { return };
    let home = Home::new();
    let listener = Listener::start(&home, &[]);
    let url = format!("{}/mcp", listener.base);
    // FastMCP can ask back: everything it could be asked is given.
    let input =
        r#"{"projectName":"client-demo","apply":false,"stack":"python","description":"Writes.","author":"Ada"}"#;
    let command = format!("{PROGRAM} serve");
    let run = |arguments: &[&str]| home.house(Run::new(&fastmcp)).args(arguments).run().expect_ok().stdout;
    for listed in [run(&["list", "--command", &command, "--json"]), run(&["list", &url, "--json"])] {
        assert_eq!(find(&json(&listed), "name").and_then(Value::as_str), Some("smart_begin"));
    }
    let over_stdio = run(&["call", "--command", &command, "--target", "smart_begin", "--input-json", input, "--json"]);
    is_a_plan(&json(&over_stdio), "fastmcp stdio");
    is_a_plan(&json(&run(&["call", &url, "smart_begin", "--input-json", input, "--json"])), "fastmcp http");
}

/// The official Python client in the revisions it can speak, over both transports.
const PYTHON: &str = r#"
import asyncio, json, sys
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters

async def main() -> None:
    program, url, mode = sys.argv[1:4]
    for target in (StdioServerParameters(command=program, args=["serve"]), url):
        async with Client(target, mode=mode) as client:
            tools = (await client.list_tools()).tools
            assert [tool.name for tool in tools] == ["smart_begin", "check_project", "fix_vulnerabilities"], tools
            seen = []
            async def progress(step, total, message):
                seen.append(step)
            result = await client.call_tool(
                "smart_begin", {"projectName": "client-demo", "apply": False, "stack": "python"}, progress_callback=progress)
            assert not result.is_error, result
            assert seen == sorted(set(seen)), seen
            print(json.dumps(result.structured_content))
            wrong = await client.call_tool("smart_begin", {"projectName": "../x"})
            assert wrong.is_error and "projectName" in wrong.content[0].text, wrong
            resource = await client.read_resource("smart-begin://blueprints")
            assert "api-service" in resource.contents[0].text

asyncio.run(main())
"#;

#[test]
fn the_official_python_client_lists_and_calls_over_both_transports() {
    if testkit::tool("mcp").is_none() {
        return;
    }
    let Some(python) = testkit::tool("tools-python") else { return };
    let home = Home::new();
    let listener = Listener::start(&home, &[]);
    let script = home.root().join("client.py");
    fs::write(&script, PYTHON).unwrap();
    for mode in ["auto", "legacy", "2026-07-28"] {
        let run = home.house(Run::new(&python)).arg(&script).args([PROGRAM, &format!("{}/mcp", listener.base), mode]);
        let out = run.run().expect_ok().stdout;
        assert_eq!(out.lines().count(), 2, "{mode}: {out}");
        out.lines().for_each(|line| is_a_plan(&json(line), mode));
    }
}

/// The official TypeScript client, negotiating by itself, over both transports.
const TYPESCRIPT: &str = r#"
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

const [program, url, mode] = process.argv.slice(2);
const transports = [
  () => new StdioClientTransport({ command: program, args: ['serve'], env: process.env }),
  () => new StreamableHTTPClientTransport(new URL(url)),
];
for (const transport of transports) {
  const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode } });
  await client.connect(transport());
  const { tools } = await client.listTools();
  if (tools.length !== 3 || tools[0].name !== 'smart_begin') throw new Error(JSON.stringify(tools));
  const result = await client.callTool({ name: 'smart_begin', arguments: { projectName: 'client-demo', apply: false, stack: 'python' } });
  if (result.isError) throw new Error(JSON.stringify(result));
  console.log(JSON.stringify(result.structuredContent));
  const wrong = await client.callTool({ name: 'smart_begin', arguments: { projectName: 'x', year: 1 } });
  if (!wrong.isError || !wrong.content[0].text.includes('year')) throw new Error(JSON.stringify(wrong));
  await client.close();
}
"#;

#[test]
fn the_official_typescript_client_lists_and_calls_over_both_transports() {
    let (Some(node), Some(modules)) = (testkit::tool("node"), testkit::node_modules()) else { return };
    let home = Home::new();
    let listener = Listener::start(&home, &[]);
    let folder: PathBuf = home.root().join("client");
    fs::create_dir(&folder).unwrap();
    std::os::unix::fs::symlink(modules, folder.join("node_modules")).unwrap();
    fs::write(folder.join("client.mjs"), TYPESCRIPT).unwrap();
    for mode in ["auto", "legacy"] {
        let run = home.house(Run::new(&node)).arg(folder.join("client.mjs")).args([
            PROGRAM,
            &format!("{}/mcp", listener.base),
            mode,
        ]);
        let out = run.run().expect_ok().stdout;
        assert_eq!(out.lines().count(), 2, "{mode}: {out}");
        out.lines().for_each(|line| is_a_plan(&json(line), mode));
    }
}
