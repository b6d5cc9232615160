// What happens below the routes: slow, broken and unclear requests, over real connections.
import { describe, expect, test } from 'vitest';
import { callRaw } from './support/socket.ts';
import { startTestService, tokens, type TestService } from './support/service.ts';

const authorization = `Authorization: Bearer ${tokens.alice}`;

async function listen(service: TestService): Promise<string> {
  return service.app.listen({ host: '127.0.0.1', port: 0 });
}

async function exchange(address: string, request: string): Promise<string> {
  const caller = callRaw(address);
  caller.write(request);
  return caller.answer;
}

function expectProblem(answer: string, status: number): void {
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${String(status)} `));
  const lines = answer.toLowerCase().split('\r\n');
  expect(lines).toContain('content-type: application/problem+json');
  expect(lines).toContain('connection: close');
  for (const line of ['x-content-type-options: nosniff', 'cache-control: no-store', 'x-frame-options: deny']) {
    expect(lines).toContain(line);
  }
  expect(answer).toMatch(/^x-request-id: [0-9a-f-]{36}\r$/m);
  expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject({ status });
}

describe('requests that Node.js refuses by itself get the same form', () => {
  test.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400],
    ['headers that are too large', `GET /healthz HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['an address that is too large', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', 400],
    ['no host', 'GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
  ])('%s', async (_name, request, status) => {
    const service = await startTestService();
    expectProblem(await exchange(await listen(service), request), status);
    expect(service.log()).toContainEqual(expect.objectContaining({ status }));
  });

  test('an expectation it does not know is ignored', async () => {
    const service = await startTestService();
    const request = 'GET /healthz HTTP/1.1\r\nHost: x\r\nExpect: wonders\r\nConnection: close\r\n\r\n';
    expect(await exchange(await listen(service), request)).toMatch(/^HTTP\/1.1 200 /);
  });
});

describe('time', () => {
  const slow = { requestTimeoutSeconds: 1 };

  test.each([
    ['headers', 'GET /healthz HTTP/1.1\r\nHost: x\r\n'],
    ['a first byte', ''],
    [
      'a body',
      `POST /v1/notes HTTP/1.1\r\nHost: x\r\n${authorization}\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{`,
    ],
  ])('a caller that never sends %s is cut off', async (_name, request) => {
    const service = await startTestService(slow);
    const started = performance.now();
    expectProblem(await exchange(await listen(service), request), 408);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  test('an answer that takes too long is given up', async () => {
    const service = await startTestService(slow);
    const never = () => new Promise(() => undefined);
    service.app.get('/v1/slow', never);
    service.app.post('/v1/slow', never);
    const address = await listen(service);
    const headers = { authorization: `Bearer ${tokens.alice}`, 'content-type': 'application/json' };
    const responses = await Promise.all([
      fetch(`${address}/v1/slow`, { headers }),
      fetch(`${address}/v1/slow`, { headers, method: 'POST', body: '{"title":"x"}' }),
    ]);
    for (const response of responses) {
      expect(response.status).toBe(503);
      expect(await response.json()).toMatchObject({ status: 503, title: 'Service Unavailable' });
    }
  });

  test('a caller that leaves is logged as well', async () => {
    const service = await startTestService();
    const arrived = Promise.withResolvers<undefined>();
    service.app.get('/v1/slow', () => {
      arrived.resolve(undefined);
      return new Promise(() => undefined);
    });
    const caller = callRaw(await listen(service));
    caller.write(`GET /v1/slow HTTP/1.1\r\nHost: x\r\n${authorization}\r\n\r\n`);
    await arrived.promise;
    caller.socket.destroy();
    await expect
      .poll(service.log, { timeout: 10_000 })
      .toContainEqual(expect.objectContaining({ msg: 'request aborted', path: '/v1/slow', caller: 'alice' }));
  });
});
