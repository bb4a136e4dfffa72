/** The bearer token of a command that listens: from a file, so that it stands in no list of processes and no shell history. */
import { readFileSync } from 'node:fs';
import { UsageError } from './exit-codes.ts';

/** @throws {UsageError} when the file cannot be read or holds less than a token */
export function readToken(file: string): string {
  let token: string;
  try {
    token = readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new UsageError(`the token file cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (token.length < 32) throw new UsageError('the token must have at least 32 characters');
  return token;
}
