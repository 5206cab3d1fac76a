/**
 * The common template module, pure Java. A template is parsed, linted, bound to a request, timed, hardened and named, one
 * pass after the other: {@link dev.cupel.template.TemplateReader}, {@link dev.cupel.template.Linter}, {@link
 * dev.cupel.template.Resolver} and {@link dev.cupel.template.Binder}, {@link dev.cupel.template.Lifecycle}, {@link
 * dev.cupel.template.Hardener}, {@link dev.cupel.template.JobNamer}. May use {@code event}, Jackson's tree and SnakeYAML.
 */
@org.jspecify.annotations.NullMarked
package dev.cupel.template;
