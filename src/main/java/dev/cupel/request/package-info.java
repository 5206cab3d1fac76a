/** What is asked for, and what render and submit make of it: the data of their events. */
@NullMarked
package dev.cupel.request;

import org.jspecify.annotations.NullMarked;
