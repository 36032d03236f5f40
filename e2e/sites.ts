/**
 * The two addresses the built page is served at while the tests run: the base URL with all isolation headers, and
 * `plain`, the same files without any, with a documentation page at `/frame.html` that holds the figure.
 */
export const plain = `http://localhost:${process.env.E2E_PLAIN_PORT ?? 41731}`;

/** The documentation page, not isolated itself, with `figure` (an address) in its frame, which may be shut in. */
export function framePage(figure = '/?embed&sample=six', sandbox?: string): string {
  const shut = sandbox === undefined ? '' : `&sandbox=${encodeURIComponent(sandbox)}`;
  return `${plain}/frame.html?src=${encodeURIComponent(figure)}${shut}`;
}
