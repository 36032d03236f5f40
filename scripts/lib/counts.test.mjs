import { describe, expect, test } from 'vitest';
import { countPlaywright, countVitest, oneCheck } from './counts.mjs';

const t = (status) => ({ status, fullName: status, failureMessages: status === 'failed' ? ['why'] : [] });

describe('what counts', () => {
  test('a check is one', () => {
    expect(oneCheck(0, '')).toMatchObject({ passed: 1, failed: 0 });
    expect(oneCheck(2, 'bad')).toMatchObject({ passed: 0, failed: 1, failures: ['bad'] });
  });

  test('Vitest: tests one by one', () => {
    const report = {
      testResults: [
        { name: 'a', status: 'failed', assertionResults: [t('passed'), t('failed'), t('pending')] },
      ],
    };
    expect(countVitest(report, 1, '')).toMatchObject({ passed: 1, failed: 1, skipped: 1 });
  });

  test('Vitest: a file that cannot be loaded is a failure', () => {
    const report = {
      testResults: [{ name: 'a', status: 'failed', message: 'no such import', assertionResults: [] }],
    };
    expect(countVitest(report, 1, '').failures).toEqual([expect.stringContaining('no such import')]);
  });

  test('Vitest: an error outside any test, and a run without a report, are failures', () => {
    const report = { testResults: [{ name: 'a', status: 'passed', assertionResults: [t('passed')] }] };
    expect(countVitest(report, 1, 'Unhandled')).toMatchObject({ passed: 1, failed: 1 });
    expect(countVitest(undefined, 1, 'crash')).toMatchObject({ passed: 0, failed: 1 });
  });

  test('Playwright: nested suites, flaky counts as failed, errors of the run count', () => {
    const spec = (status) => ({
      title: status,
      tests: [{ status, projectName: 'p', results: [{ errors: [{ message: 'why' }] }] }],
    });
    const report = {
      suites: [
        {
          title: 'f',
          specs: [spec('expected')],
          suites: [{ title: 'd', specs: [spec('unexpected'), spec('flaky'), spec('skipped')] }],
        },
      ],
      errors: [{ message: 'server did not start' }],
    };
    expect(countPlaywright(report, 1, '')).toMatchObject({ passed: 1, failed: 3, skipped: 1 });
  });
});
