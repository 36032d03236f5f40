/** What a program with these names calls what was first called `name`: a procedure by its key, or a flag of a connection. */
export const called = (names: Readonly<Record<string, string>>, name: string): string => names[name] ?? name;
