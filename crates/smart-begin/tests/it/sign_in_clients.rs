//! Clients we did not write sign in: with API tokens, with access tokens of a real provider, and by finding that provider
//! themselves from what the server tells them.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use testkit::{OidcProvider, Run};

use crate::clients::{find, is_a_plan, json};
use crate::listener::Listener;
use crate::program::Home;

/// A server that requires sign-in and trusts a real provider, with an API token of its own.
struct Guarded {
    home: Home,
    provider: OidcProvider,
    listener: Listener,
    url: String,
    api_token: String,
}

impl Guarded {
    fn start() -> Option<Self> {
        let provider = OidcProvider::start(&[])?;
        let home = Home::new();
        let folder = home.root().join("config");
        fs::create_dir(&folder).unwrap();
        let issuer = provider.issuer();
        let text = format!(
            "[sign_in]\nrequired = true\nprivate_networks = [\"127.0.0.0/8\"]\n\n\
             [sign_in.providers.company]\nissuer = \"{issuer}\"\n\n\
             [[sign_in.providers.company.grants]]\nclaim = \"groups\"\nvalue = \"builders\"\nroles = [\"member\"]\n"
        );
        fs::write(folder.join("base.toml"), text).unwrap();
        let made = home.call(["token", "create", "clients", "--role", "member", "--format", "json"]).run().expect_ok();
        let api_token = json(&made.stdout)["token"].as_str().unwrap().to_owned();
        let listener = Listener::start(&home, &["--config", folder.to_str().unwrap()]);
        let url = format!("{}/mcp", listener.base);
        Some(Self { home, provider, listener, url, api_token })
    }

    /// A good credential of each kind.
    fn credentials(&self) -> [(&'static str, String); 2] {
        let access = self.provider.machine_token("builder", &self.url, "project:read project:begin blueprint:read");
        [("an API token", self.api_token.clone()), ("an access token", access)]
    }

    /// What a client is told that shows a token for another server.
    fn for_another_server(&self) -> String {
        self.provider.machine_token("builder", "http://127.0.0.1:9/mcp", "project:read")
    }
}

#[test]
fn the_inspector_signs_in() {
    let (Some(inspector), Some(guarded)) = (testkit::tool("mcp-inspector"), Guarded::start()) else { return };
    let call = |token: &str| {
        let header = format!("Authorization: Bearer {token}");
        let run = guarded.home.house(Run::new(&inspector)).args(["--cli", &guarded.url, "--transport", "http"]);
        let run = run.args(["--protocol-era", "modern", "--header", &header, "--method", "tools/call"]);
        let run = run.args(["--tool-name", "smart_begin", "--tool-arg", "projectName=client-demo"]);
        run.args(["--tool-arg", "apply=false", "--tool-arg", "stack=python", "--format", "json"]).run()
    };
    for (kind, token) in guarded.credentials() {
        is_a_plan(&json(&call(&token).expect_ok().stdout), kind);
    }
    // It wants to sign in anew with a browser then, and shows nobody's words.
    let refused = call(&guarded.for_another_server());
    assert!(!refused.status.success(), "{refused:?}");
}

#[test]
fn fastmcp_signs_in() {
    let (Some(fastmcp), Some(guarded)) = (testkit::tool("fastmcp"), Guarded::start()) else { return };
    let input =
        r#"{"projectName":"client-demo","apply":false,"stack":"python","description":"Writes.","author":"Ada"}"#;
    let call = |token: &str| {
        let run = guarded.home.house(Run::new(&fastmcp)).args(["call", &guarded.url, "smart_begin"]);
        run.args(["--input-json", input, "--auth", token, "--json"]).run()
    };
    for (kind, token) in guarded.credentials() {
        is_a_plan(&json(&call(&token).expect_ok().stdout), kind);
    }
    let refused = call(&guarded.for_another_server());
    let told = refused.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(!refused.status.success(), "{refused:?}");
    assert!(told.contains("This token was issued for http://127.0.0.1:9/mcp"), "{told}");
    assert!(told.contains(&format!("Ask the provider for a token for {}", guarded.url)), "{told}");
}

/// The official Python client: with a token it was given, and finding the provider itself.
const PYTHON: &str = r#"
import asyncio, json, sys
import httpx2
from mcp.client import Client
from mcp.client.auth.extensions.client_credentials import ClientCredentialsOAuthProvider
from mcp.client.streamable_http import streamable_http_client

class Memory:
    tokens = info = None
    async def get_tokens(self): return self.tokens
    async def set_tokens(self, tokens): self.tokens = tokens
    async def get_client_info(self): return self.info
    async def set_client_info(self, info): self.info = info

async def plan(http) -> None:
    async with http, Client(streamable_http_client(url, http_client=http)) as client:
        result = await client.call_tool("smart_begin", {"projectName": "client-demo", "apply": False, "stack": "python"})
        assert not result.is_error, result
        print(json.dumps(result.structured_content))

async def main() -> None:
    for token in tokens:
        await plan(httpx2.AsyncClient(headers={"Authorization": f"Bearer {token}"}))
    found = ClientCredentialsOAuthProvider(
        server_url=url, storage=Memory(), client_id="builder", client_secret="builder-only-for-tests", issuer=issuer)
    await plan(httpx2.AsyncClient(auth=found))

url, issuer, *tokens = sys.argv[1:]
asyncio.run(main())
"#;

#[test]
fn the_official_python_client_signs_in_and_finds_the_provider_itself() {
    if testkit::tool("mcp").is_none() {
        return;
    }
    let (Some(python), Some(guarded)) = (testkit::tool("tools-python"), Guarded::start()) else { return };
    let script = guarded.home.root().join("client.py");
    fs::write(&script, PYTHON).unwrap();
    let tokens = guarded.credentials().map(|(_, token)| token);
    let run = guarded.home.house(Run::new(&python)).arg(&script).args([&guarded.url, &guarded.provider.issuer()]);
    let out = run.args(&tokens).run().expect_ok().stdout;
    assert_eq!(out.lines().count(), 3, "{out}");
    out.lines().for_each(|line| is_a_plan(&json(line), "the Python client"));
    let run = guarded.home.house(Run::new(&python)).arg(&script).args([&guarded.url, &guarded.provider.issuer()]);
    assert!(!run.arg(guarded.for_another_server()).run().status.success());
}

/// The official TypeScript client: with a token it was given, and finding the provider itself.
const TYPESCRIPT: &str = r#"
import { Client, ClientCredentialsProvider, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

const [address, issuer, ...tokens] = process.argv.slice(2);
const url = new URL(address);
const given = (token) => ({ requestInit: { headers: { Authorization: `Bearer ${token}` } } });
const found = () => ({
  authProvider: new ClientCredentialsProvider({
    clientId: 'builder', clientSecret: 'builder-only-for-tests', expectedIssuer: issuer,
  }),
});
for (const options of [...tokens.map(given), found()]) {
  const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
  await client.connect(new StreamableHTTPClientTransport(url, options));
  const result = await client.callTool({ name: 'smart_begin', arguments: { projectName: 'client-demo', apply: false, stack: 'python' } });
  if (result.isError) throw new Error(JSON.stringify(result));
  console.log(JSON.stringify(result.structuredContent));
  await client.close();
}
"#;

#[test]
fn the_official_typescript_client_signs_in_and_finds_the_provider_itself() {
    let (Some(node), Some(modules)) = (testkit::tool("node"), testkit::node_modules()) else { return };
    let Some(guarded) = Guarded::start() else { return };
    let folder: PathBuf = guarded.home.root().join("client");
    fs::create_dir(&folder).unwrap();
    std::os::unix::fs::symlink(modules, folder.join("node_modules")).unwrap();
    fs::write(folder.join("client.mjs"), TYPESCRIPT).unwrap();
    let call = |tokens: &[String]| {
        let run = guarded.home.house(Run::new(&node)).arg(folder.join("client.mjs"));
        run.args([&guarded.url, &guarded.provider.issuer()]).args(tokens).run()
    };
    let out = call(&guarded.credentials().map(|(_, token)| token)).expect_ok().stdout;
    assert_eq!(out.lines().count(), 3, "{out}");
    out.lines().for_each(|line| is_a_plan(&json(line), "the TypeScript client"));
    let refused = call(&[guarded.for_another_server()]);
    assert!(!refused.status.success(), "{refused:?}");
}

#[test]
fn a_provider_that_is_down_or_changes_its_keys_stops_nobody() {
    let Some(mut guarded) = Guarded::start() else { return };
    let Some(fastmcp) = testkit::tool("fastmcp") else { return };
    let list = |token: &str| {
        let run = guarded.home.house(Run::new(&fastmcp)).args(["list", &guarded.url, "--auth", token, "--json"]);
        run.run()
    };
    let before = guarded.credentials()[1].1.clone();
    let listed = list(&before).expect_ok().stdout;
    assert_eq!(find(&json(&listed), "name").and_then(Value::as_str), Some("smart_begin"));
    guarded.provider.stop();
    let run = guarded.home.house(Run::new(&fastmcp)).args(["list", &guarded.url, "--auth", &before, "--json"]);
    run.run().expect_ok();
    guarded.provider.resume();
    let after = guarded.credentials()[1].1.clone();
    assert_ne!(before, after);
    let run = guarded.home.house(Run::new(&fastmcp)).args(["list", &guarded.url, "--auth", &after, "--json"]);
    run.run().expect_ok();
    assert!(guarded.listener.base.starts_with("http://"));
}
