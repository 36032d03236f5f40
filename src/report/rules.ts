/**
 * The rules as the pictures show them: each is looked at in every picture that stands at the rule's stable point. What was
 * seen broken stays so until the run begins anew.
 */
import type { Revision } from '../haproxy/revisions.ts';
import { RULES, type Rule } from '../machine/rules/index.ts';
import { appending, busy, connsOf } from '../machine/rules/view.ts';
import type { Look } from './look.ts';
import type { RuleView } from './view.ts';

export class RuleEye {
  private readonly broken = new Map<string, string>();

  constructor(
    private readonly look: Look,
    private readonly revision: Revision,
  ) {}

  clear(): void {
    this.broken.clear();
  }

  read(): RuleView[] {
    const { knownBroken } = this.revision;
    this.check(RULES.filter((r) => !knownBroken[r.id] && !this.broken.has(r.id)));
    return RULES.map((r) => {
      const off = knownBroken[r.id];
      if (off) return { id: r.id, state: 'off', why: off };
      const why = this.broken.get(r.id);
      return {
        id: r.id,
        state: why === undefined ? 'holds' : 'broken',
        why: why ?? '',
      };
    });
  }

  private check(rules: readonly Rule[]): void {
    const x = this.look.machine;
    if (x.stopped) return;
    const still = Array.from({ length: x.W.cfg.threads }, (_, t) => t).every((t) => x.depth(t) <= 1);
    const hands = busy(x);
    const append = appending(x);
    for (const r of rules) {
      if (r.stable === 'callback' && !still) continue;
      if (r.stable === 'list' && append) continue;
      if (r.stable === 'quiescence' && !x.quiet) continue;
      const check = r.over?.(x) ?? ((qc: number) => r.check(x, qc));
      if (r.stable !== 'object') this.see(r, check(0));
      else for (const qc of connsOf(x)) if (!hands.has(qc)) this.see(r, check(qc));
    }
  }

  private see(r: Rule, text: string | null): void {
    if (text && !this.broken.has(r.id)) this.broken.set(r.id, text);
  }
}
