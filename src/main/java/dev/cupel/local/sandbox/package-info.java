/** What stands around a local program: bubblewrap, limits, and which files it sees. */
@NullMarked
package dev.cupel.local.sandbox;

import org.jspecify.annotations.NullMarked;
