/** What a browser sees that has shown no link yet: nothing of the fleet, only how to get in. */
import { Button } from '../components/button.tsx';
import { retryNow } from '../lib/client.ts';
import s from './signed-out.module.css';

export function SignedOut() {
  return (
    <main className={s.page}>
      <h1 className={s.title}>Open a link first</h1>
      <p>This browser is not signed in to the control center. Each browser signs in once, with a link that the machine it runs on prints.</p>
      <p>
        In a terminal there, run <code>acc link</code> and open what it prints.
      </p>
      <Button onPress={retryNow}>Try again</Button>
    </main>
  );
}
