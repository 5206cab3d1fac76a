package dev.cupel.template;

import java.util.Locale;

/** What lint looks for. Each has a name by which tools know it, and a section in {@code docs/lint.md}. */
public enum Check {
    MISSING_FILE(
            "A file of a template is not there, or cannot be read as UTF-8.",
            "write the file; a template has a template.yaml and a parameters.yaml, both in UTF-8"),
    FOLDER_NAME(
            "The folder has a name that no request can have.",
            "give the folder a name of lower-case letters, digits and hyphens"),
    STRAY_FILE("A file that Cupel once read, and no longer reads.", "delete the file"),
    YAML_SYNTAX(
            "The file is no YAML, or not one mapping. What stands behind the first such fault of a file is not looked at.",
            "look at the indentation, and for a quote or bracket that is not closed"),
    AMBIGUOUS_YAML(
            "Text that YAML readers understand differently, or a part of YAML that Cupel does not take.",
            "write the value out, in quotes if it is a string"),
    DUPLICATE_KEY("A key stands twice in one mapping.", "keep one of the two"),
    UNKNOWN_PLACEHOLDER(
            "A text looks like a placeholder, and there is none of that name.",
            "take a placeholder that there is, or other letters"),
    MISPLACED_PLACEHOLDER("A placeholder stands where it cannot be filled.", "put it in a value of its own"),
    UNKNOWN_KEY("A key of parameters.yaml that Cupel does not know.", "leave the key out"),
    MISSING_KEY("A key that parameters.yaml must have is not there.", "add the key"),
    USELESS_KEY("A key of parameters.yaml that changes nothing beside the others.", "leave the key out"),
    INVALID_VALUE(
            "A value in parameters.yaml is not of the form or size that its key asks for.", "write another value"),
    CAPTURE(
            "How the container is started does not fit the capture of parameters.yaml.",
            "with capture \"exact\", write command: [\"__SUPERVISOR__\"] and args: [\"__PROGRAM__\"]; with \"log\","
                    + " write neither"),
    NO_CODE(
            "Nothing in the template runs the code of a request.",
            "put __PROGRAM__ in args, or __CODE__ in command or args"),
    UNKNOWN_FIELD(
            "Kubernetes has no such field at this place, as far as this version of Cupel knows. One that is newer is"
                    + " refused as well: a Job may have the fields that the hardening names, and no others.",
            "leave the field out, or see whether it stands at the right level"),
    WRONG_TYPE("Kubernetes asks for another type here.", "write a value of the type that Kubernetes asks for"),
    FORBIDDEN_FIELD(
            "Kubernetes has the field, and the hardening does not let a template set it.", "leave the field out"),
    MISSING_FIELD("A field that a Job must have, and Cupel does not put in.", "add the field"),
    FORBIDDEN_VALUE("The hardening asks for another value.", "write what is asked for"),
    INSTALLATION(
            "The template is sound, and does not fit the settings of this installation.",
            "change the template, or the setting"),
    REFUSED_BY_CLUSTER(
            "The API server refuses the Job or its Pod in a dry run. Only with --cluster.",
            "change what the API server names"),
    CLUSTER_WARNING(
            "The API server takes the Job or its Pod, and warns. Only with --cluster.",
            "change what the API server names",
            Severity.WARNING);

    /** How much it matters: a template with an error is not used, one with a warning is. */
    public enum Severity {
        ERROR,
        WARNING;

        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final String sentence;
    private final String advice;
    private final Severity severity;

    Check(String sentence, String advice) {
        this(sentence, advice, Severity.ERROR);
    }

    Check(String sentence, String advice, Severity severity) {
        this.sentence = sentence;
        this.advice = advice;
        this.severity = severity;
    }

    /** As in {@code unknown-field}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What it finds, for documentation. */
    public String sentence() {
        return sentence;
    }

    /** What to do where nothing better is known. */
    public String advice() {
        return advice;
    }

    public Severity severity() {
        return severity;
    }
}
