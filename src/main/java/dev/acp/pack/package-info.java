/** Making packages: from a spec to a file, and its signatures. */
package dev.acp.pack;
