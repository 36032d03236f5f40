/** "1 datagram", "1 address", "3 addresses": digits as they are, for terminals and files. */
export const counted = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;
