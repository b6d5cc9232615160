// Visits the dashboard as people do. Arguments: the server's address, the provider's port, the browser, the folder for
// pictures. Every step that fails ends the program with what was there instead.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { join } from 'node:path';
import Provider from 'oidc-provider';
import { chromium } from 'playwright-core';

const [base, providerPort, executablePath, pictures] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${providerPort}`;
const hostile = '<img src=x onerror=alert(1)> Ada';

const provider = new Provider(issuer, {
  clients: [{
    client_id: 'dashboard',
    client_secret: 'a-secret-of-sixty-four-characters-at-most-and-of-this-test-alone',
    redirect_uris: [`${base}/dashboard/callback`],
    response_types: ['code'],
    grant_types: ['authorization_code'],
    token_endpoint_auth_method: 'client_secret_basic',
  }],
  // Claims of the person stand in the ID token, as they do with most providers.
  conformIdTokenClaims: false,
  claims: { openid: ['sub', 'groups'], profile: ['name'], email: ['email'] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, name: id === 'ada' ? 'Ada Lovelace' : hostile, groups: ['builders'], email: 'x@example.org' }),
  }),
  pkce: { required: () => true },
  features: { devInteractions: { enabled: true } },
});
provider.listen(providerPort, '127.0.0.1');

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
const faults = [];
let tolerated = null;

async function visitor(width, height, more = {}) {
  const context = await browser.newContext({ viewport: { width, height }, locale: 'en-GB', ...more });
  const page = await context.newPage();
  const ours = () => page.url().startsWith(base);
  page.on('console', (line) => {
    if (line.type() === 'error' && ours() && !(tolerated && line.text().includes(tolerated))) faults.push(line.text());
  });
  page.on('pageerror', (error) => { if (ours()) faults.push(String(error)); });
  return page;
}

async function picture(page, name) {
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
}

async function fits(page) {
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(content <= window, `${page.url()} is ${content} wide in a window of ${window}`);
  const [missing] = await page.evaluate(() => [
    [...document.querySelectorAll('input:not([type=hidden]), select')].filter((field) => field.labels.length === 0).length,
  ]);
  assert.equal(missing, 0, 'every field has a label');
}

async function atSignIn(page, notice) {
  assert.equal(new URL(page.url()).pathname, '/dashboard/sign-in');
  if (notice) assert.ok((await page.getByRole('status').textContent()).includes(notice));
}

async function throughProvider(page, name) {
  await page.getByRole('link', { name: /Continue with/ }).click();
  await page.waitForURL(`${issuer}/**`, { timeout: 15_000 }).catch(async (cause) => {
    throw new Error(`${page.url()} shows: ${await page.locator('body').innerText()}`, { cause });
  });
  await page.locator('input[name=login]').fill(name);
  await page.locator('input[name=password]').fill('anything');
  await page.locator('button[type=submit]').click();
  await page.locator('button[type=submit]').click();
  await page.waitForURL(`${base}/dashboard**`);
}

// Signing in with the provider, at a desk.
const desk = await visitor(1280, 900);
await desk.goto(`${base}/dashboard`);
await atSignIn(desk);
await fits(desk);
await picture(desk, 'sign-in-1280');
await desk.keyboard.press('Tab');
assert.equal(await desk.evaluate(() => document.activeElement.textContent), 'Skip to the content');
await throughProvider(desk, 'ada');
assert.equal(desk.url(), `${base}/dashboard`, 'nothing of the sign-in is left in the address');
await desk.getByRole('heading', { name: 'Hello, Ada Lovelace' }).waitFor();
for (const cookie of await desk.context().cookies(base)) {
  if (!cookie.name.startsWith('__Host-')) continue;
  assert.deepEqual([cookie.httpOnly, cookie.secure, cookie.sameSite, cookie.path], [true, true, 'Lax', '/'], cookie.name);
}

// A token, shown once.
await desk.getByRole('link', { name: 'Tokens and sessions' }).click();
await desk.getByLabel('What is it for?').fill('my laptop');
await desk.getByRole('button', { name: 'Make the token' }).click();
const token = await desk.getByLabel('The token').inputValue();
assert.match(token, /^sb_[0-9A-Za-z]{36}$/);
await fits(desk);
await picture(desk, 'made-1280');
await desk.goto(`${base}/dashboard/account`);
assert.ok(!(await desk.content()).includes(token), 'it is shown once');

// What an assistant begins with it shows up.
const meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'visit', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};
const call = (name) => fetch(`${base}/mcp`, {
  method: 'POST',
  headers: {
    authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'application/json, text/event-stream',
    'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'smart_begin',
  },
  body: JSON.stringify({
    jsonrpc: '2.0', id: 1, method: 'tools/call',
    params: { _meta: meta, name: 'smart_begin', arguments: { projectName: name, stack: 'rust', delivery: 'archive', description: 'x', author: 'Ada' } },
  }),
}).then((answer) => answer.json());
let begun;
for (const name of ['invoice-service', 'a-project-with-a-name-that-is-quite-long-indeed']) {
  begun = await call(name);
  assert.ok(begun.result?.structuredContent, JSON.stringify(begun));
}
await desk.goto(`${base}/dashboard`);
await desk.getByRole('rowheader', { name: 'invoice-service' }).waitFor();
await fits(desk);
await picture(desk, 'home-1280');

// On a phone, in the dark, with the token; a wrong one first. No scripts are needed for anything.
const phone = await visitor(390, 844, { colorScheme: 'dark', javaScriptEnabled: false, deviceScaleFactor: 2, isMobile: true, hasTouch: true, userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile/15E148 Safari/604.1' });
await phone.goto(`${base}/dashboard/account`);
await atSignIn(phone);
await picture(phone, 'sign-in-390');
tolerated = '403';
await phone.getByLabel('API token', { exact: true }).fill('sb_wrong');
await phone.getByRole('button', { name: 'Sign in with the token' }).click();
assert.ok((await phone.getByRole('alert').textContent()).includes('That token does not work.'));
await fits(phone);
await picture(phone, 'refused-390');
tolerated = null;
await phone.getByLabel('API token', { exact: true }).fill(token);
await phone.getByRole('button', { name: 'Sign in with the token' }).click();
assert.equal(phone.url(), `${base}/dashboard/account`, 'where they wanted to go');
await fits(phone);
await picture(phone, 'account-390');
await phone.locator('summary').first().click();
await picture(phone, 'revoke-390');
await phone.goto(`${base}/dashboard`);
await fits(phone);
await picture(phone, 'home-390');

// A download link opens in a browser that is signed in, and leads another to sign-in without being used up.
const link = begun.result.structuredContent.archive.zip;
const stranger = await visitor(1280, 900);
await stranger.goto(link);
await atSignIn(stranger);
assert.equal(new URL(stranger.url()).searchParams.get('next'), new URL(link).pathname);
const [download] = await Promise.all([desk.waitForEvent('download'), desk.goto(link).catch(() => null)]);
assert.equal(download.suggestedFilename(), 'a-project-with-a-name-that-is-quite-long-indeed.zip');

// Another site can neither sign people out nor show the pages in a frame.
const trap = createServer((request, answer) => {
  answer.setHeader('content-type', 'text/html');
  answer.end(request.url === '/frame'
    ? `<iframe src="${base}/dashboard"></iframe>`
    : `<form method="post" action="${base}/dashboard/sign-out"><button>Win a prize</button></form>`);
});
await new Promise((ready) => trap.listen(0, 'localhost', ready));
const elsewhere = `http://localhost:${trap.address().port}`;
await desk.goto(`${elsewhere}/form`);
tolerated = '403';
await desk.getByRole('button').click();
await desk.waitForLoadState();
await desk.goto(`${base}/dashboard`);
await desk.getByRole('heading', { name: 'Hello, Ada Lovelace' }).waitFor();
tolerated = null;
await desk.goto(`${elsewhere}/frame`);
await desk.waitForTimeout(300);
assert.ok(!(await Promise.all(desk.frames().map((frame) => frame.content().catch(() => '')))).join().includes('Hello'));
trap.close();

// The phone is lost: its session is ended from the desk.
await desk.goto(`${base}/dashboard/account`);
await fits(desk);
await picture(desk, 'account-1280');
await desk.getByRole('row', { name: /Safari on iPhone/ }).getByRole('button', { name: /Sign out/ }).click();
assert.ok((await desk.getByRole('status').textContent()).includes('That browser is signed out.'));
await phone.reload();
await atSignIn(phone, 'You were signed out');
await picture(phone, 'ended-390');

// Signing out with the keyboard; the way back shows nothing.
await desk.goto(`${base}/dashboard`);
await desk.getByRole('button', { name: 'Sign out', exact: true }).focus();
await desk.keyboard.press('Enter');
await desk.waitForURL(/why=signed-out/);
await atSignIn(desk, 'You are signed out.');
await desk.goBack();
await desk.waitForLoadState();
await atSignIn(desk);

// Whatever somebody is called at the provider is text here; a page that is none is a page all the same.
await desk.context().clearCookies();
await desk.goto(`${base}/dashboard/sign-in`);
await throughProvider(desk, 'mallory');
await desk.getByRole('heading', { name: hostile }).waitFor();
tolerated = '404';
await desk.goto(`${base}/dashboard/nothing`);
await fits(desk);
await picture(desk, 'nothing-1280');
tolerated = null;
await desk.emulateMedia({ colorScheme: 'dark' });
await desk.goto(`${base}/dashboard/account`);
await picture(desk, 'account-dark-1280');

assert.deepEqual(faults, []);
await browser.close();
console.log('all steps done');
process.exit(0);
