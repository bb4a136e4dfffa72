/** Welcome. */
import { Screen } from '../frame/screen.tsx';

export default function WelcomeView() {
  return <Screen crumbs={[{ label: 'Welcome' }]}>{null}</Screen>;
}
