#ifndef POSTMASTER_CNETTLE_H
#define POSTMASTER_CNETTLE_H

#include <stddef.h>
#include <stdint.h>

enum { CNETTLE_SHA1 = 20, CNETTLE_SHA256 = 32 };

/* HMAC (RFC 2104) with SHA-1; `digest` has room for CNETTLE_SHA1 octets. */
void cnettle_hmac_sha1(const uint8_t *key, size_t key_length, const uint8_t *text, size_t length, uint8_t *digest);

/* HMAC with SHA-256; `digest` has room for CNETTLE_SHA256 octets. */
void cnettle_hmac_sha256(const uint8_t *key, size_t key_length, const uint8_t *text, size_t length, uint8_t *digest);

void cnettle_sha256(const uint8_t *text, size_t length, uint8_t *digest);

/* PBKDF2 (RFC 8018 §5.2) with HMAC-SHA-256, one block of output. */
void cnettle_pbkdf2_sha256(const uint8_t *password, size_t password_length, const uint8_t *salt, size_t salt_length,
                           unsigned iterations, uint8_t *digest);

#endif
