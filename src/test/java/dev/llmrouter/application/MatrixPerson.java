package dev.llmrouter.application;

/** What structured answers are read as. */
final class MatrixPerson {
    public String name = "";
    public int age;
}
