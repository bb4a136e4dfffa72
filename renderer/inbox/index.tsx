/** Inbox. */
import { Screen } from '../frame/screen.tsx';

export default function InboxView() {
  return <Screen crumbs={[{ label: 'Inbox' }]}>{null}</Screen>;
}
