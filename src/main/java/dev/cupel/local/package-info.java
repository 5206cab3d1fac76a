/** Jobs as child processes of this machine: what controller and kubelet do in a cluster. */
@NullMarked
package dev.cupel.local;

import org.jspecify.annotations.NullMarked;
