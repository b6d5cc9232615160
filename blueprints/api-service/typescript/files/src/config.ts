// Reads the configuration from the environment, and only from there. It is read once, at the start: whoever runs the
// service sees every fault at once, each with the way to put it right, and a service that runs has a sound configuration.
import { readFileSync } from 'node:fs';
import { parseTokens, type Token } from './tokens.ts';

const environments = ['development', 'staging', 'production'] as const;
const logLevels = ['debug', 'info', 'warn', 'error'] as const;

export type Environment = (typeof environments)[number];
export type LogLevel = (typeof logLevels)[number];

export interface Config {
  readonly environment: Environment;
  readonly host: string;
  readonly port: number;
  readonly databasePath: string;
  readonly logLevel: LogLevel;
  readonly tokens: readonly Token[];
  readonly requestTimeoutSeconds: number;
  readonly rateLimitPerMinute: number;
  readonly shutdownTimeoutSeconds: number;
}

export interface Fault {
  readonly variable: string;
  readonly problem: string;
  readonly fix: string;
}

export type ConfigResult =
  { readonly ok: true; readonly config: Config } | { readonly ok: false; readonly faults: readonly Fault[] };

export type Variables = Readonly<Record<string, string | undefined>>;

/** Collects every fault, so that one run of the service shows them all. An empty variable counts as not set. */
class Reader {
  readonly faults: Fault[] = [];
  private readonly variables: Variables;

  constructor(variables: Variables) {
    this.variables = variables;
  }

  fault(variable: string, problem: string, fix: string): void {
    this.faults.push({ variable, problem, fix });
  }

  optional(variable: string): string | undefined {
    const value = this.variables[variable]?.trim();
    return value === '' ? undefined : value;
  }

  text(variable: string, fallback: string): string {
    return this.optional(variable) ?? fallback;
  }

  choice<T extends string>(variable: string, choices: readonly T[], fallback: T): T {
    const value = this.optional(variable);
    if (value === undefined) return fallback;
    const found = choices.find((choice) => choice === value);
    if (found !== undefined) return found;
    this.fault(variable, `"${value}" is not a known value`, `use one of ${choices.join(', ')}`);
    return fallback;
  }

  integer(variable: string, fallback: number, minimum: number, maximum: number): number {
    const value = this.optional(variable);
    if (value === undefined) return fallback;
    const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= minimum && number <= maximum) return number;
    const range = `from ${String(minimum)} to ${String(maximum)}`;
    this.fault(variable, `"${value}" is not a whole number ${range}`, `for example ${variable}=${String(fallback)}`);
    return fallback;
  }
}

function readTokenFile(reader: Reader, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    reader.fault(
      'API_TOKENS_FILE',
      `"${path}" cannot be read (${code})`,
      'give the path of a file that the service may read',
    );
    return '';
  }
}

function readTokens(reader: Reader): readonly Token[] {
  const inline = reader.optional('API_TOKENS');
  const path = reader.optional('API_TOKENS_FILE');
  if (inline !== undefined && path !== undefined) {
    reader.fault(
      'API_TOKENS_FILE',
      'API_TOKENS is set as well',
      'keep one of the two, so that there is one list of tokens',
    );
    return [];
  }
  const variable = path === undefined ? 'API_TOKENS' : 'API_TOKENS_FILE';
  const entries = path === undefined ? (inline ?? '').split(',') : readTokenFile(reader, path).split('\n');
  const { tokens, problems } = parseTokens(entries);
  for (const problem of problems) {
    reader.fault(variable, problem, 'use subject:sha256-of-the-token, as "make token SUBJECT=alice" prints it');
  }
  return tokens;
}

function checkSafeForDeployment(reader: Reader, config: Config): void {
  if (config.environment === 'development') return;
  if (config.tokens.length === 0 && reader.faults.every((fault) => !fault.variable.startsWith('API_TOKENS'))) {
    const fix = 'run "make token SUBJECT=alice" and put the line it prints here or in the file API_TOKENS_FILE names';
    reader.fault('API_TOKENS', `${config.environment} needs at least one token`, fix);
  }
  if (config.logLevel === 'debug') {
    reader.fault('LOG_LEVEL', `"debug" is not allowed in ${config.environment}`, 'use info, warn or error');
  }
}

export function readConfig(variables: Variables): ConfigResult {
  const reader = new Reader(variables);
  const config: Config = {
    environment: reader.choice('ENVIRONMENT', environments, 'development'),
    host: reader.text('HOST', '127.0.0.1'),
    port: reader.integer('PORT', 8080, 0, 65_535),
    databasePath: reader.text('DATABASE_PATH', 'data/notes.db'),
    logLevel: reader.choice('LOG_LEVEL', logLevels, 'info'),
    tokens: readTokens(reader),
    requestTimeoutSeconds: reader.integer('REQUEST_TIMEOUT_SECONDS', 10, 1, 300),
    rateLimitPerMinute: reader.integer('RATE_LIMIT_PER_MINUTE', 300, 1, 1_000_000),
    shutdownTimeoutSeconds: reader.integer('SHUTDOWN_TIMEOUT_SECONDS', 10, 1, 300),
  };
  checkSafeForDeployment(reader, config);
  return reader.faults.length === 0 ? { ok: true, config } : { ok: false, faults: reader.faults };
}

export function describeFaults(faults: readonly Fault[]): string {
  const lines = faults.map(({ variable, problem, fix }) => `  ${variable}: ${problem}; ${fix}`);
  return ['The configuration has faults, so the service does not start:', ...lines, ''].join('\n');
}
