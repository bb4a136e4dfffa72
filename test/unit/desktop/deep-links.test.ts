import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readDeepLink } from '#desktop/deep-links.ts';
import { newId } from '#shared/lib/id.ts';

test.each([
  ['acc://inbox', '/inbox'],
  ['acc://overview/', '/'],
  ['acc://review', '/review'],
  ['acc://diagnostics', '/diagnostics'],
])('%s opens %s', (link, view) => {
  expect(readDeepLink(link)).toEqual({ ok: true, value: view });
});

test('a link to one thing opens that thing', () => {
  const session = newId('ses');
  const change = newId('chg');
  expect(readDeepLink(`acc://session/${session}`)).toEqual({ ok: true, value: `/agents/${session}` });
  expect(readDeepLink(`acc://review/${change}`)).toEqual({ ok: true, value: `/review/${change}` });
});

test.each([
  'acc://session/',
  'acc://session/../../etc',
  `acc://session/${newId('chg')}`,
  `acc://session/${newId('ses')}?allow=1`,
  `acc://session/${newId('ses')}#x`,
  'acc://permissions/allow',
  'acc:inbox',
  'https://inbox',
  'acc://user@inbox',
  `acc://inbox/${'a'.repeat(5000)}`,
  'acc://constructor',
  '',
])('%s is refused with a code', (link) => {
  expect(readDeepLink(link)).toMatchObject({ ok: false, fault: { code: 'LINK_UNKNOWN' } });
});

test('whatever the text, a link leads only to a view of the app', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.webUrl(),
        fc.string().map((rest) => `acc://${rest}`),
      ),
      (link) => {
        const view = readDeepLink(link);
        return !view.ok || /^\/[a-z]*(\/(ses|chg|rep)_[0-9a-z]{26})?$/.test(view.value);
      },
    ),
  );
});
