import { expect, test } from 'vitest';
import { parseKeyLog, readCapture } from '../../capture/index.ts';
import { crowd } from '../../capture/testing/crowd.ts';
import { beginning } from '../../scenario/beginning.ts';
import type { WorldData } from '../../scenario/data.ts';
import { connRows, connsLike, unreadLike, unreadRows } from './rows.ts';

function dataOf(...perServer: number[]): WorldData {
  const { file, keys } = crowd(...perServer);
  const result = readCapture(file);
  if (!result.ok) throw new Error(result.error.text);
  return beginning('crowd', result.capture, parseKeyLog(keys));
}

test('every connection has its client’s address and port, and is found by them, its ID or its letter', () => {
  const rows = connRows(dataOf(40));
  expect(rows).toHaveLength(40);
  expect(rows[17]).toMatchObject({ clients: ['10.1.1.2:40017'], id: '1100070707070701', datagrams: 3 });
  expect(connsLike(rows, ' 10.1.1.2 ')).toEqual([rows[17]]);
  expect(connsLike(rows, '40017')).toEqual([rows[17]]);
  expect(connsLike(rows, '1100070707')).toEqual([rows[17]]);
  expect(connsLike(rows, 'r').map(({ name }) => name.letter)).toEqual(['R']);
  expect(connsLike(rows, '')).toBe(rows);
});

test('what goes to another server is listed with its reason, its number and its packet', () => {
  const data = dataOf(3, 2);
  const rows = unreadRows(data);
  expect(rows.map(({ reason }) => reason)).toEqual(new Array(6).fill('other-server'));
  expect(rows[0]).toMatchObject({ no: 9, client: '10.1.0.4:40003', ms: 9 });
  expect(unreadLike(rows, 'another server')).toEqual(rows);
  expect(unreadLike(rows, '40004')).toHaveLength(3);
  expect(unreadLike(rows, '9')).toContain(rows[0]);
  expect(unreadRows(dataOf(2))).toEqual([]);
});
