import { type ReactNode, useEffect, useId, useRef, useState } from 'react';

interface CopyProps {
  name: string;
  text: string;
  testid: string;
  children?: ReactNode;
}

/** A text to be copied, with what it depends on above it. */
export function Copy({ name, text, testid, children }: CopyProps) {
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [said, setSaid] = useState('');
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was said is of the text that was copied.
  useEffect(() => setSaid(''), [text]);
  const copy = () => {
    const selected = () => {
      field.current?.select();
      setSaid('The browser did not allow copying. The text is selected.');
    };
    if (!navigator.clipboard) selected();
    else void navigator.clipboard.writeText(text).then(() => setSaid('Copied.'), selected);
  };
  const rows = Math.min(7, Math.max(1, text.split('\n').length));
  return (
    <div className="copy-row">
      <label htmlFor={id}>
        <b>{name}</b>
      </label>
      {children}
      <textarea
        id={id}
        ref={field}
        className={rows > 1 ? 'mono' : 'mono one'}
        readOnly
        rows={rows}
        wrap="off"
        value={text}
        data-testid={`share-${testid}`}
      />
      <button type="button" className="btn" data-testid={`copy-${testid}`} onClick={copy}>
        Copy
      </button>
      <small role="status" data-testid={`copied-${testid}`}>
        {said}
      </small>
    </div>
  );
}
