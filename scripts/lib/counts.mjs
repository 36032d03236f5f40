/**
 * @typedef {{passed: number, failed: number, skipped: number, failures: string[]}} Count
 *   `failures` are texts for a person, one a failed thing.
 */

const ESC = String.fromCharCode(27);
const plain = (text) => text.replaceAll(new RegExp(`${ESC}\\[[0-9;]*m`, 'g'), '');
const firstLines = (text, n) =>
  plain(text ?? '')
    .trim()
    .split('\n')
    .slice(0, n)
    .join('\n    ');

/** @returns {Count} */
export function oneCheck(code, output) {
  return code === 0
    ? { passed: 1, failed: 0, skipped: 0, failures: [] }
    : { passed: 0, failed: 1, skipped: 0, failures: [plain(output).trimEnd()] };
}

/**
 * Counts Vitest's JSON report. A file that cannot be loaded counts as one failure, and so does a run that ends badly
 * although no test failed (an error outside any test).
 *
 * @param {any} report the parsed report, or undefined when none was written
 * @returns {Count}
 */
export function countVitest(report, code, output) {
  const count = { passed: 0, failed: 0, skipped: 0, failures: [] };
  for (const file of report?.testResults ?? []) {
    for (const test of file.assertionResults) {
      if (test.status === 'passed') count.passed++;
      else if (test.status === 'failed') {
        count.failed++;
        count.failures.push(
          `${file.name}\n  ${test.fullName}\n    ${firstLines(test.failureMessages?.[0], 12)}`,
        );
      } else count.skipped++;
    }
    if (file.status === 'failed' && !file.assertionResults.some((t) => t.status === 'failed')) {
      count.failed++;
      count.failures.push(`${file.name}\n    ${firstLines(file.message, 12)}`);
    }
  }
  return orBadEnd(count, code, output);
}

/** Counts Playwright's JSON report; a test that passed only when tried again counts as failed. */
export function countPlaywright(report, code, output) {
  const count = { passed: 0, failed: 0, skipped: 0, failures: [] };
  const visit = (suite, path) => {
    for (const inner of suite.suites ?? []) visit(inner, [...path, inner.title]);
    for (const spec of suite.specs ?? []) {
      for (const test of spec.tests) {
        if (test.status === 'expected') count.passed++;
        else if (test.status === 'skipped') count.skipped++;
        else {
          count.failed++;
          const why = test.results.flatMap((r) => r.errors ?? [])[0]?.message ?? test.results.at(-1)?.status;
          count.failures.push(
            `${[...path, spec.title].join(' > ')} [${test.projectName}]\n    ${firstLines(why, 14)}`,
          );
        }
      }
    }
  };
  for (const file of report?.suites ?? []) visit(file, [file.title]);
  for (const error of report?.errors ?? []) {
    count.failed++;
    count.failures.push(firstLines(error.message, 20));
  }
  return orBadEnd(count, code, output);
}

function orBadEnd(count, code, output) {
  if (code !== 0 && count.failed === 0) {
    count.failed++;
    count.failures.push(
      `ended with code ${code}\n${plain(output).trimEnd().split('\n').slice(-30).join('\n')}`,
    );
  }
  return count;
}
