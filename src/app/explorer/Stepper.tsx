interface Props {
  name: string;
  value: number;
  least: number;
  most: number;
  onChange(value: number): void;
}

/** A small number with a button on each side. */
export function Stepper({ name, value, least, most, onChange }: Props) {
  const to = (v: number) => onChange(Math.max(least, Math.min(most, v)));
  return (
    <div className="ex-row">
      <span>{name}</span>
      <div className="stepper">
        <button
          type="button"
          aria-label={`Fewer: ${name}`}
          disabled={value <= least}
          onClick={() => to(value - 1)}
        >
          −
        </button>
        <input
          className="mono"
          type="number"
          aria-label={name}
          min={least}
          max={most}
          value={value}
          onChange={(e) => {
            if (e.target.value !== '') to(Math.round(Number(e.target.value)));
          }}
        />
        <button
          type="button"
          aria-label={`More: ${name}`}
          disabled={value >= most}
          onClick={() => to(value + 1)}
        >
          +
        </button>
      </div>
    </div>
  );
}
