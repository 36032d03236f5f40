/**
 * Mutants that are no other program, for a reason that a reader can check in the step's body: what no run can show. By id.
 */
export const BY_HAND: Readonly<Record<string, string>> = {
  'thread qc_set_tid_affinity/S-err.3':
    'its thread number goes into an event that only drawing reads; the step writes nothing but its answer',
  'plain qc_set_tid_affinity/S1.1':
    'what it accesses atomically lies in the task that it has just allocated, which no other thread can find before S4, and in this thread’s own count of tasks',
  'plain qc_set_tid_affinity/S1.2':
    'what it accesses atomically lies in the task that it has just allocated, which no other thread can find before S4, and in this thread’s own count of tasks',
  'plain qc_set_tid_affinity/S1.3':
    'what it accesses atomically lies in the tasklet that it has just allocated, which no other thread can find before S7',
  'plain quic_rx_pkt_retrieve_conn/2c':
    'what it accesses atomically lies in the CID that it has just allocated, which no other thread can find before 2d.1',
  'plain quic_dgram_write/W8':
    'it fills a record that W5 has reserved for it, and that its reader leaves alone until W9 has stored the header',
  'plain quic_dgram_parse/0':
    'the datagram is this thread’s alone: its record from the header that Q1 has read until Q3 gives it back, or one that it has read itself from a socket',
  'drop quic_dgram_parse/4':
    'no step of today’s program reads which connection is noted in a datagram; only the mutation X20 does',
  'drop limit_listener/L2':
    'where it pauses already the three steps below change nothing: a second append to the queue is refused, or taken back by the R2 of who has popped it',
  'drop relax_listener/R2':
    'who calls it has popped the listener from that queue (Q1, LR6), or pops it next (LR5, then LR6), and a second call finds it READY',
  'plain tasklet_wakeup/4':
    'what it accesses atomically is the pipe, which is the kernel’s: write(2), and no access of HAProxy’s',
  'plain task_kill/4':
    'what it accesses atomically is the pipe, which is the kernel’s: write(2), and no access of HAProxy’s',
  'plain tasklet_kill/4':
    'what it accesses atomically is the pipe, which is the kernel’s: write(2), and no access of HAProxy’s',
  'swap qc_set_tid_affinity/S2 qc_set_tid_affinity/S3':
    'task_kill changes neither `expire` nor `armedAt`, and frees nothing before this thread’s scheduler runs again: S3 reads the same',
  'swap qc_finalize_affinity_rebind/F0d qc_finalize_affinity_rebind/F0e':
    'list and stamp are read together by `show quic` alone, which waits until this thread is parked; the epoch could be read as early or as late in either order',
  'swap qc_finalize_affinity_rebind/F0e qc_finalize_affinity_rebind/F1n':
    'the stamp is read by `show quic` alone, which waits until this thread is parked; F1n touches the socket',
  'swap qc_finalize_affinity_rebind/F1n qc_finalize_affinity_rebind/F2':
    'F1n asks for the socket and F2 arms the loss timer, of which only this thread hears: not before both are done',
};
