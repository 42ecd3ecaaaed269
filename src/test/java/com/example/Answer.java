package com.example;

/** A class of a user, named in {@code examples/snippets/jackson-pojo.yaml}. */
public record Answer(String queue, boolean urgent) {}
