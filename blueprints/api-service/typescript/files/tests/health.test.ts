import { describe, expect, test } from 'vitest';
import { sendWithoutToken, startTestService } from './support/service.ts';

describe('health', () => {
  test.each([
    ['/healthz', { status: 'ok' }],
    ['/readyz', { status: 'ready' }],
  ])('%s answers without a token, to GET and to HEAD', async (url, expected) => {
    const service = await startTestService();
    const response = await sendWithoutToken(service, { url });
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual(expected);
    const head = await sendWithoutToken(service, { method: 'HEAD', url });
    expect([head.statusCode, head.body]).toEqual([200, '']);
  });

  test('a database that cannot be reached makes the service unready, but not dead', async () => {
    const service = await startTestService();
    service.breakDatabase();
    const ready = await sendWithoutToken(service, { url: '/readyz' });
    expect(ready.statusCode).toBe(503);
    expect(ready.json()).toEqual({ status: 'not ready', reason: 'database unreachable' });
    expect((await sendWithoutToken(service, { url: '/healthz' })).statusCode).toBe(200);
  });

  test('a service that stops is not ready', async () => {
    const service = await startTestService();
    service.lifecycle.draining = true;
    const response = await sendWithoutToken(service, { url: '/readyz' });
    expect(response.statusCode).toBe(503);
    expect(response.json()).toEqual({ status: 'not ready', reason: 'draining' });
  });
});
