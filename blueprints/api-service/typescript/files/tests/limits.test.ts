import { describe, expect, test } from 'vitest';
import { sendWithoutToken, startTestService } from './support/service.ts';

const json = { 'content-type': 'application/json' };
const post = { method: 'POST', url: '/v1/notes' } as const;

describe('bodies', () => {
  test('over 64 KiB are refused, whatever they hold', async () => {
    const service = await startTestService();
    const fits = await service.send({ ...post, headers: json, payload: `{"title":"x"}${' '.repeat(65_536 - 13)}` });
    const over = await service.send({ ...post, headers: json, payload: `{"title":"x"}${' '.repeat(65_536 - 12)}` });
    expect([fits.statusCode, over.statusCode]).toEqual([201, 413]);
    expect(over.headers['content-type']).toBe('application/problem+json');
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'nonsense'])(
    '%s is refused',
    async (type) => {
      const service = await startTestService();
      const response = await service.send({ ...post, headers: { 'content-type': type }, payload: '{"title":"x"}' });
      expect(response.statusCode).toBe(415);
      expect(response.json()).toMatchObject({ status: 415 });
    },
  );

  test.each(['{"title":', '', '{"title":"x"} {}', '{"__proto__":{"title":"x"}}'])('%s is not JSON', async (payload) => {
    const service = await startTestService();
    const response = await service.send({ ...post, headers: json, payload });
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ detail: 'The body must be valid JSON in UTF-8.' });
  });

  test('in broken UTF-8 are refused', async () => {
    const service = await startTestService();
    const payload = Buffer.concat([Buffer.from('{"title":"'), Buffer.from([0xff]), Buffer.from('"}')]);
    expect((await service.send({ ...post, headers: json, payload })).statusCode).toBe(400);
  });
});

describe('rate', () => {
  test('over the limit a caller is told when to come again, while others go on', async () => {
    const service = await startTestService({ rateLimitPerMinute: 3 });
    const statuses = [];
    for (let count = 0; count < 3; count += 1) statuses.push((await service.send({ url: '/v1/notes' })).statusCode);
    const refused = await service.send({ url: '/no/such/path' });
    expect(statuses).toEqual([200, 200, 200]);
    expect(refused.statusCode).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(refused.json()).toMatchObject({ status: 429, title: 'Too Many Requests' });
    expect((await service.send({ url: '/v1/notes', caller: 'bob' })).statusCode).toBe(200);
  });

  test('whoever guesses tokens is limited by address', async () => {
    const service = await startTestService({ rateLimitPerMinute: 2 });
    const guess = (remoteAddress: string) => service.send({ url: '/v1/notes', caller: 'nobody', remoteAddress });
    const statuses = [await guess('192.0.2.1'), await guess('192.0.2.1'), await guess('192.0.2.1')];
    expect(statuses.map(({ statusCode }) => statusCode)).toEqual([401, 401, 429]);
    expect((await guess('192.0.2.2')).statusCode).toBe(401);
    expect((await service.send({ url: '/v1/notes', remoteAddress: '192.0.2.1' })).statusCode).toBe(200);
  });

  test('the health routes are not counted', async () => {
    const service = await startTestService({ rateLimitPerMinute: 1 });
    for (let count = 0; count < 5; count += 1) {
      expect((await sendWithoutToken(service, { url: '/readyz' })).statusCode).toBe(200);
    }
  });
});
