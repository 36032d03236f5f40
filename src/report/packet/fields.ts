/** The fields of a packet, byte for byte, at each stage of being opened. */
import {
  isReservedVersion,
  type OpenedPacket,
  type PacketHeader,
  readU32,
  supportedVersion,
  toHex,
  versionName,
  versionText,
} from '../../quic/index.ts';
import { shortHex } from './frames.ts';
import type { BitLook, FieldLook, OpenState, Stage, Tone } from './look.ts';

const TAG = 16;
const byteHex = (b: number): string => `0x${b.toString(16).padStart(2, '0')}`;
const binary = (n: number, width: number): string => n.toString(2).padStart(width, '0');

interface Said {
  value: string;
  note: string;
}

const always = (value: string, note = ''): Record<Stage, Said> => ({
  received: { value, note },
  header: { value, note },
  opened: { value, note },
});

/**
 * @param off where the datagram begins in `buf`: fields count from there
 * @param out with header protection removed; null where it could not be
 * @param pn the packet number, -1 unknown
 * @param state what it was found to be
 * @param retry whether a Retry's integrity tag is right; null unknown
 */
export function fieldsOf(
  buf: Uint8Array,
  off: number,
  h: PacketHeader,
  end: number,
  out: OpenedPacket | null,
  pn: number,
  state: OpenState,
  retry: boolean | null,
): FieldLook[] {
  const opened = state === 'opened';
  const fields: FieldLook[] = [];
  const add = (
    key: string,
    name: string,
    from: number,
    len: number,
    tone: Tone,
    at: Record<Stage, Said>,
    hidden: FieldLook['hidden'] = 'never',
    bits?: BitLook[],
  ): void => {
    fields.push({ key, name, off: from - off, len, tone, at, hidden, ...(bits ? { bits } : {}) });
  };
  const long = h.form === 'long';
  const isProtected = h.pnOff > 0;
  const first = out ? out.firstByte : h.firstByte;
  const form = long ? `long header, ${h.type}` : 'short header';
  const was = first === h.firstByte ? form : `was ${byteHex(h.firstByte)} on the wire`;
  add(
    'first',
    'First byte',
    h.start,
    1,
    'byte',
    {
      received: { value: byteHex(h.firstByte), note: form },
      header: { value: byteHex(first), note: was },
      opened: { value: byteHex(first), note: was },
    },
    'never',
    bitsOf(h, first, isProtected),
  );
  if (long) {
    const version = h.version === 0 ? 'means negotiation' : versionName(h.version);
    add(
      'version',
      'Version',
      h.start + 1,
      4,
      'head',
      always(versionText(readU32(buf, h.start + 1)), version),
    );
    add('dcil', 'DCID length', h.dcidOff - 1, 1, 'head', always(String(h.dcidLen)));
  }
  const dcid = toHex(buf, h.dcidOff, h.dcidOff + h.dcidLen);
  add('dcid', 'DCID', h.dcidOff, h.dcidLen, 'cid', always(dcid || 'empty'));
  if (long) {
    add('scil', 'SCID length', h.scidOff - 1, 1, 'head', always(String(h.scidLen)));
    if (h.scidLen > 0)
      add('scid', 'SCID', h.scidOff, h.scidLen, 'head', always(toHex(buf, h.scidOff, h.scidOff + h.scidLen)));
  }
  if (h.type === 'VersionNegotiation') {
    for (let i = 0; i < h.versionsCount; i++) {
      const v = supportedVersion(buf, h, i);
      const note = isReservedVersion(v) ? 'reserved, to be ignored' : versionName(v);
      add(
        `v${i}`,
        i === 0 ? 'Versions' : '',
        h.versionsOff + 4 * i,
        4,
        'payload',
        always(versionText(v), note),
      );
    }
    return fields;
  }
  if (h.type === 'Retry') {
    add(
      'token',
      'Token',
      h.tokenOff,
      h.tokenLen,
      'token',
      always(shortHex(buf, h.tokenOff, h.tokenLen), 'the client sends it back'),
    );
    add(
      'tag',
      'Integrity tag',
      h.retryTagOff,
      TAG,
      'tag',
      always(
        toHex(buf, h.retryTagOff, h.retryTagOff + TAG),
        retry === null ? '' : retry ? 'matches the first Initial' : 'does not match',
      ),
    );
    return fields;
  }
  if (!isProtected) {
    const from = h.scidOff + h.scidLen;
    if (end > from)
      add(
        'rest',
        'The rest',
        from,
        end - from,
        'rest',
        always(`${end - from} bytes`, 'of a version that is not read here'),
      );
    return fields;
  }
  if (h.type === 'Initial') {
    const from = h.scidOff + h.scidLen;
    const size = (h.tokenLen > 0 ? h.tokenOff : from + 1) - from;
    add('tokenLength', 'Token length', from, size, 'head', always(String(h.tokenLen)));
    if (h.tokenLen > 0)
      add('token', 'Token', h.tokenOff, h.tokenLen, 'token', always(shortHex(buf, h.tokenOff, h.tokenLen)));
  }
  if (h.lengthField >= 0) {
    const last = fields[fields.length - 1]!;
    const from = off + last.off + last.len;
    add(
      'length',
      'Length',
      from,
      h.pnOff - from,
      'head',
      always(String(h.lengthField), 'packet number, payload, tag'),
    );
  }
  if (state === 'reset') {
    const token = end - TAG;
    add(
      'rest',
      'The rest',
      h.pnOff,
      token - h.pnOff,
      'rest',
      always(`${token - h.pnOff} bytes`, 'unpredictable, to look like a packet'),
    );
    add('token', 'Reset token', token, TAG, 'token', always(toHex(buf, token, end)));
    return fields;
  }
  if (!out) {
    const rest = `${end - h.pnOff} bytes`;
    add(
      'rest',
      'The rest',
      h.pnOff,
      end - h.pnOff,
      'rest',
      always(rest, 'number, payload, tag: sealed'),
      'header',
    );
    return fields;
  }
  const wire = toHex(buf, h.pnOff, h.pnOff + out.pnLen);
  const number = pn >= 0 ? String(pn) : binaryNumber(out);
  add(
    'pn',
    'Packet number',
    h.pnOff,
    out.pnLen,
    'number',
    {
      received: { value: wire, note: `masked; opens to ${number}` },
      header: { value: number, note: `was ${wire} on the wire` },
      opened: { value: number, note: `was ${wire} on the wire` },
    },
    'received',
  );
  const payload = h.pnOff + out.pnLen;
  const size = Math.max(0, end - TAG - payload);
  const sealed = { value: `${size} bytes`, note: 'sealed' };
  add(
    'payload',
    'Payload',
    payload,
    size,
    'payload',
    {
      received: sealed,
      header: sealed,
      opened: { value: `${size} bytes`, note: opened ? 'opened' : 'sealed' },
    },
    'header',
  );
  const unchecked = { value: `${TAG} bytes`, note: 'checked when it is opened' };
  add('tag', 'Tag', end - TAG, TAG, 'tag', {
    received: unchecked,
    header: unchecked,
    opened: { value: `${TAG} bytes`, note: opened ? 'matches' : 'does not match' },
  });
  return fields;
}

const binaryNumber = (out: OpenedPacket): string => `…${out.truncatedPn.toString(16)}`;

/** The bits of the first byte by name (RFC 9000 sections 17.2 and 17.3). */
function bitsOf(h: PacketHeader, first: number, isProtected: boolean): BitLook[] {
  const out: BitLook[] = [];
  let left = 8;
  const bit = (name: string, width: number, masked = false): void => {
    left -= width;
    const of = (b: number) => binary((b >> left) & ((1 << width) - 1), width);
    out.push({ name, width, received: of(h.firstByte), opened: of(first), masked: masked && isProtected });
  };
  bit(h.form, 1);
  if (h.form === 'short') {
    bit('fixed', 1);
    bit('spin', 1);
    bit('reserved', 2, true);
    bit('key phase', 1, true);
    bit('pn length', 2, true);
  } else if (h.type === 'VersionNegotiation' || h.type === 'Unknown') bit('unused', 7);
  else {
    bit('fixed', 1);
    bit('type', 2);
    if (h.type === 'Retry') bit('unused', 4);
    else {
      bit('reserved', 2, true);
      bit('pn length', 2, true);
    }
  }
  return out;
}
