package dev.rescind.platform.config;

/**
 * How much of a node callers may take.
 *
 * @param caller each caller that has no rate of its own
 * @param introspections all callers of an introspector together
 * @param writes all callers of a publisher together
 * @param strangers those who do not prove who they are
 */
public record ThrottleConfig(
    RateConfig caller, RateConfig introspections, RateConfig writes, StrangersConfig strangers) {}
