/**
 * Packages and what they unpack to: the manifest, verification, unpacking, and the record of both.
 */
package dev.acp.bundle;
