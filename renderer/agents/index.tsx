/** Agents. */
import { Screen } from '../frame/screen.tsx';

export default function AgentsView() {
  return <Screen crumbs={[{ label: 'Agents' }]}>{null}</Screen>;
}
