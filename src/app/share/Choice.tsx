interface ChoiceProps<T extends string> {
  /** What is chosen, for who does not see it. */
  label: string;
  of: readonly { id: T; name: string }[];
  chosen: T;
  choose(id: T): void;
  testid: string;
}

/** One of a few. */
export function Choice<T extends string>({ label, of, chosen, choose, testid }: ChoiceProps<T>) {
  return (
    <fieldset className="segments" aria-label={label}>
      {of.map(({ id, name }) => (
        <button
          key={id}
          type="button"
          aria-pressed={id === chosen}
          data-testid={`${testid}-${id}`}
          onClick={() => choose(id)}
        >
          {name}
        </button>
      ))}
    </fieldset>
  );
}
