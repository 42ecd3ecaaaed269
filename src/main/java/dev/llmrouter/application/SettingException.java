package dev.llmrouter.application;

/** A setting that cannot be meant as it stands; the message says which, and what to write. Wrong usage, not a failure. */
public final class SettingException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    SettingException(String message) {
        super(message);
    }
}
