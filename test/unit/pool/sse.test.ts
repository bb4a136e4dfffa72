/** The reader of server-sent events: whatever the pieces, the same events; bounded; nothing but UTF-8. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BadStream, SseReader, type SseEvent } from '#pool/transport/sse.ts';

function readAll(text: string | Buffer, cuts: readonly number[], most = 1_000_000): SseEvent[] {
  const bytes = Buffer.from(text);
  const reader = new SseReader(most);
  const events: SseEvent[] = [];
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b);
  let from = 0;
  for (const to of ends) {
    events.push(...reader.read(Buffer.from(bytes.subarray(from, to))));
    from = to;
  }
  return events;
}

test('property: events come out as they went in, wherever the stream is cut, also within a character', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'binary' }).map((text) => text.replaceAll(/[\r\n]/g, ''))),
      fc.array(fc.nat()),
      fc.boolean(),
      (texts, cuts, crlf) => {
        const end = crlf ? '\r\n' : '\n';
        const stream = texts.map((text) => `: quiet${end}data: ${text}${end}id: 1${end}${end}`).join('');
        expect(readAll(stream, cuts)).toEqual(texts.map((data) => ({ name: 'message', data: Buffer.from(data).toString() })));
      },
    ),
  );
});

test('names, several lines of data, comments, fields without a value, an event that is not complete', () => {
  expect(readAll('event: end\ndata: a\ndata:b\n\n:\n\n\ndata\n\nevent: x\n\ndata: rest', [3, 9, 20])).toEqual([
    { name: 'end', data: 'a\nb' },
    { name: 'message', data: '' },
  ]);
});

test('what grows beyond the limit is refused: a line without end, data without end; comments are not held', () => {
  expect(() => readAll(`data: ${'x'.repeat(200)}`, [], 100)).toThrow(BadStream);
  expect(() => readAll('data: 0123456789\n'.repeat(10), [], 100)).toThrow(BadStream);
  expect(readAll(': 0123456789\n'.repeat(100) + 'data: a\n\n', [], 100)).toEqual([{ name: 'message', data: 'a' }]);
  expect(() => readAll(Buffer.from([...Buffer.from('data: '), 0xc3, 0x28, 0x0a, 0x0a]), [])).toThrow(BadStream);
});
