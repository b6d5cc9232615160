import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeFaults, readConfig, type Fault, type Variables } from '../src/config.ts';
import { temporaryFolder } from './support/folder.ts';
import { tokenLines, tokens } from './support/service.ts';

const API_TOKENS = tokenLines.join(',');

function faultsOf(variables: Variables): readonly Fault[] {
  const result = readConfig(variables);
  return result.ok ? [] : result.faults;
}

function tokenFile(content: string): string {
  const path = join(temporaryFolder(), 'tokens');
  writeFileSync(path, content);
  return path;
}

describe('what is not set', () => {
  test('has a value that is right for development', () => {
    const expected = {
      ok: true,
      config: {
        environment: 'development',
        host: '127.0.0.1',
        port: 8080,
        databasePath: 'data/notes.db',
        logLevel: 'info',
        tokens: [],
        requestTimeoutSeconds: 10,
        rateLimitPerMinute: 300,
        shutdownTimeoutSeconds: 10,
      },
    };
    expect(readConfig({})).toEqual(expected);
    expect(readConfig({ PORT: '', ENVIRONMENT: ' ', API_TOKENS: '', API_TOKENS_FILE: '' })).toEqual(expected);
  });
});

describe('what is set', () => {
  test('is taken', () => {
    const result = readConfig({
      ENVIRONMENT: 'production',
      HOST: '0.0.0.0',
      PORT: '80',
      DATABASE_PATH: '/data/notes.db',
      LOG_LEVEL: 'warn',
      API_TOKENS,
      REQUEST_TIMEOUT_SECONDS: '5',
      RATE_LIMIT_PER_MINUTE: '60',
      SHUTDOWN_TIMEOUT_SECONDS: '20',
    });
    expect(result).toMatchObject({
      config: {
        environment: 'production',
        host: '0.0.0.0',
        port: 80,
        databasePath: '/data/notes.db',
        logLevel: 'warn',
        tokens: [{ subject: 'alice' }, { subject: 'bob' }],
        requestTimeoutSeconds: 5,
        rateLimitPerMinute: 60,
        shutdownTimeoutSeconds: 20,
      },
    });
  });

  test('may be a file of tokens, one a line', () => {
    const path = tokenFile(`# callers\n${tokenLines.join('\r\n')}\n\n`);
    expect(readConfig({ API_TOKENS_FILE: path })).toMatchObject({
      config: { tokens: [{ subject: 'alice' }, { subject: 'bob' }] },
    });
  });
});

describe('faults', () => {
  test('are all reported at once, each with its variable and the way to put it right', () => {
    const faults = faultsOf({
      ENVIRONMENT: 'prod',
      PORT: '99999',
      LOG_LEVEL: 'loud',
      API_TOKENS: `${API_TOKENS},carol`,
      REQUEST_TIMEOUT_SECONDS: '0',
      RATE_LIMIT_PER_MINUTE: '-1',
      SHUTDOWN_TIMEOUT_SECONDS: '1.5',
    });
    expect(faults.map(({ variable }) => variable).sort()).toEqual([
      'API_TOKENS',
      'ENVIRONMENT',
      'LOG_LEVEL',
      'PORT',
      'RATE_LIMIT_PER_MINUTE',
      'REQUEST_TIMEOUT_SECONDS',
      'SHUTDOWN_TIMEOUT_SECONDS',
    ]);
    const text = describeFaults(faults);
    expect(text).toContain('ENVIRONMENT: "prod" is not a known value; use one of development, staging, production');
    expect(text).toContain('PORT: "99999" is not a whole number from 0 to 65535; for example PORT=8080');
    expect(text).toContain('API_TOKENS: entry 3 is not subject:sha256-in-hex');
  });

  test('never show a token that was put where its hash belongs', () => {
    const faults = faultsOf({ API_TOKENS: `alice:${tokens.alice}x` });
    expect(faults).toHaveLength(1);
    expect(describeFaults(faults)).not.toContain(tokens.alice);
  });

  test.each([
    ['a token file that is not there', { API_TOKENS_FILE: '/no/such/file' }, 'API_TOKENS_FILE', 'ENOENT'],
    ['two lists of tokens', { API_TOKENS, API_TOKENS_FILE: '/no/such/file' }, 'API_TOKENS_FILE', 'API_TOKENS is set'],
    ['staging without tokens', { ENVIRONMENT: 'staging' }, 'API_TOKENS', 'at least one token'],
    ['production without tokens', { ENVIRONMENT: 'production' }, 'API_TOKENS', 'make token'],
    ['debugging in staging', { ENVIRONMENT: 'staging', API_TOKENS, LOG_LEVEL: 'debug' }, 'LOG_LEVEL', 'not allowed'],
    [
      'debugging in production',
      { ENVIRONMENT: 'production', API_TOKENS, LOG_LEVEL: 'debug' },
      'LOG_LEVEL',
      'not allowed',
    ],
  ])('%s', (_name, variables, variable, text) => {
    const faults = faultsOf(variables);
    expect(faults.map((fault) => fault.variable)).toEqual([variable]);
    expect(describeFaults(faults)).toContain(text);
  });

  test('a file without a single token is none for production', () => {
    const faults = faultsOf({ ENVIRONMENT: 'production', API_TOKENS_FILE: tokenFile('# nobody yet\n') });
    expect(describeFaults(faults)).toContain('at least one token');
  });

  test('debugging is welcome in development', () => {
    expect(faultsOf({ LOG_LEVEL: 'debug' })).toEqual([]);
  });
});
