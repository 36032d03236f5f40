/**
 * Mutants that are no other program, for a reason that a reader can check in the step's body: what no run can show. By id.
 */
export const BY_HAND: Readonly<Record<string, string>> = {
  'thread qc_set_tid_affinity/S-err.3':
    'its thread number goes into an event that only drawing reads; the step writes nothing but its answer',
  'plain qc_set_tid_affinity/S1.3':
    'what it accesses atomically lies in the tasklet that it has just allocated, which no other thread can find before S7',
  'swap qc_set_tid_affinity/S2 qc_set_tid_affinity/S3':
    'task_kill changes neither `expire` nor `armedAt`, and frees nothing before this thread’s scheduler runs again: S3 reads the same',
  'swap qc_finalize_affinity_rebind/F0d qc_finalize_affinity_rebind/F0e':
    'list and stamp are read together by `show quic` alone, which waits until this thread is parked; the epoch could be read as early or as late in either order',
  'swap qc_finalize_affinity_rebind/F0e qc_finalize_affinity_rebind/F1n':
    'the stamp is read by `show quic` alone, which waits until this thread is parked; F1n touches the socket',
  'swap qc_finalize_affinity_rebind/F1n qc_finalize_affinity_rebind/F2':
    'F1n asks for the socket and F2 arms the loss timer, of which only this thread hears: not before both are done',
};
