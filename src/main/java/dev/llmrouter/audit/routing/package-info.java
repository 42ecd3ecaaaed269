/** The routing audit: ledger, policy and evidence of a time come in; verdict, money, other policies' costs and changes go out. */
@NullMarked
package dev.llmrouter.audit.routing;

import org.jspecify.annotations.NullMarked;
