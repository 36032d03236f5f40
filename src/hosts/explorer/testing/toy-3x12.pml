/*
 * Three processes of twelve steps. Steps 0, 3, 6 and 9 read and write the shared byte, the others the process's own nibble.
 * Counted by Spin with dead-variable elimination and statement merging off (spin -a -o2 -o3) and reduction off
 * (gcc -O2 -DSAFETY -DNOREDUCE): 2 847 908 states, 6 648 110 transitions, of which one state and two transitions are init's.
 */
byte shared;

#define BOTH(k) d_step { shared = (shared * 3 + own + who + k) & 255; own = (own + shared) & 15 }
#define OWN(k) own = (own * 5 + k) & 15

proctype Thread(byte who) {
  byte own;
  BOTH(0); OWN(1); OWN(2);
  BOTH(3); OWN(4); OWN(5);
  BOTH(6); OWN(7); OWN(8);
  BOTH(9); OWN(10); OWN(11);
end: false
}

init {
  atomic { run Thread(1); run Thread(2); run Thread(3) }
}
