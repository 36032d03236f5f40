import { useEffect, useState } from 'react';
import { useSession } from '../session/context.tsx';

/** Speaks what the sentence shows. Violations interrupt; the rest waits its turn. */
export function LiveRegion() {
  const session = useSession();
  const [polite, setPolite] = useState('');
  const [urgent, setUrgent] = useState('');
  useEffect(() => session.onSaid((said) => (said.urgent ? setUrgent : setPolite)(said.text)), [session]);
  return (
    <div className="visually-hidden">
      <div role="status" aria-live="polite" data-testid="said">
        {polite}
      </div>
      <div role="alert" aria-live="assertive" data-testid="said-urgent">
        {urgent}
      </div>
    </div>
  );
}
