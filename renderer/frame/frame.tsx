/** The frame around every view: rail, the view, status line, messages, the frame's own dialogs and keys. */
import { Suspense } from 'react';
import { Route, Router, Switch } from 'wouter';
import { EmptyState, Skeleton } from '../components/feedback.tsx';
import { Toasts } from '../components/toasts.tsx';
import { useHashLocation } from '../lib/router.ts';
import { ErrorBoundary } from './error-boundary.tsx';
import { Screen } from './screen.tsx';
import { views } from './views.tsx';
import s from './frame.module.css';

export function Frame() {
  const [address] = useHashLocation();
  return (
    <Router hook={useHashLocation}>
      <div className={s.frame}>
        <div className={s.view}>
          <ErrorBoundary at={address}>
            <Suspense fallback={<Skeleton />}>
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
            </Suspense>
          </ErrorBoundary>
        </div>
        <Toasts />
      </div>
    </Router>
  );
}
