// Who may call. The configuration holds the SHA-256 of each token, never the token: a leaked configuration opens nothing.
// Tokens are long and random (scripts/new-token), so a plain hash is enough: there is nothing to guess.
import { createHash, timingSafeEqual } from 'node:crypto';

export interface Token {
  readonly subject: string;
  readonly hash: Buffer;
}

export interface ParsedTokens {
  readonly tokens: readonly Token[];
  readonly problems: readonly string[];
}

const entryPattern = /^(?<subject>[A-Za-z0-9._@-]+):(?<hash>[0-9a-fA-F]{64})$/;

/** Blank entries and comments are skipped. A problem names the place of an entry, never the entry: it may hold a secret. */
export function parseTokens(entries: readonly string[]): ParsedTokens {
  const tokens: Token[] = [];
  const problems: string[] = [];
  const ownerOfHash = new Map<string, string>();
  for (const [index, raw] of entries.entries()) {
    const entry = raw.trim();
    if (entry === '' || entry.startsWith('#')) continue;
    const { subject, hash } = entryPattern.exec(entry)?.groups ?? {};
    if (subject === undefined || hash === undefined) {
      problems.push(`entry ${String(index + 1)} is not subject:sha256-in-hex`);
      continue;
    }
    const owner = ownerOfHash.get(hash.toLowerCase());
    if (owner !== undefined && owner !== subject) {
      problems.push(`entry ${String(index + 1)} has the same token as "${owner}"`);
    }
    ownerOfHash.set(hash.toLowerCase(), subject);
    tokens.push({ subject, hash: Buffer.from(hash, 'hex') });
  }
  return { tokens, problems };
}

/** Gives the subject of an Authorization header, or null. Looks at every token, so that the time taken tells nothing. */
export function subjectOf(tokens: readonly Token[], authorization: string | undefined): string | null {
  const token = /^bearer +(?<token>[^\s]+)$/i.exec(authorization ?? '')?.groups?.['token'];
  if (token === undefined) return null;
  const hash = createHash('sha256').update(token).digest();
  let subject: string | null = null;
  for (const candidate of tokens) {
    if (timingSafeEqual(candidate.hash, hash)) subject = candidate.subject;
  }
  return subject;
}
