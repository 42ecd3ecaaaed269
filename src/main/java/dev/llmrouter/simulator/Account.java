package dev.llmrouter.simulator;

import dev.llmrouter.policy.Price;
import org.jspecify.annotations.Nullable;

/** Bills one answer. */
record Account(SimulatorBill bill, String model, @Nullable Price price, SimulatedAnswer answer) {
    void chargeWhole(boolean arrived) {
        bill.charge(model, price, answer.usage(), arrived);
    }

    /** @param tokens output tokens that went out, reasoning included */
    void chargeSent(int tokens, boolean whole) {
        bill.charge(model, price, answer.usageAfter(tokens), whole);
    }
}
