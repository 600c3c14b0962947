package dev.rescind.revocation;

import java.time.Instant;
import java.util.UUID;

/** The fact that one revocation was ended; once lifted, that id stays lifted. */
public record Lift(UUID revocation, Instant liftedAt, String actor) {}
