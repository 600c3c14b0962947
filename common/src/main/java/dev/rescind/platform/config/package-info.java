/** The services' configuration: YAML and environment, bound to records, refused when in doubt. */
@NullMarked
package dev.rescind.platform.config;

import org.jspecify.annotations.NullMarked;
