import type { Connection } from './connection.ts';
import type { KeyLog } from './keylog.ts';

/**
 * One sentence if the key log does not go with the connections: if it knows none of them, or not all. Undefined when every connection whose
 * ClientHello was read has its secrets.
 */
export function keysMismatch(connections: readonly Connection[], keyLog: KeyLog): string | undefined {
  const readable = connections.filter(({ keys }) => keys.random !== undefined);
  const without = readable.filter(({ keys }) => keyLog.secrets(keys.random ?? '') === undefined);
  if (without.length === 0 || keyLog.size === 0) return undefined;
  if (without.length === readable.length) {
    return 'The key log belongs to another capture: it has no secrets for any connection of this one.';
  }
  const numbers = without.slice(0, 5).map(({ number }) => number);
  const more = without.length > 5 ? ', …' : '';
  return `The key log has no secrets for ${without.length} of ${connections.length} connections (${numbers.join(', ')}${more}).`;
}
