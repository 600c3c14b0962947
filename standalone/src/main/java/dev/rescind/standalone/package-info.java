/**
 * One command: a real broker, both services and a demo issuer on this machine; and the command
 * line.
 */
@NullMarked
package dev.rescind.standalone;

import org.jspecify.annotations.NullMarked;
