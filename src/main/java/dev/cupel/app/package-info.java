/** The program: its command line, its configuration, and how its parts are wired together. */
@org.jspecify.annotations.NullMarked
package dev.cupel.app;
