/** The frame around every view: rail, the view, status line, messages, the frame's own dialogs and keys. */
import { useEffect } from 'react';
import { Route, Router, Switch } from 'wouter';
import { EmptyState } from '../components/feedback.tsx';
import { Toasts } from '../components/toasts.tsx';
import { useLink } from '../lib/client.ts';
import { cx } from '../lib/cx.ts';
import { usePrefs } from '../lib/prefs.ts';
import { useHashLocation } from '../lib/router.ts';
import { ErrorBoundary } from './error-boundary.tsx';
import { GlobalKeys } from './global-keys.tsx';
import { OpenDialogs } from './open-dialog.tsx';
import { Rail } from './rail.tsx';
import { Screen } from './screen.tsx';
import { SignedOut } from './signed-out.tsx';
import { StatusLine } from './status-line.tsx';
import { fetchAhead, views } from './views.tsx';
import s from './frame.module.css';

export function Frame() {
  const [address] = useHashLocation();
  const rail = usePrefs((prefs) => prefs.rail);
  const signedOut = useLink((link) => link.state === 'signed-out');
  useEffect(fetchAhead, []);
  if (signedOut) return <SignedOut />;
  return (
    // oxlint-disable-next-line react/hooks -- wouter takes the hook that reads the address as a value
    <Router hook={useHashLocation}>
      <GlobalKeys />
      <div className={cx(s.frame, !rail && s.closed)}>
        <Rail />
        <div className={s.view}>
          <ErrorBoundary at={address}>
            <Switch>
              {views.map(([pattern, View]) => (
                <Route key={pattern} path={pattern}>
                  <View />
                </Route>
              ))}
              <Route>
                <Screen crumbs={[{ label: 'Not found' }]}>
                  <EmptyState>There is nothing at this address.</EmptyState>
                </Screen>
              </Route>
            </Switch>
          </ErrorBoundary>
        </div>
        <StatusLine />
        <Toasts />
        <OpenDialogs />
      </div>
    </Router>
  );
}
