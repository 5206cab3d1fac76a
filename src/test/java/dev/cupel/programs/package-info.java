/**
 * Programs that end in every way, that print what breaks things, and that attack: one table, each beside what must come
 * back, run on this machine by {@link dev.cupel.programs.LocalProgramsTest} and on a cluster by {@code ProgramsTest} there.
 */
@NullMarked
package dev.cupel.programs;

import org.jspecify.annotations.NullMarked;
