import { useChoice } from '../session/context.tsx';
import { ShowOther } from './ShowOther.tsx';
import { ShowQuic } from './ShowQuic.tsx';
import './show.css';

/** What a running HAProxy answers to its commands at this moment, in its own words. */
export function ShowPanel() {
  const command = useChoice((c) => c.command);
  return command === 'quic' ? <ShowQuic /> : <ShowOther key={command} command={command} />;
}
