import { describe, expect, test } from 'vitest';
import { parseTokens, subjectOf } from '../src/tokens.ts';
import { hashOf, sendWithoutToken, startTestService, tokenLines, tokens } from './support/service.ts';

const protectedRequests = [
  ['GET', '/v1/notes'],
  ['HEAD', '/v1/notes'],
  ['POST', '/v1/notes'],
  ['GET', '/v1/notes/some-id'],
  ['DELETE', '/v1/notes/some-id'],
  ['GET', '/no/such/path'],
  ['GET', '/healthz/'],
  ['POST', '/healthz'],
  ['OPTIONS', '/v1/notes'],
  ['PUT', '/v1/notes'],
  ['GET', '/%zz'],
  ['GET', `/v1/notes/${'x'.repeat(4_000)}`],
] as const;

describe('deny by default', () => {
  test.each(protectedRequests)('%s %s needs a token', async (method, url) => {
    const service = await startTestService();
    const response = await sendWithoutToken(service, { method, url });
    expect(response.statusCode).toBe(401);
    expect(response.headers['www-authenticate']).toBe('Bearer');
    expect(response.headers['content-type']).toBe('application/problem+json');
    if (method !== 'HEAD') expect(response.json()).toMatchObject({ status: 401, title: 'Unauthorized' });
  });

  test('a route that says nothing about tokens needs one', async () => {
    const service = await startTestService();
    service.app.get('/v1/new', () => ({}));
    expect((await sendWithoutToken(service, { url: '/v1/new' })).statusCode).toBe(401);
    expect((await service.send({ url: '/v1/new' })).statusCode).toBe(200);
  });

  test.each(['/no/such/path', '/%zz', '/'])('%s answers 404 with a token', async (url) => {
    const service = await startTestService();
    const response = await service.send({ url });
    expect(response.statusCode).toBe(404);
    expect(response.json()).toMatchObject({ status: 404, title: 'Not Found' });
  });

  test.each([
    ['an unknown token', `Bearer ${tokens.nobody}`],
    ['the hash of a token', `Bearer ${hashOf(tokens.alice)}`],
    ['another scheme', `Basic ${tokens.alice}`],
    ['a token without its scheme', tokens.alice],
    ['no token', 'Bearer '],
    ['two tokens', `Bearer ${tokens.alice} ${tokens.alice}`],
  ])('%s is refused', async (_name, authorization) => {
    const service = await startTestService();
    const response = await sendWithoutToken(service, { url: '/v1/notes', headers: { authorization } });
    expect(response.statusCode).toBe(401);
  });

  test('without tokens in the configuration every call is refused', async () => {
    const service = await startTestService({ tokens: [] });
    expect((await service.send({ url: '/v1/notes' })).statusCode).toBe(401);
  });
});

describe('tokens', () => {
  test('each opens for its own subject, and a subject may have two while one is renewed', () => {
    const second = `alice:${hashOf(tokens.nobody).toUpperCase()}`;
    const parsed = parseTokens(['# who may call', '', ...tokenLines, ` ${second} `]);
    expect(parsed.problems).toEqual([]);
    expect(subjectOf(parsed.tokens, `Bearer ${tokens.alice}`)).toBe('alice');
    expect(subjectOf(parsed.tokens, `bearer ${tokens.bob}`)).toBe('bob');
    expect(subjectOf(parsed.tokens, `Bearer ${tokens.nobody}`)).toBe('alice');
    expect(subjectOf(parsed.tokens, undefined)).toBeNull();
  });

  test('a faulty entry is named by its place, never by its content', () => {
    const { problems } = parseTokens([...tokenLines, `carol:${tokens.alice.slice(1)}`, 'no-hash']);
    expect(problems).toEqual(['entry 3 is not subject:sha256-in-hex', 'entry 4 is not subject:sha256-in-hex']);
  });

  test('one token for two subjects is a fault', () => {
    const { problems } = parseTokens([...tokenLines, `carol:${hashOf(tokens.alice)}`]);
    expect(problems).toEqual(['entry 3 has the same token as "alice"']);
  });
});
