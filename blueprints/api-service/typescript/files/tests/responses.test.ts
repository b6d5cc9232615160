import { describe, expect, test } from 'vitest';
import { sendWithoutToken, startTestService, tokens } from './support/service.ts';

const headersOfEveryAnswer = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

const requests = [
  ['a success', 200, { url: '/v1/notes' }],
  ['a creation', 201, { method: 'POST', url: '/v1/notes', payload: { title: 'x' } }],
  ['a health check', 200, { url: '/healthz' }],
  ['a refusal', 401, { url: '/v1/notes', headers: { authorization: '' } }],
  ['an unknown path', 404, { url: '/no/such/path' }],
  ['an unreadable path', 404, { url: '/%zz' }],
  ['a faulty body', 400, { method: 'POST', url: '/v1/notes', payload: {} }],
  ['a failure', 500, { url: '/v1/broken' }],
] as const;

describe('security headers', () => {
  test.each(requests)('are on %s (%i)', async (_name, status, request) => {
    const service = await startTestService();
    service.app.get('/v1/broken', () => {
      throw new Error('broken');
    });
    const response = await service.send(request);
    expect(response.statusCode).toBe(status);
    expect(response.headers).toMatchObject(headersOfEveryAnswer);
    expect(response.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    for (const name of ['server', 'x-powered-by', 'strict-transport-security']) {
      expect(response.headers).not.toHaveProperty(name);
    }
  });

  test.each(['staging', 'production'] as const)('ask for TLS in %s', async (environment) => {
    const service = await startTestService({ environment });
    for (const url of ['/healthz', '/no/such/path']) {
      const { headers } = await sendWithoutToken(service, { url });
      expect(headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains');
    }
  });
});

describe('methods', () => {
  test.each([
    ['PUT', '/v1/notes', 'GET, HEAD, POST'],
    ['PATCH', '/v1/notes/some-id', 'GET, HEAD, DELETE'],
    ['POST', '/healthz', 'GET, HEAD'],
    ['DELETE', '/readyz', 'GET, HEAD'],
  ] as const)('%s %s is refused, and told what is allowed', async (method, url, allowed) => {
    const service = await startTestService();
    const response = await service.send({ method, url });
    expect(response.statusCode).toBe(405);
    expect(response.headers.allow).toBe(allowed);
    expect(response.json()).toMatchObject({ status: 405, title: 'Method Not Allowed' });
  });
});

describe('request ids', () => {
  test.each(['abc-123', 'A.b_C', 'x'.repeat(64)])('%s is taken over', async (id) => {
    const service = await startTestService();
    const response = await service.send({ url: '/healthz', headers: { 'x-request-id': id } });
    expect(response.headers['x-request-id']).toBe(id);
    expect(service.log()).toContainEqual(expect.objectContaining({ requestId: id, status: 200 }));
  });

  test.each(['', 'a b', 'x'.repeat(65), 'a"b', '<b>'])('"%s" is replaced', async (id) => {
    const service = await startTestService();
    const response = await service.send({ url: '/healthz', headers: { 'x-request-id': id } });
    expect(response.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('failures', () => {
  test('tell the caller nothing of their cause, and the log everything', async () => {
    const service = await startTestService();
    service.app.get('/v1/broken', () => {
      throw Object.assign(new Error('the disk is full'), { statusCode: 502 });
    });
    const response = await service.send({ url: '/v1/broken' });
    expect(response.statusCode).toBe(500);
    expect(response.headers['content-type']).toBe('application/problem+json');
    expect(Object.keys(response.json())).toEqual(['type', 'title', 'status', 'detail']);
    expect(response.body).not.toMatch(/disk|stack|\.ts/);
    expect(service.rawLog()).toContain('the disk is full');
  });

  test('of the database are failures of ours', async () => {
    const service = await startTestService();
    service.breakDatabase();
    const response = await service.send({ url: '/v1/notes' });
    expect(response.statusCode).toBe(500);
    expect(response.body).not.toContain('database');
  });
});

describe('the log', () => {
  test('has one line a request with what one needs to follow it', async () => {
    const service = await startTestService();
    await service.send({ url: '/v1/notes/some-id?secret=query' });
    expect(service.log()).toEqual([
      {
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
        level: 'info',
        msg: 'request',
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        method: 'GET',
        path: '/v1/notes/:id',
        status: 404,
        durationMs: expect.any(Number) as number,
        caller: 'alice',
      },
    ]);
  });

  test('never holds tokens, queries, addresses that were asked for or bodies', async () => {
    const service = await startTestService({ logLevel: 'debug' });
    const payload = { title: 'private-title', body: 'private-body', more: 'private-more' };
    await service.send({ method: 'POST', url: '/v1/notes', payload });
    await service.send({ url: '/private-path?cursor=private-query' });
    await service.send({ url: '/v1/notes', caller: 'nobody' });
    expect(service.log()).toHaveLength(3);
    expect(service.rawLog()).not.toMatch(/private|Bearer/);
    for (const token of Object.values(tokens)) expect(service.rawLog()).not.toContain(token);
  });

  test('keeps quiet where only errors are wanted', async () => {
    const service = await startTestService({ logLevel: 'error' });
    await service.send({ url: '/v1/notes' });
    expect(service.rawLog()).toBe('');
  });
});
