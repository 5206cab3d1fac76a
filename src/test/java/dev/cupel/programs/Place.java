package dev.cupel.programs;

/** Where a program runs. */
public enum Place {
    /** This machine, in bubblewrap. */
    LOCAL,
    /** A cluster whose node shares its kernel with the program. */
    RUNC,
    /** A cluster, under gVisor. */
    GVISOR
}
