/** What Cupel knows of Kubernetes without a client: names, quantities, metadata, and the port to the API server. */
@NullMarked
package dev.cupel.kubernetes;

import org.jspecify.annotations.NullMarked;
