/** What both services are composed of, and how a service's process begins and ends. */
@NullMarked
package dev.rescind.platform.service;

import org.jspecify.annotations.NullMarked;
