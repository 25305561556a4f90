/**
 * Archives: a strict reader of tar streams, plain or compressed, and a writer whose output depends
 * on its input alone.
 */
package dev.acp.archive;
