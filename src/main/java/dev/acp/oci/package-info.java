/**
 * Container images: OCI image layouts on disk (OCI Image Format Specification 1.1) and registries
 * (OCI Distribution Specification 1.1).
 */
package dev.acp.oci;
