export function findChromium(env?: Record<string, string | undefined>): string;
export function chromiumArgs(): string[];
export function ensureChromium(): Promise<string>;
