/** The cluster's address: what keeps a self-built VIP up. Pure writers. */
package dev.acp.endpoint;
